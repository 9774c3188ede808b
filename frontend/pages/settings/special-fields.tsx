import { DeleteOutlined, PlusOutlined } from '@ant-design/icons';
import { Button, Checkbox, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Level } from './even-levels.ts';
import { LadderEditor } from './ladder-editor.tsx';
import { NumberInput } from './number-input.tsx';

interface SpecialProps<Value> {
  path: string;
  value: Value;
  errors: ReadonlyMap<string, string>;
  onChange: (value: Value) => void;
}

/** The first entry always takes the default ladder. */
const firstOwnIndex = 1;

/** Ladders of single pyramids; those without one take the default ladder. */
export function PyramidLadders({ path, value, onChange, base, most, pyramids, defaultTp, errors }: SpecialProps<Record<string, Level[]>> & { base: Level[]; most: number; pyramids: number; defaultTp: number }) {
  const { t } = useTranslation();
  const free = Array.from({ length: Math.max(0, pyramids - firstOwnIndex) }, (_, at) => at + firstOwnIndex).filter((index) => !(String(index) in value));
  const without = (index: string): Record<string, Level[]> => Object.fromEntries(Object.entries(value).filter(([key]) => key !== index));
  const unused = (index: string): boolean => Number(index) < firstOwnIndex || Number(index) >= pyramids;
  return (
    <div className="column" style={{ gap: 14 }}>
      {Object.entries(value).map(([index, levels]) => (
        <div key={index} className="pyramid-ladder">
          <div className="spread"><strong>{t('ladder.pyramid', { index })}</strong><Button type="text" size="small" danger icon={<DeleteOutlined />} onClick={() => onChange(without(index))}>{t('ladderEditor.useDefault')}</Button></div>
          {unused(index) ? <div className="setting-note">{t('ladderEditor.unused')}</div> : null}
          {errors.has(`${path}.${index}`) ? <div className="setting-error" role="alert">{errors.get(`${path}.${index}`)}</div> : null}
          <LadderEditor path={`${path}.${index}`} name={t('ladder.pyramid', { index })} levels={levels} most={most} defaultTp={defaultTp} errors={errors} onChange={(next) => onChange({ ...value, [index]: next })} />
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
export function PyramidTargets({ path, value, onChange, pyramids, defaultTp, errors }: SpecialProps<Record<string, number>> & { pyramids: number; defaultTp: number }) {
  const { t } = useTranslation();
  const set = (index: number, percent: number | null): void => {
    const rest = Object.fromEntries(Object.entries(value).filter(([key]) => key !== String(index)));
    onChange(percent === null ? rest : { ...rest, [String(index)]: percent });
  };
  const shown = Math.max(pyramids, ...Object.keys(value).map((index) => Number(index) + 1));
  return (
    <div className="target-grid">
      {Array.from({ length: shown }, (_, index) => (
        <label key={index}>
          <span className="soft">{index === 0 ? t('ladder.first') : t('ladder.pyramid', { index })}</span>
          <NumberInput value={value[String(index)] ?? null} unit="percent" step={0.1} width={130} placeholder={String(defaultTp)} invalid={errors.has(`${path}.${index}`)} onChange={(percent) => set(index, percent)} />
          {errors.has(`${path}.${index}`) ? <span className="setting-error" role="alert">{errors.get(`${path}.${index}`)}</span> : null}
        </label>
      ))}
    </div>
  );
}

/** Columns a browser that has made no choice of its own starts without. */
export function ColumnVisibility({ value, onChange, columns }: { value: Record<string, boolean>; onChange: (value: Record<string, boolean>) => void; columns: { key: string; title: string }[] }) {
  const named = new Set(columns.map(({ key }) => key));
  const others = Object.keys(value).filter((key) => !named.has(key)).map((key) => ({ key, title: key }));
  return <div className="column-visibility">{[...columns, ...others].map(({ key, title }) => <Checkbox key={key} checked={value[key] !== false} onChange={(event) => onChange({ ...value, [key]: event.target.checked })}>{title}</Checkbox>)}</div>;
}
