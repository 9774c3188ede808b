import type { RiskCycleEntry, RiskFailed, RiskGroupSeen } from '#shared/contracts/http';
import { HistoryOutlined } from '@ant-design/icons';
import { Button, Table, Tooltip, type TableColumnsType } from 'antd';
import { useTranslation } from 'react-i18next';
import { Mark } from '../../components/marks.tsx';
import { Exact, TimeAgo } from '../../components/moments.tsx';
import { Pnl } from '../../components/numbers.tsx';
import { Panel } from '../../components/panel.tsx';
import { Answer, EmptyState } from '../../components/states.tsx';
import { usePhone } from '../../components/use-layout.ts';
import { usePreferences } from '../../data/preferences.ts';
import { clockTime } from '../../data/times.ts';
import { useRiskCycles } from '../../data/use-risk.ts';
import { useConditionText } from './condition-words.ts';
import { GroupName } from './group-name.tsx';
import { useIdleText } from '../../components/risk-words.ts';

const tones = { acted: 'accent', idle: 'quiet', blocked: 'warning', busy: 'quiet' } as const;
const groupsPerPage = 10;

/** Which conditions a group did not meet in one role, with their figures as they were. */
function Failed({ failed, at, children }: { failed: readonly RiskFailed[]; at: number; children: string }) {
  const conditionText = useConditionText();
  if (failed.length === 0) return <span>{children}</span>;
  return <span className="soft">{failed.map((condition) => conditionText({ ...condition, met: false }, at)).join('; ')}</span>;
}

/** What one check saw of every group. */
function GroupsSeen({ cycle }: { cycle: RiskCycleEntry }) {
  const { t } = useTranslation();
  const phone = usePhone();
  const idleText = useIdleText();
  const at = Date.parse(cycle.at);
  const asLoser = ({ unpaid, loserFailed }: RiskGroupSeen) => (unpaid === null ? <Failed failed={loserFailed} at={at}>{t('risk.couldBe')}</Failed> : <span>{t('risk.yesBut')}: <span className="soft">{idleText(unpaid.reason, unpaid.figures, null)}</span></span>);
  const asWinner = (row: RiskGroupSeen) => <Failed failed={row.winnerFailed} at={at}>{t('risk.couldBe')}</Failed>;
  const name = { title: t('position.pair'), key: 'pair', width: phone ? 120 : 186, render: (_: unknown, row: RiskGroupSeen) => <GroupName group={row} side={!phone} /> };
  const columns: TableColumnsType<RiskGroupSeen> = phone
    ? [name, { title: t('risk.asLoser'), key: 'loser', render: (_, row) => asLoser(row) }]
    : [
        name,
        { title: <>{t('risk.stood')} <span className="unit">%</span></>, key: 'percent', width: 90, align: 'right', render: (_, row) => <Pnl value={row.pnlPercent} /> },
        { title: <>{t('risk.stood')} <span className="unit">USD</span></>, key: 'usd', width: 110, align: 'right', render: (_, row) => <Pnl value={row.pnlUsd} /> },
        { title: t('risk.asLoser'), key: 'loser', render: (_, row) => asLoser(row) },
        { title: t('risk.asWinner'), key: 'winner', render: (_, row) => asWinner(row) },
      ];
  return <Table<RiskGroupSeen> rowKey="groupId" size="small" columns={columns} dataSource={cycle.groups} pagination={cycle.groups.length > groupsPerPage ? { pageSize: groupsPerPage, showSizeChanger: false, size: 'small' } : false} />;
}

/** What checks have found, newest first: why the engine acted at a moment of the past, or did not. */
export function CycleHistory() {
  const { t } = useTranslation();
  const { times } = usePreferences();
  const phone = usePhone();
  const idleText = useIdleText();
  const cycles = useRiskCycles();
  const rows = cycles.data?.pages.flatMap((page) => page.data) ?? [];
  const when = ({ at, until }: RiskCycleEntry) => <span className="soft"><Exact at={at} short />{phone ? ' ' : null}<span className="faint"> {until === null ? t('risk.cycleNow') : t('risk.cycleUntil', { at: clockTime(until, times) })}</span></span>;
  const found = ({ reason, figures, words, actionId, outcome }: RiskCycleEntry) => <span className="soft">{outcome === 'acted' ? t('risk.cycleOffset', { id: actionId ?? '' }) : idleText(reason, figures, words)}</span>;
  const mark = ({ outcome }: RiskCycleEntry) => <Mark tone={tones[outcome]}>{t(`riskOutcome.${outcome}`)}</Mark>;
  const columns: TableColumnsType<RiskCycleEntry> = phone
    ? [{ title: t('risk.cycles'), key: 'what', render: (_, row) => <div className="column" style={{ gap: 3 }}><span>{mark(row)} <span className="faint"><TimeAgo at={row.at} /></span></span>{found(row)}{when(row)}</div> }]
    : [
        { title: t('risk.when'), key: 'when', width: 190, render: (_, row) => when(row) },
        { title: t('risk.occasion'), key: 'trigger', width: 150, render: (_, row) => <span className="soft">{t(`riskTrigger.${row.trigger}`)}</span> },
        { title: t('risk.status'), key: 'outcome', width: 130, render: (_, row) => mark(row) },
        { title: t('risk.cycleFound'), key: 'found', render: (_, row) => found(row) },
        { title: t('risk.cycleGroups'), key: 'groups', width: 90, align: 'right', render: (_, row) => <span className="num">{row.groups.length}</span> },
      ];
  return (
    <Panel title={<Tooltip title={t('risk.cyclesHelp')}><span tabIndex={0}>{t('risk.cycles')}</span></Tooltip>} flush>
      <Answer of={cycles} rows={3}>
        {() => rows.length === 0 ? (
          <EmptyState icon={<HistoryOutlined />} title={t('risk.cyclesNone')}>{t('risk.cyclesNoneText')}</EmptyState>
        ) : (
          <>
            <Table<RiskCycleEntry> rowKey="id" size="small" pagination={false} columns={columns} dataSource={rows} expandable={{ expandedRowRender: (row) => <GroupsSeen cycle={row} />, rowExpandable: ({ groups }) => groups.length > 0, columnWidth: 34 }} />
            {cycles.hasNextPage ? <div className="state-pad"><Button loading={cycles.isFetchingNextPage} onClick={() => void cycles.fetchNextPage()}>{t('action.more')}</Button></div> : null}
          </>
        )}
      </Answer>
    </Panel>
  );
}
