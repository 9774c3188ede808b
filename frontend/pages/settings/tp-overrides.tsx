import type { TpOverride } from '#shared/contracts/settings';
import { ArrowDownOutlined, ArrowUpOutlined, DeleteOutlined, PlusOutlined } from '@ant-design/icons';
import { Button, Input, InputNumber, Select } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import en from '../../locales/en.json';
import { useTpModeName } from '../positions/tp-mode.ts';

const blank: TpOverride = { symbol: null, timeframe: null, strategy: null, pyramid: null, tp_mode: null, tp_percent: null };
const path = 'grid_strategy.tp_overrides';
const rulesMost = 100;

function Part({ label, children }: { label: string; children: ReactNode }) {
  return <label><span className="soft">{label}</span>{children}</label>;
}

/** Other take-profits by symbol, timeframe, strategy or pyramid, in the order in which they are asked. */
export function TpOverrides({ value, onChange, pyramids, errors }: { value: TpOverride[]; onChange: (value: TpOverride[]) => void; pyramids: number; errors: ReadonlyMap<string, string> }) {
  const { t } = useTranslation();
  const modeName = useTpModeName();
  const any = t('tpOverrides.any');
  const set = (index: number, change: Partial<TpOverride>): void => onChange(value.map((rule, at) => (at === index ? { ...rule, ...change } : rule)));
  const move = (index: number, by: number): void => {
    const next = [...value];
    const [rule] = next.splice(index, 1);
    if (rule !== undefined) next.splice(index + by, 0, rule);
    onChange(next);
  };
  const faultsOf = (index: number): string[] => [...errors].filter(([at]) => at === `${path}.${index}` || at.startsWith(`${path}.${index}.`)).map(([, message]) => message);
  const text = (index: number, key: 'symbol' | 'timeframe' | 'strategy', most: number, width: number): ReactNode => (
    <Part label={t(`tpOverrides.${key}`)}>
      <Input value={value[index]?.[key] ?? ''} placeholder={any} maxLength={most} style={{ width }} {...(errors.has(`${path}.${index}.${key}`) && { status: 'error' as const })} onChange={(event) => set(index, { [key]: event.target.value === '' ? null : event.target.value })} />
    </Part>
  );
  return (
    <div className="column" style={{ gap: 14 }}>
      {value.map((rule, index) => (
        // A rule has no name of its own: its place is what it is known by.
        <div key={index} className="pyramid-ladder">
          <div className="spread">
            <strong>{t('tpOverrides.rule', { index: index + 1 })}</strong>
            <span>
              <Button size="small" type="text" icon={<ArrowUpOutlined />} disabled={index === 0} aria-label={t('tpOverrides.earlier', { index: index + 1 })} onClick={() => move(index, -1)} />
              <Button size="small" type="text" icon={<ArrowDownOutlined />} disabled={index === value.length - 1} aria-label={t('tpOverrides.later', { index: index + 1 })} onClick={() => move(index, 1)} />
              <Button size="small" type="text" danger icon={<DeleteOutlined />} aria-label={t('tpOverrides.remove', { index: index + 1 })} onClick={() => onChange(value.filter((_, at) => at !== index))} />
            </span>
          </div>
          <div className="target-grid">
            {text(index, 'symbol', 60, 150)}
            {text(index, 'timeframe', 10, 100)}
            {text(index, 'strategy', 200, 180)}
            <Part label={t('tpOverrides.pyramid')}>
              <Select<number | null> value={rule.pyramid} style={{ width: 150 }} onChange={(pyramid) => set(index, { pyramid, ...(pyramid !== null && { tp_mode: null }) })} options={[{ value: null, label: any }, ...Array.from({ length: Math.max(pyramids, (rule.pyramid ?? 0) + 1) }, (_, at) => ({ value: at, label: at === 0 ? t('ladder.first') : t('ladder.pyramid', { index: at }) }))]} />
            </Part>
            <Part label={t('tpOverrides.mode')}>
              <Select<TpOverride['tp_mode']> value={rule.tp_mode} disabled={rule.pyramid !== null} style={{ width: 180 }} onChange={(mode) => set(index, { tp_mode: mode })} options={[{ value: null, label: t('tpOverrides.unchanged') }, ...Object.keys(en.tpMode).map((mode) => ({ value: mode as TpOverride['tp_mode'], label: modeName(mode) }))]} />
            </Part>
            <Part label={t('tpOverrides.percent')}>
              <InputNumber min={0} max={1000} step={0.1} suffix="%" placeholder={t('tpOverrides.unchanged')} value={rule.tp_percent} onChange={(percent) => set(index, { tp_percent: percent })} style={{ width: 140 }} />
            </Part>
          </div>
          {faultsOf(index).map((message) => <div key={message} className="setting-error" role="alert">{message}</div>)}
        </div>
      ))}
      <Button icon={<PlusOutlined />} disabled={value.length >= rulesMost} onClick={() => onChange([...value, { ...blank }])} style={{ alignSelf: 'flex-start' }}>{t('tpOverrides.add')}</Button>
    </div>
  );
}
