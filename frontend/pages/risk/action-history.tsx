import type { RiskAction } from '#shared/contracts/http';
import { Button, Table, Tooltip, type TableColumnsType } from 'antd';
import { HistoryOutlined } from '@ant-design/icons';
import { useTranslation } from 'react-i18next';
import { TimeAgo } from '../../components/moments.tsx';
import { Missing, Num, Pnl } from '../../components/numbers.tsx';
import { Panel } from '../../components/panel.tsx';
import { Answer, EmptyState } from '../../components/states.tsx';
import { usePhone } from '../../components/use-layout.ts';
import { useRiskActions } from '../../data/use-risk.ts';
import { ActionMark } from './action-marks.tsx';
import { ActionSteps } from './action-progress.tsx';
import { GroupName } from './group-name.tsx';
import { causeOf, netAfterFees, partsOf, worstSlippage } from './risk-figures.ts';
import { useStopText } from '../../components/risk-words.ts';

function Winners({ action }: { action: RiskAction }) {
  const { winners } = partsOf(action);
  return <span>{winners.map((step, index) => <span key={step.step}>{index === 0 ? '' : ', '}<GroupName group={step} side={false} /></span>)}</span>;
}

function Loser({ action }: { action: RiskAction }) {
  const { loser } = partsOf(action);
  return loser === undefined ? null : <GroupName group={loser} side={false} />;
}

/** What it came to, with another figure below. An offset that never began came to nothing that could be told. */
function Both({ realised, below }: { realised: string | null; below: string | null }) {
  return <>{realised === null ? <Missing /> : <Pnl value={realised} />}{below === null ? null : <div className="faint"><Num value={below} decimals={2} /></div>}</>;
}

const neverBegun: readonly RiskAction['status'][] = ['awaiting_approval', 'rejected', 'expired'];

function useColumns(phone: boolean): TableColumnsType<RiskAction> {
  const { t } = useTranslation();
  const stopText = useStopText();
  const usd = (name: React.ReactNode) => <>{name} <span className="unit">USD</span></>;
  const status = (row: RiskAction) => {
    // Its status says so already.
    const why = neverBegun.includes(row.status) ? null : stopText(row.reason, row.figures, row.detail);
    const cause = causeOf(row);
    return <><div><ActionMark status={row.status} /></div>{why === null ? null : <div className="soft why">{cause === undefined ? null : <><GroupName group={cause} side={false} />: </>}{why}</div>}</>;
  };
  const came = (row: RiskAction, value: string): string | null => (neverBegun.includes(row.status) ? null : value);
  const loserPlanned = (row: RiskAction): string => partsOf(row).loser?.plannedUsd ?? '0';
  const under = (name: string, below: string) => <span>{usd(name)}<div className="faint sub-head">{below}</div></span>;
  const net = { title: under(t('risk.netRealised'), t('risk.afterFees')), key: 'net', width: 92, align: 'right' as const, render: (_: unknown, row: RiskAction) => <Both realised={came(row, row.netRealisedUsd)} below={came(row, netAfterFees(row))} /> };
  if (phone) {
    return [
      { title: t('risk.history'), key: 'what', render: (_, row) => <div className="column" style={{ gap: 3 }}><span><Loser action={row} /> <span className="faint">{'\u2190'}</span> <Winners action={row} /></span><div>{status(row)}</div><span className="faint"><TimeAgo at={row.startedAt} /></span></div> },
      net,
    ];
  }
  const planAndFact = (name: string) => under(name, t('risk.planned').toLowerCase());
  return [
    { title: t('risk.when'), key: 'when', width: 104, render: (_, row) => <span className="soft"><TimeAgo at={row.startedAt} /><div className="faint">{t(`riskTrigger.${row.trigger}`)}</div></span> },
    { title: t('risk.status'), key: 'status', width: 190, render: (_, row) => status(row) },
    { title: t('risk.loser'), key: 'loser', width: 136, render: (_, row) => <Loser action={row} /> },
    { title: t('risk.paidBy'), key: 'winners', render: (_, row) => <Winners action={row} /> },
    { title: planAndFact(t('risk.broughtIn')), key: 'brought', width: 112, align: 'right', render: (_, row) => <Both realised={came(row, row.winnersRealisedUsd)} below={row.coveredUsd} /> },
    { title: planAndFact(t('risk.lossClosed')), key: 'closed', width: 112, align: 'right', render: (_, row) => <Both realised={came(row, row.loserRealisedUsd)} below={loserPlanned(row)} /> },
    net,
    { title: <span>{usd(t('risk.feesPaid'))}<div className="faint sub-head">{t('risk.slipped').toLowerCase()} %</div></span>, key: 'fees', width: 112, align: 'right', render: (_, row) => <><Num value={came(row, row.feesUsd)} decimals={2} />{worstSlippage(row) === null ? null : <div className="faint"><Num value={worstSlippage(row)} decimals={3} /></div>}</> },
    { title: <Tooltip title={t('risk.savedHelp')}><span tabIndex={0}>{usd(t('risk.saved'))}</span></Tooltip>, key: 'saved', width: 104, align: 'right', render: (_, row) => <Pnl value={row.savedSinceUsd} fade /> },
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
            <Table<RiskAction> rowKey="id" size="small" pagination={false} columns={columns} dataSource={rows} {...(phone ? {} : { scroll: { x: 1060 } })} expandable={{ expandedRowRender: (row) => <ActionSteps action={row} />, columnWidth: 34 }} />
            {actions.hasNextPage ? <div className="state-pad"><Button loading={actions.isFetchingNextPage} onClick={() => void actions.fetchNextPage()}>{t('action.more')}</Button></div> : null}
          </>
        )}
      </Answer>
    </Panel>
  );
}
