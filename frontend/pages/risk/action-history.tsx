import type { RiskAction } from '#shared/contracts/http';
import { Button, Table, Tooltip, type TableColumnsType } from 'antd';
import { HistoryOutlined } from '@ant-design/icons';
import { useTranslation } from 'react-i18next';
import { TimeAgo } from '../../components/moments.tsx';
import { Num, Pnl } from '../../components/numbers.tsx';
import { Panel } from '../../components/panel.tsx';
import { Answer, EmptyState } from '../../components/states.tsx';
import { usePhone } from '../../components/use-layout.ts';
import { useRiskActions } from '../../data/use-risk.ts';
import { ActionMark } from './action-marks.tsx';
import { ActionSteps } from './action-progress.tsx';
import { GroupName } from './group-name.tsx';
import { partsOf, worstSlippage } from './risk-figures.ts';
import { useStopText } from './risk-words.ts';

function Winners({ action }: { action: RiskAction }) {
  const { winners } = partsOf(action);
  return <span>{winners.map((step, index) => <span key={step.step}>{index === 0 ? '' : ', '}<GroupName group={step} side={false} /></span>)}</span>;
}

function Loser({ action }: { action: RiskAction }) {
  const { loser } = partsOf(action);
  return loser === undefined ? null : <GroupName group={loser} side={false} />;
}

/** Planned above, what it came to below. */
function Both({ planned, realised }: { planned: string; realised: string }) {
  return <><Pnl value={realised} /><div className="faint"><Num value={planned} decimals={2} /></div></>;
}

function useColumns(phone: boolean): TableColumnsType<RiskAction> {
  const { t } = useTranslation();
  const stopText = useStopText();
  const usd = (name: React.ReactNode) => <>{name} <span className="unit">USD</span></>;
  const status = (row: RiskAction) => {
    const why = stopText(row.reason, row.detail);
    return <><div><ActionMark status={row.status} /></div>{why === null ? null : <div className="soft why">{why}</div>}</>;
  };
  const loserPlanned = (row: RiskAction): string => partsOf(row).loser?.plannedUsd ?? '0';
  const net = { title: usd(t('risk.netRealised')), key: 'net', width: 92, align: 'right' as const, render: (_: unknown, row: RiskAction) => <Pnl value={row.netRealisedUsd} /> };
  if (phone) {
    return [
      { title: t('risk.history'), key: 'what', render: (_, row) => <div className="column" style={{ gap: 3 }}><span><Loser action={row} /> <span className="faint">{'\u2190'}</span> <Winners action={row} /></span><div>{status(row)}</div><span className="faint"><TimeAgo at={row.startedAt} /></span></div> },
      net,
    ];
  }
  const planAndFact = (name: string) => <span>{usd(name)}<div className="faint sub-head">{t('risk.planned').toLowerCase()}</div></span>;
  return [
    { title: t('risk.when'), key: 'when', width: 104, render: (_, row) => <span className="soft"><TimeAgo at={row.startedAt} /><div className="faint">{t(`riskTrigger.${row.trigger}`)}</div></span> },
    { title: t('risk.status'), key: 'status', width: 200, render: (_, row) => status(row) },
    { title: t('risk.loser'), key: 'loser', width: 136, render: (_, row) => <Loser action={row} /> },
    { title: t('risk.paidBy'), key: 'winners', render: (_, row) => <Winners action={row} /> },
    { title: planAndFact(t('risk.broughtIn')), key: 'brought', width: 112, align: 'right', render: (_, row) => <Both planned={row.coveredUsd} realised={row.winnersRealisedUsd} /> },
    { title: planAndFact(t('risk.lossClosed')), key: 'closed', width: 112, align: 'right', render: (_, row) => <Both planned={loserPlanned(row)} realised={row.loserRealisedUsd} /> },
    net,
    { title: usd(t('risk.feesPaid')), key: 'fees', width: 88, align: 'right', render: (_, row) => <Num value={row.feesUsd} decimals={2} /> },
    { title: <>{t('risk.slipped')} <span className="unit">%</span></>, key: 'slippage', width: 106, align: 'right', render: (_, row) => <Num value={worstSlippage(row)} decimals={3} /> },
    { title: <Tooltip title={t('risk.savedHelp')}><span tabIndex={0}>{usd(t('risk.saved'))}</span></Tooltip>, key: 'saved', width: 126, align: 'right', render: (_, row) => <Pnl value={row.savedSinceUsd} fade /> },
  ];
}

/** Every offset with what was planned, what it came to and what it has saved since. */
export function ActionHistory() {
  const { t } = useTranslation();
  const phone = usePhone();
  const actions = useRiskActions();
  const columns = useColumns(phone);
  const rows = actions.data?.pages.flatMap((page) => page.data) ?? [];
  return (
    <Panel title={t('risk.history')} flush>
      <Answer of={actions} rows={3}>
        {() => rows.length === 0 ? (
          <EmptyState icon={<HistoryOutlined />} title={t('risk.historyNone')}>{t('risk.historyNoneText')}</EmptyState>
        ) : (
          <>
            <Table<RiskAction> rowKey="id" size="small" pagination={false} columns={columns} dataSource={rows} {...(phone ? {} : { scroll: { x: 1180 } })} expandable={{ expandedRowRender: (row) => <ActionSteps action={row} />, columnWidth: 34 }} />
            {actions.hasNextPage ? <div className="state-pad"><Button loading={actions.isFetchingNextPage} onClick={() => void actions.fetchNextPage()}>{t('action.more')}</Button></div> : null}
          </>
        )}
      </Answer>
    </Panel>
  );
}
