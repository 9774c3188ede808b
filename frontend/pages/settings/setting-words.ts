import type { TpOverride } from '#shared/contracts/settings';
import { recordedSettings } from '#shared/contracts/settings/recorded';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { plainText } from '../../data/plain-text.ts';
import en from '../../locales/en.json';
import type { Level } from './even-levels.ts';
import type { Fault } from './setting-faults.ts';
import type { IdleReason } from './setting-relevance.ts';
import { isTree, schemaAt, unitOf, valueAt, type FieldSchema } from './settings-tree.ts';

type Key = 'setting.execution_pool.queue_limit.label';

export interface SettingWords {
  label: (path: string) => string;
  help: (path: string) => string | undefined;
  /** Why the setting is kept and changes nothing, or null where it acts. */
  recorded: (path: string) => string | null;
  section: (key: string) => { title: string; text: string | undefined };
  /** A value as text, with its unit. */
  value: (path: string, value: unknown) => string;
  choice: (path: string, value: string) => string;
  idle: (reason: IdleReason) => string;
  fault: (fault: Fault) => string;
}

const isLadder = (of: unknown[]): of is Level[] => of.length > 0 && of.every((each) => isTree(each) && 'gap_percent' in each);
const isOverrides = (of: unknown[]): of is TpOverride[] => of.length > 0 && of.every((each) => isTree(each) && 'tp_mode' in each);
const known = (path: string): boolean => typeof valueAt(en, path) === 'string';
const readable = (name: string): string => name.replaceAll('_', ' ').replace(/^./, (letter) => letter.toUpperCase());
const nothing = '\u2013';
/** Keeps a number and its unit on one line. */
const space = '\u00a0';
const percent = (of: number): string => `${of}${space}%`;

/** Names, explanations and values of settings. A key the page has no words for is called by its name and explained by the server's schema. */
export function useSettingWords(schema: FieldSchema): SettingWords {
  const { t } = useTranslation();
  return useMemo(() => {
    const say = (key: string, otherwise: string): string => (known(key) ? t(key as Key) : otherwise);
    const choice = (path: string, of: string): string => {
      const own = `settingChoice.${path.split('.').at(-1)}_${of}`;
      return known(own) ? t(own as Key) : say(`settingChoice.${of}`, of);
    };
    /** What lies in a setting is called by it: `Targets of single pyramids: Pyramid 2`. */
    const label = (path: string): string => {
      if (known(`setting.${path}.label`)) return t(`setting.${path}.label` as Key);
      const [, above = '', key = path] = /^(.*)\.([^.]+)$/.exec(path) ?? [];
      const name = above.startsWith('grid_strategy.') && /^\d+$/.test(key) ? pyramid(key) : readable(key);
      return above.includes('.') ? `${label(above)}: ${name}` : name;
    };
    const pyramid = (index: string): string => (index === '0' ? t('ladder.first') : t('ladder.pyramid', { index }));
    const level = ({ gap_percent: gap, weight_percent: weight, tp_percent: tp }: Level, index: number): string => `DCA${index}: ${percent(gap)} · ${percent(weight)}${tp === null ? '' : ` · TP${space}${percent(tp)}`}`;
    const override = ({ symbol, timeframe, strategy, pyramid, tp_mode: mode, tp_percent: target }: TpOverride, index: number): string => {
      const of = [symbol, timeframe, strategy, pyramid === null ? null : t('ladder.pyramid', { index: pyramid })].filter((each) => each !== null);
      const then = [mode === null ? null : choice('', mode), target === null ? null : percent(target)].filter((each) => each !== null);
      return `${index + 1}. ${of.length === 0 ? t('tpOverrides.all') : of.join(' · ')} \u2192 ${then.join(', ')}`;
    };
    const value = (path: string, of: unknown): string => {
      if (typeof of === 'boolean') return t(of ? 'settings.on' : 'settings.off');
      if (of === null || of === undefined || of === '') return nothing;
      if (Array.isArray(of)) {
        if (isLadder(of)) return of.map(level).join('\n');
        if (isOverrides(of)) return of.map(override).join('\n');
        return of.map((each, index) => `${index + 1}. ${choice(path, plainText(each))}`).join('\n') || nothing;
      }
      if (isTree(of)) return Object.entries(of).map(([key, each]) => member(path, key, each)).join('\n') || nothing;
      const unit = typeof of === 'number' ? unitOf(path.replace(/\.\d+$/, '')) : null;
      if (unit !== null) return `${plainText(of)}${space}${t(`unit.${unit}`)}`;
      return schemaAt(schema, path).enum === undefined ? plainText(of) : choice(path, plainText(of));
    };
    const member = (path: string, key: string, of: unknown): string => {
      if (/^\d+$/.test(key)) return `${pyramid(key)}${Array.isArray(of) ? '\n' : ': '}${value(`${path}.${key}`, of)}`;
      return `${key}: ${value(`${path}.${key}`, of)}`;
    };
    return {
      label,
      help: (path) => (known(`setting.${path}.help`) ? t(`setting.${path}.help` as Key) : known(`setting.${path}.label`) ? undefined : schemaAt(schema, path).description),
      recorded: (path) => (path in recordedSettings ? say(`settingRecorded.${path}`, recordedSettings[path] ?? '') : null),
      section: (key) => ({ title: say(`settingSection.${key}.title`, readable(key)), text: known(`settingSection.${key}.text`) ? t(`settingSection.${key}.text` as Key) : undefined }),
      value,
      choice,
      idle: (reason) => t(`settingIdle.${reason}`),
      fault: (fault) => t(`settingFault.${fault.code}`, { ...fault }),
    };
  }, [t, schema]);
}
