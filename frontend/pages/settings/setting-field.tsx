import { Input, InputNumber, Select, Switch } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { SettingWords } from './setting-words.ts';
import { unitOf, type FieldSchema } from './settings-tree.ts';

interface FieldProps {
  path: string;
  value: unknown;
  schema: FieldSchema;
  words: SettingWords;
  error: string | undefined;
  changed: boolean;
  onChange: (value: unknown) => void;
}

/** The frame of a setting: name, control, explanation, and what the server has against the value. */
export function SettingRow({ path, label, help, error, changed, wide = false, children }: { path: string; label: string; help: string | undefined; error: string | undefined; changed: boolean; wide?: boolean; children: ReactNode }) {
  const { t } = useTranslation();
  return (
    <div className={`setting${wide ? ' setting-wide' : ''}${error === undefined ? '' : ' setting-wrong'}`} id={`setting-${path}`}>
      <label className="setting-label" htmlFor={`control-${path}`}>{label}{changed ? <span className="setting-changed" title={t('settings.changed')}>{t('settings.changedMark')}</span> : null}</label>
      <div className="setting-control">
        {children}
        {error === undefined ? null : <div className="setting-error" role="alert">{error}</div>}
        {help === undefined ? null : <div className="setting-help" id={`help-${path}`}>{help}</div>}
      </div>
    </div>
  );
}

function boundsText(schema: FieldSchema): string | null {
  const low = schema.minimum ?? schema.exclusiveMinimum;
  const high = schema.maximum ?? schema.exclusiveMaximum;
  if (low === undefined || high === undefined) return null;
  return `${schema.exclusiveMinimum === undefined ? '' : '> '}${low} \u2026 ${high}`;
}

function Control({ path, value, schema, words, error, onChange }: FieldProps) {
  const { t } = useTranslation();
  const shared = { id: `control-${path}`, 'aria-describedby': `help-${path}`, ...(error === undefined ? {} : { status: 'error' as const }) };
  const choices = schema.enum ?? (schema.const === undefined ? undefined : [schema.const]);
  // A single choice is not a choice: it is shown, not asked.
  if (choices !== undefined && choices.length === 1) return <span className="soft">{words.value(value)}</span>;
  if (typeof value === 'boolean') return <Switch id={shared.id} aria-describedby={shared['aria-describedby']} checked={value} onChange={onChange} />;
  if (choices !== undefined) return <Select {...shared} value={value} onChange={onChange} options={choices.map((each) => ({ value: each, label: words.choice(path, String(each)) }))} style={{ minWidth: 220 }} />;
  if (typeof value === 'number' || schema.type === 'number' || schema.type === 'integer') {
    const unit = unitOf(path);
    return (
      <span className="row">
        <InputNumber
          {...shared}
          value={value as number}
          min={schema.minimum ?? (schema.exclusiveMinimum !== undefined && schema.exclusiveMinimum >= 0 ? 0 : undefined)}
          max={schema.maximum}
          precision={schema.type === 'integer' ? 0 : undefined}
          changeOnWheel={false}
          suffix={unit === null ? undefined : t(`unit.${unit}`)}
          onChange={(next) => onChange(next ?? undefined)}
          style={{ width: 180 }}
        />
        <span className="faint num">{boundsText(schema)}</span>
      </span>
    );
  }
  return <Input {...shared} value={typeof value === 'string' ? value : ''} maxLength={schema.maxLength} onChange={(event) => onChange(event.target.value)} style={{ maxWidth: 320 }} />;
}

/** One setting with the control that fits its value. */
export function SettingField(props: FieldProps) {
  return (
    <SettingRow path={props.path} label={props.words.label(props.path)} help={props.words.help(props.path, props.schema)} error={props.error} changed={props.changed}>
      <Control {...props} />
    </SettingRow>
  );
}
