import { useTranslation } from 'react-i18next';
import type { Section } from './setting-layout.ts';
import type { SettingWords } from './setting-words.ts';
import { controlOf } from './settings-tree.ts';

/** How many settings of a section differ from what is in effect, and how many are wrong. */
export interface SectionCount {
  changed: number;
  wrong: number;
}

export const countsOf = (sections: readonly Section[], pending: readonly string[], errors: ReadonlyMap<string, string>): Map<string, SectionCount> =>
  new Map(sections.map(({ key, paths }) => [key, { changed: pending.filter((path) => paths.includes(path)).length, wrong: [...errors.keys()].filter((path) => controlOf(paths, path) !== undefined).length }]));

/** What is to be mended or is not in effect, as a mark; mending comes first. */
export function SectionMark({ count: { changed, wrong } = { changed: 0, wrong: 0 }, short = false }: { count: SectionCount | undefined; short?: boolean }) {
  const { t } = useTranslation();
  if (wrong > 0) return <span className="section-count section-count-wrong" title={t('settings.wrongCount', { count: wrong })}>{short ? wrong : t('settings.wrongCount', { count: wrong })}</span>;
  if (changed > 0) return <span className="section-count" title={t('settings.changedCount', { count: changed })}>{short ? changed : t('settings.changedCount', { count: changed })}</span>;
  return null;
}

/** The sections beside the form on wide screens. */
export function SectionList({ sections, counts, words, onGo }: { sections: readonly Section[]; counts: ReadonlyMap<string, SectionCount>; words: SettingWords; onGo: (key: string) => void }) {
  const { t } = useTranslation();
  return (
    <nav className="section-list" aria-label={t('settings.sections')}>
      {sections.map(({ key }) => <button key={key} type="button" onClick={() => onGo(key)}><span className="grow">{words.section(key).title}</span><SectionMark count={counts.get(key)} short /></button>)}
    </nav>
  );
}
