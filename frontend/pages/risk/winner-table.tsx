import type { RiskGroupView, RiskView } from '#shared/contracts/http';
import { Grid, Table, Tooltip, type TableColumnsType } from 'antd';
import { useTranslation } from 'react-i18next';
import { ModeMark } from '../../components/marks.tsx';
import { Missing, Num, Pnl } from '../../components/numbers.tsx';
import { usePhone } from '../../components/use-layout.ts';
import { GroupReasons, Verdict } from './condition-list.tsx';
import { GroupActions, GroupFlags } from './group-flags.tsx';
import { GroupName } from './group-name.tsx';
import { rowsPerPage } from './loser-table.tsx';
import { shareOf } from './offset-flow.ts';
import { winningOffsets } from './risk-figures.ts';

/** How many winners can pay, and how much they have together. */
export function WinningOffsets({ winners, labelled = false }: { winners: readonly RiskGroupView[]; labelled?: boolean }) {
  const { t } = useTranslation();
  const totals = winningOffsets(winners);
  if (totals.length === 0) return <span className="soft">{t('risk.offsetsNone')}</span>;
  return (
    <span className="row wrap" style={{ gap: '2px 12px' }}>
      {totals.map(({ mode, count, totalUsd }) => <span key={mode} className="row" style={{ gap: 6 }}>{totals.length > 1 ? <ModeMark mode={mode} /> : null}<span className="soft">{labelled ? `${t('risk.offsetsTitle')}: ` : null}{t('risk.offsets', { count })}</span><Pnl value={totalUsd} unit="USD" fade /></span>)}
    </span>
  );
}

/** What the plan takes of a winner's profit. */
function InPlan({ group, view }: { group: RiskGroupView; view: RiskView }) {
  const part = (view.plan ?? view.runningPlan)?.winners.find(({ groupId }) => groupId === group.groupId);
  if (part === undefined) return <Missing />;
  return <span className="in-plan"><span className="flow-share" aria-hidden="true"><i style={{ width: `${100 * shareOf(part.realisedUsd, part.profitUsd)}%` }} /></span><Num value={part.realisedUsd} decimals={2} /></span>;
}

/** Winning groups, those with most profit first: what each has, what of it may be taken, and what the plan takes. */
export function WinnerTable({ view, now }: { view: RiskView; now: number }) {
  const { t } = useTranslation();
  const phone = usePhone();
  const { xxl: wide } = Grid.useBreakpoint();
  const rows = view.winners;
  const good = ({ winner: { rank } }: RiskGroupView): string => (rank === null ? t('risk.available').toLowerCase() : t('risk.payRank', { rank }));
  const available = (row: RiskGroupView) => <Num value={row.winner.eligible ? row.pnlUsd : '0'} decimals={2} />;
  const unit = (name: React.ReactNode, of: string) => <>{name} <span className="unit">{of}</span></>;
  const columns: TableColumnsType<RiskGroupView> = phone
    ? [
        { title: t('position.pair'), key: 'pair', render: (_, row) => <div className="column" style={{ gap: 3 }}><GroupName group={row} /><GroupFlags group={row} /><Verdict group={row} role="winner" now={now} good={good(row)} /></div> },
        { title: unit(t('risk.profitUsd'), 'USD'), key: 'usd', width: 98, align: 'right', render: (_, row) => <><Pnl value={row.pnlUsd} fade /><div><Pnl value={row.pnlPercent} unit="%" /></div></> },
      ]
    : [
        { title: t('position.pair'), key: 'pair', width: 186, render: (_, row) => <GroupName group={row} /> },
        { title: unit(t('risk.profitPercent'), '%'), key: 'percent', width: 92, align: 'right', render: (_, row) => <Pnl value={row.pnlPercent} fade /> },
        { title: unit(t('risk.profitUsd'), 'USD'), key: 'usd', width: 112, align: 'right', render: (_, row) => <Pnl value={row.pnlUsd} fade /> },
        { title: <Tooltip title={t('risk.sliceHelp')}><span tabIndex={0}>{unit(t('risk.slice'), 'USD')}</span></Tooltip>, key: 'slice', width: 122, align: 'right', render: (_, row) => available(row) },
        { title: unit(t('risk.inPlan'), 'USD'), key: 'plan', width: 152, align: 'right', render: (_, row) => <InPlan group={row} view={view} /> },
        { title: t('risk.mayPay'), key: 'may', render: (_, row) => <div className="column" style={{ gap: 3 }}><Verdict group={row} role="winner" now={now} good={good(row)} /><GroupFlags group={row} /></div> },
        { title: <span className="visually-hidden">{t('action.actions')}</span>, key: 'actions', width: wide === true ? 208 : 90, align: 'right', render: (_, row) => <GroupActions group={row} inRow /> },
      ];
  return (
    <Table<RiskGroupView>
      rowKey="groupId"
      size="small"
      columns={columns}
      dataSource={rows}
      pagination={rows.length > rowsPerPage ? { pageSize: rowsPerPage, showSizeChanger: false } : false}
      {...(phone ? {} : { scroll: { x: 1000 } })}
      expandable={{ expandedRowRender: (row) => <>{phone ? <GroupActions group={row} /> : null}<GroupReasons group={row} now={now} /></>, columnWidth: 34 }}
    />
  );
}
