import { useTranslation } from 'react-i18next';
import { plainText } from '../../data/plain-text.ts';
import en from '../../locales/en.json';
import type { Level } from './even-levels.ts';
import { isTree, valueAt, type FieldSchema } from './settings-tree.ts';

type Key = 'setting.execution_pool.title';

export interface SettingWords {
  label: (path: string) => string;
  help: (path: string, schema: FieldSchema) => string | undefined;
  section: (name: string) => { title: string; text: string | undefined };
  /** A value as text, for the list of changes. */
  value: (value: unknown) => string;
  choice: (path: string, value: string) => string;
}

const isLadder = (of: unknown[]): of is Level[] => of.every((each) => isTree(each) && 'gap_percent' in each);
const known = (path: string): boolean => typeof valueAt(en, path) === 'string';
const readable = (name: string): string => name.replaceAll('_', ' ').replace(/^./, (letter) => letter.toUpperCase());

/** Names and explanations of settings. A key the page has no words for is called by its name and explained by the server's schema. */
export function useSettingWords(): SettingWords {
  const { t } = useTranslation();
  const say = (path: string): string => t(path as Key);
  const value = (of: unknown): string => {
    if (typeof of === 'boolean') return t(of ? 'settings.on' : 'settings.off');
    if (of === null || of === undefined || of === '') return '\u2013';
    if (Array.isArray(of)) return isLadder(of) ? of.map((level, index) => `DCA${index}: ${level.gap_percent}% · ${level.weight_percent}%${level.tp_percent === null ? '' : ` · TP ${level.tp_percent}%`}`).join('\n') : of.map(value).join(', ');
    if (isTree(of)) return Object.entries(of).map(([key, each]) => (Array.isArray(each) ? `${t('ladder.pyramid', { index: key })}\n${value(each)}` : `${key}: ${value(each)}`)).join('\n') || '\u2013';
    const text = plainText(of);
    return known(`settingChoice.${text}`) ? say(`settingChoice.${text}`) : text;
  };
  return {
    label: (path) => (known(`setting.${path}.label`) ? say(`setting.${path}.label`) : readable(path.split('.').at(-1) ?? path)),
    help: (path, schema) => (known(`setting.${path}.help`) ? say(`setting.${path}.help`) : known(`setting.${path}.label`) ? undefined : schema.description),
    section: (name) => ({ title: known(`setting.${name}.title`) ? say(`setting.${name}.title`) : readable(name), text: known(`setting.${name}.text`) ? say(`setting.${name}.text`) : undefined }),
    value,
    choice: (_path, choice) => (known(`settingChoice.${choice}`) ? say(`settingChoice.${choice}`) : choice),
  };
}
