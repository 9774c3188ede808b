import type { RiskView } from '#shared/contracts/http';
import { FallOutlined, RiseOutlined } from '@ant-design/icons';
import { Tooltip } from 'antd';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Panel, PageHead } from '../../components/panel.tsx';
import { Answer, EmptyState } from '../../components/states.tsx';
import { usePhone } from '../../components/use-layout.ts';
import { useNow } from '../../data/use-now.ts';
import { useRisk } from '../../data/use-risk.ts';
import { ActionHistory } from './action-history.tsx';
import { ActionSteps, RunningPanel } from './action-progress.tsx';
import { CycleHistory } from './cycle-history.tsx';
import { GroupsById } from './group-name.tsx';
import { LoserTable } from './loser-table.tsx';
import { OtherTable } from './other-table.tsx';
import { PlanPanel } from './plan-panel.tsx';
import { clockAhead, groupsOf } from './risk-figures.ts';
import { LastOffset, RiskStateMark } from './risk-state.tsx';
import './risk.css';
import { RulesPanel } from './rules-panel.tsx';
import { RunCycleButton } from './run-now.tsx';
import { WinnerTable, WinningOffsets } from './winner-table.tsx';

function RiskShown({ view, receivedAt }: { view: RiskView; receivedAt: number }) {
  const { t } = useTranslation();
  // Waits are counted down by the server's clock: the browser's may be minutes off.
  const now = useNow() - clockAhead(view, receivedAt);
  const byId = useMemo(() => new Map(groupsOf(view).map((group) => [group.groupId, group])), [view]);
  return (
    <GroupsById value={byId}>
      <div className="risk-grid">
        {view.running === null ? <PlanPanel view={view} now={now} /> : <RunningPanel action={view.running} projected={view.runningPlan} now={now} />}
        <RulesPanel view={view} now={now} />
      </div>
      {view.running?.status !== 'running' ? null : <Panel title={t('risk.steps')} flush><ActionSteps action={view.running} /></Panel>}
      {byId.size === 0 ? null : <GroupPanels view={view} now={now} />}
      <ActionHistory />
      <CycleHistory />
    </GroupsById>
  );
}

/** Both sides of the book, and what stands on neither. */
function GroupPanels({ view, now }: { view: RiskView; now: number }) {
  const { t } = useTranslation();
  const phone = usePhone();
  return (
    <>
      <Panel title={<>{t('risk.losers')} <span className="faint num">{view.losers.length}</span></>} flush>
        {view.losers.length === 0 ? <EmptyState icon={<FallOutlined />} title={t('risk.noLosers')}>{t('risk.noLosersText')}</EmptyState> : <LoserTable view={view} now={now} />}
      </Panel>
      <Panel title={<>{t('risk.winners')} <span className="faint num">{view.winners.length}</span></>} extra={view.winners.length === 0 ? undefined : <WinningOffsets winners={view.winners} labelled={!phone} />} flush>
        {view.winners.length === 0 ? <EmptyState icon={<RiseOutlined />} title={t('risk.noWinners')}>{t('risk.noWinnersText')}</EmptyState> : <WinnerTable view={view} now={now} />}
      </Panel>
      {view.others.length === 0 ? null : <Panel title={<Tooltip title={t('risk.othersText')}><span tabIndex={0}>{t('risk.others')} <span className="faint num">{view.others.length}</span></span></Tooltip>} flush><OtherTable groups={view.others} now={now} /></Panel>}
    </>
  );
}

/** Losers, winners, and who pays for whom. */
export function RiskPage() {
  const { t } = useTranslation();
  const risk = useRisk();
  return (
    <div className="page">
      <PageHead title={t('nav.risk')} count={risk.data === undefined ? undefined : <RiskStateMark status={risk.data.status} />}>
        {risk.data === undefined ? null : <LastOffset view={risk.data} />}
        <RunCycleButton />
      </PageHead>
      <Answer of={risk} rows={12}>{(view) => <RiskShown view={view} receivedAt={risk.dataUpdatedAt} />}</Answer>
    </div>
  );
}
