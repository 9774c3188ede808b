import { ArrowDownOutlined, ArrowUpOutlined, CloseOutlined, DeleteOutlined, PlusOutlined } from '@ant-design/icons';
import { Button, Checkbox, InputNumber, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Level } from './even-levels.ts';
import { LadderEditor } from './ladder-editor.tsx';
import type { SettingWords } from './setting-words.ts';

interface SpecialProps<Value> {
  value: Value;
  onChange: (value: Value) => void;
}

function freeIndexes(taken: Record<string, unknown>, pyramids: number, from: number): number[] {
  return Array.from({ length: Math.max(0, pyramids - from) }, (_, index) => index + from).filter((index) => !(String(index) in taken));
}

/** Ladders of single pyramids; those without one take the default ladder. */
export function PyramidLadders({ value, onChange, base, most, pyramids, defaultTp, errors }: SpecialProps<Record<string, Level[]>> & { base: Level[]; most: number; pyramids: number; defaultTp: number; errors: ReadonlyMap<string, string> }) {
  const { t } = useTranslation();
  const free = freeIndexes(value, pyramids, 1);
  const without = (index: string): Record<string, Level[]> => Object.fromEntries(Object.entries(value).filter(([key]) => key !== index));
  return (
    <div className="column" style={{ gap: 14 }}>
      {Object.entries(value).map(([index, levels]) => (
        <div key={index} className="pyramid-ladder">
          <div className="spread"><strong>{t('ladder.pyramid', { index })}</strong><Button type="text" size="small" danger icon={<DeleteOutlined />} onClick={() => onChange(without(index))}>{t('ladderEditor.useDefault')}</Button></div>
          <LadderEditor path={`grid_strategy.pyramid_specific_levels.${index}`} levels={levels} most={most} defaultTp={defaultTp} errors={errors} onChange={(next) => onChange({ ...value, [index]: next })} />
        </div>
      ))}
      <Select
        value={null}
        placeholder={<><PlusOutlined /> {t('ladderEditor.addPyramid')}</>}
        aria-label={t('ladderEditor.addPyramid')}
        disabled={free.length === 0}
        onChange={(index: number | null) => index !== null && onChange({ ...value, [String(index)]: base.map((level) => ({ ...level })) })}
        options={free.map((index) => ({ value: index, label: t('ladder.pyramid', { index }) }))}
        style={{ width: 260 }}
      />
    </div>
  );
}

/** Targets of single pyramids for the mode pyramid_aggregate. */
export function PyramidTargets({ value, onChange, pyramids, defaultTp }: SpecialProps<Record<string, number>> & { pyramids: number; defaultTp: number }) {
  const { t } = useTranslation();
  const set = (index: number, percent: number | null): void => {
    const rest = Object.fromEntries(Object.entries(value).filter(([key]) => key !== String(index)));
    onChange(percent === null ? rest : { ...rest, [String(index)]: percent });
  };
  return (
    <div className="target-grid">
      {Array.from({ length: Math.min(pyramids, 34) }, (_, index) => (
        <label key={index}><span className="soft">{index === 0 ? t('ladder.first') : t('ladder.pyramid', { index })}</span><InputNumber min={0} max={1000} step={0.1} suffix="%" placeholder={String(defaultTp)} value={value[String(index)] ?? null} onChange={(percent) => set(index, percent)} style={{ width: 130 }} /></label>
      ))}
    </div>
  );
}

/** Rules in the order in which they decide. */
export function RuleOrder({ value, onChange, all, words }: SpecialProps<string[]> & { all: string[]; words: SettingWords }) {
  const { t } = useTranslation();
  const move = (index: number, by: number): void => {
    const next = [...value];
    const [rule] = next.splice(index, 1);
    if (rule !== undefined) next.splice(index + by, 0, rule);
    onChange(next);
  };
  const rest = all.filter((rule) => !value.includes(rule));
  return (
    <div className="column">
      <ol className="rule-order">
        {value.map((rule, index) => (
          <li key={rule}>
            <span className="faint num">{index + 1}.</span><span className="grow">{words.choice('', rule)}</span>
            <Button size="small" type="text" icon={<ArrowUpOutlined />} disabled={index === 0} aria-label={t('settings.earlier', { rule: words.choice('', rule) })} onClick={() => move(index, -1)} />
            <Button size="small" type="text" icon={<ArrowDownOutlined />} disabled={index === value.length - 1} aria-label={t('settings.later', { rule: words.choice('', rule) })} onClick={() => move(index, 1)} />
            <Button size="small" type="text" icon={<CloseOutlined />} disabled={value.length === 1} aria-label={t('settings.leaveOut', { rule: words.choice('', rule) })} onClick={() => onChange(value.filter((each) => each !== rule))} />
          </li>
        ))}
      </ol>
      {rest.length === 0 ? null : <Select value={null} placeholder={t('settings.addRule')} aria-label={t('settings.addRule')} onChange={(rule: string | null) => rule !== null && onChange([...value, rule])} options={rest.map((rule) => ({ value: rule, label: words.choice('', rule) }))} style={{ width: 260 }} />}
    </div>
  );
}

/** Columns a browser that has made no choice of its own starts without. */
export function ColumnVisibility({ value, onChange, columns }: SpecialProps<Record<string, boolean>> & { columns: { key: string; title: string }[] }) {
  return <div className="column-visibility">{columns.map(({ key, title }) => <Checkbox key={key} checked={value[key] !== false} onChange={(event) => onChange({ ...value, [key]: event.target.checked })}>{title}</Checkbox>)}</div>;
}
