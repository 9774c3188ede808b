import { Alert, App, Button, Collapse, ConfigProvider } from 'antd';
import { useCallback, useEffect, useMemo, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { SearchField } from '../../components/search-field.tsx';
import { EmptyState } from '../../components/states.tsx';
import type { Config } from '../../data/use-config.ts';
import { useSession } from '../../data/use-session.ts';
import { AccountKeys } from './account-keys.tsx';
import { BackupPanel, useBackup } from './backup-panel.tsx';
import { ClashAlert, DraftBar } from './draft-bar.tsx';
import { PrecisionSyncTable } from './precision-sync.tsx';
import { ReviewChanges } from './review-changes.tsx';
import { SectionFields } from './section-fields.tsx';
import { countsOf, SectionList, SectionMark } from './section-list.tsx';
import { sectionsOf, type Section } from './setting-layout.ts';
import type { SettingWords } from './setting-words.ts';
import { controlOf, controlPaths } from './settings-tree.ts';
import type { DraftForm } from './use-draft.ts';
import { useShowSetting } from './use-show-setting.ts';

const openAtFirst = ['grid', 'capital', 'exits'];

interface FormProps {
  config: Config;
  form: DraftForm;
  words: SettingWords;
}

/** Everything that is said against the draft, by path: what the page sees comes before what the server said. */
function useErrors({ form, words }: Pick<FormProps, 'form' | 'words'>): ReadonlyMap<string, string> {
  return useMemo(() => new Map([...form.refusals, ...[...form.faults].map(([path, fault]): [string, string] => [path, words.fault(fault)])]), [form.refusals, form.faults, words]);
}

/** The sections with what a search leaves of them; a section whose own name matches stays whole. */
function sectionsFound(sections: readonly Section[], words: SettingWords, search: string): Section[] {
  const needle = search.trim().toLowerCase();
  const found = (path: string): boolean => `${path} ${words.label(path)} ${words.help(path) ?? ''}`.toLowerCase().includes(needle);
  return sections.flatMap((section) => {
    const { title, text } = words.section(section.key);
    const paths = `${title} ${text ?? ''}`.toLowerCase().includes(needle) ? section.paths : section.paths.filter(found);
    return paths.length === 0 ? [] : [{ ...section, paths }];
  });
}

/** Saves what is left to save and then reviews; what is refused on the way is shown where it stands. */
function useReview(form: DraftForm, errors: ReadonlyMap<string, string>, showFirst: () => void) {
  const [step, setStep] = useState<'none' | 'saving' | 'reviewing'>('none');
  // While the page saves by itself, a refusal is told at its field and the cursor stays where somebody types.
  const asked = useRef(false);
  useEffect(() => {
    if (!asked.current || errors.size === 0) return;
    asked.current = false;
    showFirst();
  });
  return {
    step,
    close: () => setStep('none'),
    start: async (): Promise<void> => {
      asked.current = true;
      if (form.faults.size > 0) return showFirst();
      setStep('saving');
      const saved = await form.save();
      if (saved !== null) asked.current = false;
      setStep(saved === null ? 'none' : 'reviewing');
    },
    refused: (refusals: Map<string, string>): void => {
      asked.current = true;
      setStep('none');
      form.refuse(refusals);
    },
  };
}

interface SectionsProps extends FormProps {
  sections: readonly Section[];
  all: readonly Section[];
  errors: ReadonlyMap<string, string>;
  searching: boolean;
  open: string[];
  onOpen: (keys: string[]) => void;
}

function Sections({ config, form, words, sections, all, errors, searching, open, onOpen }: SectionsProps) {
  const { t } = useTranslation();
  const backup = useBackup(words, form.adopt);
  const counts = countsOf(all, form.pending, errors);
  const extras: Record<string, ReactNode> = { precision: <PrecisionSyncTable />, exchange: <AccountKeys />, storage: <BackupPanel config={config} backup={backup} /> };
  const items = sections.map(({ key, paths }) => {
    const { title, text } = words.section(key);
    return {
      key,
      id: `section-${key}`,
      label: <h2 className={(counts.get(key)?.wrong ?? 0) > 0 ? 'section-title section-wrong' : 'section-title'}><b>{title}</b>{text === undefined ? null : <span className="faint">{text}</span>}</h2>,
      extra: <SectionMark count={counts.get(key)} />,
      children: <>{searching ? null : extras[key]}<SectionFields paths={paths} draft={form.draft} config={config} pending={form.pending} errors={errors} words={words} onDraft={form.change} /></>,
    };
  });
  const keys = items.map(({ key }) => key);
  const allOpen = keys.every((key) => open.includes(key));
  return (
    <>
      {searching ? null : <div className="row settings-fold"><Button size="small" type="link" disabled={false} onClick={() => onOpen(allOpen ? [] : keys)}>{t(allOpen ? 'settings.collapseAll' : 'settings.expandAll')}</Button></div>}
      <Collapse items={items} activeKey={searching ? keys : open} onChange={(next) => !searching && onOpen([next].flat())} />
    </>
  );
}

/** Every setting in collapsible sections, with the foot that saves and applies. */
export function SettingsForm({ config, form, words }: FormProps) {
  const { t } = useTranslation();
  const { modal } = App.useApp();
  const [search, setSearch] = useState('');
  const [open, setOpen] = useState<string[]>(openAtFirst);
  const mayChange = useSession().data?.user.role !== 'viewer';
  const errors = useErrors({ form, words });
  const all = useMemo(() => sectionsOf(controlPaths(config.defaults)), [config.defaults]);
  const sections = useMemo(() => sectionsFound(all, words, search), [all, words, search]);
  const unfold = useCallback((key: string): void => {
    setSearch('');
    setOpen((now) => [...new Set([...now, key])]);
  }, []);
  const show = useShowSetting(all, unfold);
  const paths = all.flatMap((section) => section.paths);
  const loose = [...errors].filter(([path]) => controlOf(paths, path) === undefined);
  const review = useReview(form, errors, () => {
    const first = paths.find((path) => [...errors.keys()].some((at) => controlOf([path], at) !== undefined));
    if (first !== undefined) show(first);
  });
  const discard = (): void => void modal.confirm({ title: t('settings.discardTitle'), content: t('settings.discardText', { count: form.pending.length }), okText: t('settings.discard'), cancelText: t('action.cancel'), onOk: () => form.change(() => config.active) });
  const onKeyDown = (event: KeyboardEvent): void => {
    if (!(event.ctrlKey || event.metaKey) || event.code !== 'KeyS') return;
    event.preventDefault();
    void form.save();
  };
  const goToSection = (key: string): void => {
    setOpen((now) => [...new Set([...now, key])]);
    requestAnimationFrame(() => document.getElementById(`section-${key}`)?.scrollIntoView({ block: 'start' }));
  };

  return (
    <>
      <div className="settings-body" onKeyDown={onKeyDown}>
        <aside className="settings-aside">
          <SearchField value={search} onSearch={setSearch} label={t('settings.search')} width={210} />
          <SectionList sections={sections} counts={countsOf(all, form.pending, errors)} words={words} onGo={goToSection} />
        </aside>
        <div className="settings-main">
          {mayChange ? null : <Alert type="info" showIcon title={t('settings.viewer')} />}
          <ClashAlert form={form} words={words} />
          {loose.length > 0 ? <Alert type="error" showIcon title={t('settings.refused')} description={loose.map(([path, text]) => <div key={path}>{text}</div>)} /> : null}
          {sections.length === 0 ? <EmptyState title={t('settings.noneFound')} action={<Button onClick={() => setSearch('')}>{t('action.clearFilters')}</Button>} /> : (
            <ConfigProvider componentDisabled={!mayChange}><Sections {...{ config, form, words, sections, all, errors, open }} searching={search.trim() !== ''} onOpen={setOpen} /></ConfigProvider>
          )}
        </div>
      </div>
      {mayChange ? <DraftBar form={form} wrong={errors.size} busy={review.step === 'saving'} onSave={() => void form.save()} onDiscard={discard} onReview={() => void review.start()} /> : null}
      {review.step === 'reviewing' ? <ReviewChanges words={words} onClose={review.close} onRefused={review.refused} /> : null}
    </>
  );
}
