import type { TpOverride } from '#shared/contracts/settings';
import { ArrowDownOutlined, ArrowUpOutlined, DeleteOutlined, PlusOutlined } from '@ant-design/icons';
import { Button, Input, Select } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import en from '../../locales/en.json';
import { useTpModeName } from '../positions/tp-mode.ts';
import { NumberInput } from './number-input.tsx';
import { overrideMembers } from './override-members.ts';
import { moved } from './rule-order.tsx';

const path = 'grid_strategy.tp_overrides';
const rulesMost = 100;
const textMost = { symbol: 60, timeframe: 10, strategy: 200 } as const;
const examples = { symbol: 'BTCUSDT', timeframe: '15m', strategy: '' } as const;

const blank = (): TpOverride => ({ symbol: null, timeframe: null, strategy: null, pyramid: null, tp_mode: null, tp_percent: null });
const columnWords = { symbol: 'symbol', timeframe: 'timeframe', strategy: 'strategy', pyramid: 'pyramid', tp_mode: 'mode', tp_percent: 'percent' } as const;

interface CellProps {
  rule: TpOverride;
  index: number;
  pyramids: number;
  errors: ReadonlyMap<string, string>;
  onSet: (change: Partial<TpOverride>) => void;
}

function Cell({ member, rule, index, pyramids, errors, onSet }: CellProps & { member: (typeof overrideMembers)[number] }): ReactNode {
  const { t } = useTranslation();
  const modeName = useTpModeName();
  const invalid = errors.has(`${path}.${index}.${member}`);
  const name = `${t('tpOverrides.rule', { index: index + 1 })}, ${t(`tpOverrides.${columnWords[member]}`)}`;
  const status = invalid ? { status: 'error' as const, 'aria-invalid': true } : {};
  switch (member) {
    case 'symbol':
    case 'timeframe':
    case 'strategy':
      return <Input {...status} value={rule[member] ?? ''} aria-label={name} placeholder={examples[member] === '' ? t('tpOverrides.any') : `${t('tpOverrides.any')} (${examples[member]})`} maxLength={textMost[member]} spellCheck={false} onChange={(event) => onSet({ [member]: event.target.value === '' ? null : event.target.value })} />;
    case 'pyramid':
      return <Select<number | null> {...status} value={rule.pyramid} aria-label={name} style={{ width: '100%' }} onChange={(pyramid) => onSet({ pyramid, ...(pyramid !== null && { tp_mode: null }) })} options={[{ value: null, label: t('tpOverrides.any') }, ...Array.from({ length: Math.max(pyramids, (rule.pyramid ?? 0) + 1) }, (_, at) => ({ value: at, label: at === 0 ? t('ladder.first') : t('ladder.pyramid', { index: at }) }))]} />;
    case 'tp_mode':
      return <Select<TpOverride['tp_mode']> {...status} value={rule.tp_mode} aria-label={name} disabled={rule.pyramid !== null} title={rule.pyramid === null ? '' : t('tpOverrides.modeOfGroup')} style={{ width: '100%' }} onChange={(mode) => onSet({ tp_mode: mode })} options={[{ value: null, label: t('tpOverrides.unchanged') }, ...Object.keys(en.tpMode).map((mode) => ({ value: mode as TpOverride['tp_mode'], label: modeName(mode) }))]} />;
    case 'tp_percent':
      return <NumberInput value={rule.tp_percent} unit="percent" step={0.1} width={116} label={name} placeholder={t('tpOverrides.unchanged')} invalid={invalid} onChange={(percent) => onSet({ tp_percent: percent })} />;
  }
}

/** Other take-profits by symbol, timeframe, strategy or pyramid, in the order in which they are asked (R-090). */
export function TpOverrides({ value, onChange, pyramids, errors }: { value: TpOverride[]; onChange: (value: TpOverride[]) => void; pyramids: number; errors: ReadonlyMap<string, string> }) {
  const { t } = useTranslation();
  const set = (index: number, change: Partial<TpOverride>): void => onChange(value.map((rule, at) => (at === index ? { ...rule, ...change } : rule)));
  const faults = [...errors].filter(([at]) => at.startsWith(`${path}.`));
  return (
    <div className="column" style={{ gap: 10, width: '100%' }}>
      {value.length === 0 ? <p className="soft">{t('tpOverrides.none')}</p> : (
        <div className="scroll-x">
          <table className="override-table">
            <thead><tr><th>#</th>{overrideMembers.map((member) => <th key={member}>{t(`tpOverrides.${columnWords[member]}`)}</th>)}<th><span className="visually-hidden">{t('action.actions')}</span></th></tr></thead>
            <tbody>
              {value.map((rule, index) => (
                // A rule has no name of its own: its place is what it is known by.
                <tr key={index}>
                  <th scope="row" className="num">{index + 1}.</th>
                  {overrideMembers.map((member) => <td key={member} className={`override-${member}`} data-label={t(`tpOverrides.${columnWords[member]}`)}><Cell {...{ member, rule, index, pyramids, errors }} onSet={(change) => set(index, change)} /></td>)}
                  <td className="nowrap override-actions">
                    <Button size="small" type="text" icon={<ArrowUpOutlined />} disabled={index === 0} aria-label={t('tpOverrides.earlier', { index: index + 1 })} onClick={() => onChange(moved(value, index, index - 1))} />
                    <Button size="small" type="text" icon={<ArrowDownOutlined />} disabled={index === value.length - 1} aria-label={t('tpOverrides.later', { index: index + 1 })} onClick={() => onChange(moved(value, index, index + 1))} />
                    <Button size="small" type="text" danger icon={<DeleteOutlined />} aria-label={t('tpOverrides.remove', { index: index + 1 })} onClick={() => onChange(value.filter((_, at) => at !== index))} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {faults.map(([at, message]) => <div key={at} className="setting-error" role="alert">{t('tpOverrides.rule', { index: Number(at.slice(path.length + 1).split('.', 1)[0]) + 1 })}: {message}</div>)}
      <Button icon={<PlusOutlined />} disabled={value.length >= rulesMost} onClick={() => onChange([...value, blank()])} style={{ alignSelf: 'flex-start' }}>{t('tpOverrides.add')}</Button>
    </div>
  );
}
