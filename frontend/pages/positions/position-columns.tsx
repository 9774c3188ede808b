import type { Position } from '#shared/contracts/http';
import { Tooltip, type TableColumnType } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useCloseReason } from '../../components/close-reason.ts';
import { pairOf } from '../../components/symbol-words.ts';
import { ModeMark, SideMark, StatusMark } from '../../components/marks.tsx';
import { TimeAgo } from '../../components/moments.tsx';
import { Num, Pnl } from '../../components/numbers.tsx';
import { compareDecimals } from '../../data/decimal.ts';
import { useTpModeName } from './tp-mode.ts';

export type PositionColumn = TableColumnType<Position> & { key: string; name: string; fixedChoice?: boolean };

const byDecimal = (read: (row: Position) => string | null) => (a: Position, b: Position): number => compareDecimals(read(a) ?? '0', read(b) ?? '0');

function heading(name: string, unit?: string): ReactNode {
  return unit === undefined ? name : <>{name} <span className="unit">{unit}</span></>;
}

/** A heading whose words need an explanation. */
const explained = (name: string, help: string): ReactNode => <Tooltip title={help}><span>{name}</span></Tooltip>;

/** The columns of the positions table, closed ones with how they ended. `unit` is the quote currency all rows share, if they do. */
export function usePositionColumns(show: 'open' | 'closed', phone: boolean, unit: string | undefined): PositionColumn[] {
  const { t } = useTranslation();
  const tpModeName = useTpModeName();
  const closeReason = useCloseReason();
  const pair: PositionColumn = {
    key: 'pair', name: t('position.pairTimeframe'), title: t(phone ? 'position.pair' : 'position.pairTimeframe'), width: phone ? 172 : 168, fixedChoice: true, ...(phone ? {} : { fixed: 'left' as const }), sorter: (a, b) => a.symbol.localeCompare(b.symbol) || a.timeframe.localeCompare(b.timeframe),
    render: (_, row) => (
      <span className="pair-cell">
        <Link to={`/app/positions/${row.id}`} onClick={(event) => event.stopPropagation()}><b>{pairOf(row.symbol)}</b></Link> <span className="faint">{row.timeframe}</span>
        {phone ? <div className="row" style={{ gap: 6 }}><SideMark side={row.side} /><StatusMark status={row.status} /></div> : null}
      </span>
    ),
  };
  const pnl: PositionColumn = {
    key: 'unrealised', name: t('position.unrealised'), title: heading(t('position.unrealised'), unit), width: 156, align: 'right', sorter: byDecimal((row) => row.pnlUnrealised),
    render: (_, row) => <Pnl value={row.pnlUnrealised} fade unit={unit === undefined ? row.quoteAsset : undefined} />,
  };
  const percent: PositionColumn = { key: 'percent', name: t('position.unrealisedPercent'), title: heading(t('position.unrealised'), '%'), width: 138, align: 'right', sorter: byDecimal((row) => row.pnlUnrealisedPercent), render: (_, row) => <Pnl value={row.pnlUnrealisedPercent} fade /> };
  const status: PositionColumn = { key: 'status', name: t('position.status'), title: t('position.status'), width: 150, sorter: (a, b) => a.status.localeCompare(b.status), render: (_, row) => <StatusMark status={row.status} /> };
  const realised: PositionColumn = { key: 'realised', name: t('position.realised'), title: heading(t('position.realised'), unit), width: 128, align: 'right', sorter: byDecimal((row) => row.pnlRealised), render: (_, row) => <Pnl value={row.pnlRealised} fade /> };
  if (phone) return show === 'open' ? [pair, { ...pnl, width: 112, title: t('position.unrealised') }, { ...percent, width: 78, title: heading('', '%') }] : [pair, { ...realised, width: 112 }, { ...status, width: 96, title: t('position.closeReason'), render: (_, row) => <span className="soft">{closeReason(row.closeReason) ?? '\u2013'}</span> }];

  const shared: PositionColumn[] = [
    pair,
    { key: 'side', name: t('position.side'), title: t('position.side'), width: 82, sorter: (a, b) => a.side.localeCompare(b.side), render: (_, row) => <SideMark side={row.side} /> },
  ];
  const account: PositionColumn = { key: 'account', name: t('position.account'), title: t('position.account'), width: 140, ellipsis: true, sorter: (a, b) => a.accountName.localeCompare(b.accountName), render: (_, row) => <span className="row" style={{ gap: 6 }}><ModeMark mode={row.mode} /><span className="ellipsis">{row.accountName}</span></span> };
  const pyramids: PositionColumn = { key: 'pyramids', name: t('position.pyramids'), title: explained(t('position.pyramids'), t('position.pyramidsHelp')), width: 96, align: 'right', sorter: (a, b) => a.pyramidCount - b.pyramidCount, render: (_, row) => <span className="num">{row.pyramidCount + 1} / {row.maxPyramids}</span> };
  const legs: PositionColumn = { key: 'legs', name: t('position.legs'), title: explained(t('position.legs'), t('position.legsHelp')), width: 108, align: 'right', sorter: (a, b) => a.legsFilled - b.legsFilled || a.legsTotal - b.legsTotal, render: (_, row) => <span className="num legs-cell"><i style={{ width: `${row.legsTotal === 0 ? 0 : (100 * row.legsFilled) / row.legsTotal}%` }} />{row.legsFilled} / {row.legsTotal}</span> };
  const average: PositionColumn = { key: 'average', name: t('position.average'), title: t('position.average'), width: 118, align: 'right', sorter: byDecimal((row) => row.priceEntryAverage), render: (_, row) => <Num value={row.priceEntryAverage} decimals={row.priceDecimals ?? undefined} /> };
  const tpMode: PositionColumn = { key: 'tpMode', name: t('position.tpMode'), title: t('position.tpMode'), width: 176, sorter: (a, b) => a.tpMode.localeCompare(b.tpMode), render: (_, row) => <span className="soft nowrap">{tpModeName(row.tpMode)}</span> };
  const fees: PositionColumn = { key: 'fees', name: t('position.fees'), title: heading(t('position.fees'), unit), width: 106, align: 'right', sorter: byDecimal((row) => row.feesPaid), render: (_, row) => <Num value={row.feesPaid} decimals={2} /> };
  const opened: PositionColumn = { key: 'opened', name: t('position.opened'), title: t('position.opened'), width: 104, sorter: (a, b) => a.openedAt.localeCompare(b.openedAt), render: (_, row) => <span className="soft"><TimeAgo at={row.openedAt} /></span> };
  if (show === 'closed') {
    return [
      ...shared, realised,
      { key: 'closed', name: t('position.closed'), title: t('position.closed'), width: 104, sorter: (a, b) => (a.closedAt ?? '').localeCompare(b.closedAt ?? ''), render: (_, row) => <span className="soft"><TimeAgo at={row.closedAt} /></span> },
      { key: 'closeReason', name: t('position.closeReason'), title: t('position.closeReason'), width: 170, ellipsis: true, sorter: (a, b) => (a.closeReason ?? '').localeCompare(b.closeReason ?? ''), render: (_, row) => closeReason(row.closeReason) ?? '\u2013' },
      fees, pyramids, legs, tpMode, opened, account,
    ];
  }
  const quantity: PositionColumn = { key: 'quantity', name: t('position.quantity'), title: t('position.quantity'), width: 116, align: 'right', sorter: byDecimal((row) => row.quantity), render: (_, row) => <Num value={row.quantity} decimals={row.quantityDecimals ?? undefined} /> };
  const value: PositionColumn = { key: 'value', name: t('position.value'), title: heading(t('position.value'), unit), width: 122, align: 'right', sorter: byDecimal((row) => row.value), render: (_, row) => <Num value={row.value} decimals={2} /> };
  const last: PositionColumn = { key: 'last', name: t('position.last'), title: t('position.last'), width: 112, align: 'right', sorter: byDecimal((row) => row.priceLast), render: (_, row) => <Num value={row.priceLast} decimals={row.priceDecimals ?? undefined} fade /> };
  // The columns of UIB in their order fill a common screen; the rest is a scroll away.
  return [...shared, pyramids, legs, average, percent, pnl, tpMode, status, last, value, quantity, realised, fees, opened, account];
}
