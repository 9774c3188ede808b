import { UndoOutlined } from '@ant-design/icons';
import { Button, Input, Select, Switch } from 'antd';
import { memo, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { usePreferences } from '../../data/preferences.ts';
import { formatDecimal } from '../../data/decimal.ts';
import { plainText } from '../../data/plain-text.ts';
import { duration } from '../../data/times.ts';
import { NumberInput } from './number-input.tsx';
import type { SettingWords } from './setting-words.ts';
import { spanMs, unitOf, type FieldSchema } from './settings-tree.ts';
import { TimeZoneField } from './time-zone-field.tsx';

/** Sets one value of the draft; the same function for as long as the page is open. */
export type SetValue = (path: string, value: unknown) => void;

export interface FieldState {
  path: string;
  words: SettingWords;
  error: string | undefined;
  /** Does the draft differ from what is in effect? */
  changed: boolean;
  /** What is in effect. */
  active: unknown;
  /** Why it does not matter under the present choice. */
  idle: string | null;
  /** Is it one of the whole installation, and not said for its section already? */
  house: boolean;
  onSet: SetValue;
}

/** Ids of what explains a control, for screen readers. */
const describedBy = ({ path, error }: Pick<FieldState, 'path' | 'error'>): string => `${error === undefined ? '' : `error-${path} `}help-${path}`;

function Notes({ path, words, error, changed, active, idle, house, onSet }: FieldState) {
  const { t } = useTranslation();
  const help = words.help(path);
  const recorded = words.recorded(path);
  const shown = changed ? words.value(path, active) : '';
  return (
    <>
      {error === undefined ? null : <div className="setting-error" id={`error-${path}`} role="alert">{error}</div>}
      {changed ? (
        <div className="setting-was">
          <span className="setting-was-value">{t('settings.inEffect', { value: shown.includes('\n') ? `\n${shown}` : shown })}</span>
          <Button size="small" type="link" icon={<UndoOutlined />} onClick={() => onSet(path, active)} aria-label={t('settings.undoOf', { setting: words.label(path) })}>{t('settings.undo')}</Button>
        </div>
      ) : null}
      <div id={`help-${path}`} className="setting-notes">
        {help === undefined ? null : <div className="setting-help">{help}</div>}
        {recorded === null ? null : <div className="setting-note"><b>{t('settings.recorded')}</b> {recorded}</div>}
        {house ? <div className="setting-note">{t('settings.house')}</div> : null}
        {idle === null ? null : <div className="setting-note">{idle}</div>}
      </div>
    </>
  );
}

/** The frame of a setting: name, control, explanation, what is wrong, and what is in effect where the draft differs. */
export function SettingRow({ wide = false, across = false, children, ...state }: FieldState & { wide?: boolean; across?: boolean; children: ReactNode }) {
  const { path, words, error, changed, idle } = state;
  const { t } = useTranslation();
  const classes = ['setting', wide && 'setting-wide', across && 'setting-across', error !== undefined && 'setting-wrong', changed && 'setting-differs', (idle !== null || words.recorded(path) !== null) && 'setting-idle'];
  const name = <>{words.label(path)}{changed ? <span className="setting-changed">{t('settings.changedMark')}</span> : null}</>;
  return (
    <div className={classes.filter(Boolean).join(' ')} id={`setting-${path}`} {...(wide && { role: 'group', 'aria-labelledby': `label-${path}`, 'aria-describedby': describedBy(state) })}>
      {wide ? <span className="setting-label" id={`label-${path}`}>{name}</span> : <label className="setting-label" htmlFor={`control-${path}`}>{name}</label>}
      <div className="setting-control">
        {children}
        <Notes {...state} />
      </div>
    </div>
  );
}

const leastTranslated = 120;

function Bounds({ path, value, schema }: { path: string; value: unknown; schema: FieldSchema }) {
  const { t } = useTranslation();
  const { language } = usePreferences();
  const low = schema.minimum ?? schema.exclusiveMinimum;
  const high = schema.maximum ?? schema.exclusiveMaximum;
  const number = (of: number): string => (Math.abs(of) >= 10_000 ? formatDecimal(String(of), { language }) : String(of));
  const bounds = low === undefined || high === undefined ? null : `${schema.exclusiveMinimum === undefined ? '' : '> '}${number(low)} \u2026 ${number(high)}`;
  const usual = schema.default === undefined || schema.default === value ? null : t('settings.usual', { value: plainText(schema.default) });
  const span = spanMs(path, value);
  // `2 d 0 h` is 2 days; small numbers of their own unit need no translation.
  const lasts = span === null || Number(value) < leastTranslated ? null : `= ${duration(span, language).replace(/ 0 \S+$/, '')}`;
  const told = [lasts, bounds, usual].filter((each) => each !== null);
  return <span className="faint num setting-bounds">{told.join(' · ')}</span>;
}

/** Values that are shown and not asked: there is one choice. */
const single = (schema: FieldSchema): boolean => schema.enum?.length === 1;

function stepOf(path: string, schema: FieldSchema): number {
  if (schema.type === 'integer') return 1;
  return unitOf(path) === 'percent' ? 0.1 : Number(schema.default) > 0 && Number(schema.default) < 1 ? Number(schema.default) : 1;
}

function Control({ value, schema, ...state }: FieldState & { value: unknown; schema: FieldSchema }) {
  const { path, words, error, onSet } = state;
  const shared = { id: `control-${path}`, 'aria-describedby': describedBy(state), 'aria-invalid': error !== undefined, ...(error !== undefined && { status: 'error' as const }) };
  const set = (next: unknown): void => onSet(path, next);
  if (single(schema)) return <output className="soft setting-fixed" id={shared.id}>{words.value(path, value)}</output>;
  if (typeof value === 'boolean') return <Switch id={shared.id} aria-describedby={shared['aria-describedby']} checked={value} onChange={set} />;
  if (schema.enum !== undefined) return <Select {...shared} value={value} onChange={set} options={schema.enum.map((each) => ({ value: each, label: words.choice(path, String(each)) }))} style={{ width: 280, maxWidth: '100%' }} />;
  if (schema.type === 'number' || schema.type === 'integer')
    return (
      <span className="row wrap setting-number">
        <NumberInput id={shared.id} value={value as number | null} unit={unitOf(path)} step={stepOf(path, schema)} describedBy={shared['aria-describedby']} invalid={error !== undefined} onChange={set} />
        <Bounds path={path} value={value} schema={schema} />
      </span>
    );
  if (path === 'app.timezone') return <TimeZoneField {...shared} value={String(value)} onChange={set} />;
  return <Input {...shared} value={typeof value === 'string' ? value : ''} maxLength={schema.maxLength} onChange={(event) => set(event.target.value)} style={{ maxWidth: 320 }} />;
}

/** One setting with the control that fits its value. */
export const SettingField = memo(function SettingField({ value, schema, ...state }: FieldState & { value: unknown; schema: FieldSchema }) {
  // A switch that can only be on is no switch.
  const fixed = value === true && state.path === 'security.store_secrets_encrypted';
  return (
    <SettingRow {...state}>
      {fixed ? <output className="soft setting-fixed" id={`control-${state.path}`}>{state.words.value(state.path, value)}</output> : <Control {...state} value={value} schema={schema} />}
    </SettingRow>
  );
});
