import type { RiskGroupView, RiskView } from '#shared/contracts/http';
import { Grid, Table, Tooltip, type TableColumnsType } from 'antd';
import { useTranslation } from 'react-i18next';
import { Pnl } from '../../components/numbers.tsx';
import { usePhone } from '../../components/use-layout.ts';
import { usePreferences } from '../../data/preferences.ts';
import { exactTime } from '../../data/times.ts';
import { countdown, timeLeft } from './condition-gap.ts';
import { GroupReasons, Verdict } from './condition-list.tsx';
import { GroupActions, GroupFlags } from './group-flags.tsx';
import { GroupName } from './group-name.tsx';

/** More would be scrolled past, not read. */
export const rowsPerPage = 50;

/** What is left of the wait, by the second. */
export function TimerLeft({ group, rules, now }: { group: RiskGroupView; rules: RiskView['rules']; now: number }) {
  const { t } = useTranslation();
  const { times } = usePreferences();
  const { expiresAt } = group.timer;
  if (rules.waitMinutes === null) return <span className="faint">{t('risk.timerOff')}</span>;
  const left = timeLeft(expiresAt, now);
  if (left === null || expiresAt === null) return <span className="faint">{t('risk.timerNotBegun')}</span>;
  const word = left === 0 ? <span className="soft">{t('risk.timerOver')}</span> : <span className="num timer-left" role="timer" aria-live="off">{countdown(left)}</span>;
  return <Tooltip title={t('risk.timerUntil', { at: exactTime(expiresAt, times) })}><span tabIndex={0}>{word}</span></Tooltip>;
}

function YesNo({ yes, children }: { yes: boolean; children?: React.ReactNode }) {
  const { t } = useTranslation();
  return <span className={yes ? undefined : 'soft'}>{t(yes ? 'risk.yes' : 'risk.no')}{children === undefined ? null : <span className="faint num"> {children}</span>}</span>;
}

function Pyramids({ group: { pyramids } }: { group: RiskGroupView }) {
  return <YesNo yes={pyramids.reached}>{pyramids.received} / {pyramids.required}</YesNo>;
}

function AgePassed({ group, rules }: { group: RiskGroupView; rules: RiskView['rules'] }) {
  const { t } = useTranslation();
  return rules.ageMinutes === null ? <span className="faint">{t('risk.ageOff')}</span> : <YesNo yes={group.agePassed} />;
}

/** What a phone has no columns for. */
function Folded({ group, view, now }: { group: RiskGroupView; view: RiskView; now: number }) {
  const { t } = useTranslation();
  return (
    <dl className="folded">
      <div><dt>{t('risk.timer')}</dt><dd><TimerLeft group={group} rules={view.rules} now={now} /></dd></div>
      <div><dt>{t('risk.pyramids')}</dt><dd><Pyramids group={group} /></dd></div>
      <div><dt>{t('risk.age')}</dt><dd><AgePassed group={group} rules={view.rules} /></dd></div>
    </dl>
  );
}

/** Losing groups, deepest first, each with what it is judged by and why it may or may not be paid for. */
export function LoserTable({ view, now }: { view: RiskView; now: number }) {
  const { t } = useTranslation();
  const phone = usePhone();
  const { xxl: wide } = Grid.useBreakpoint();
  const { rules } = view;
  const rows = view.losers;
  const good = ({ groupId, loser: { rank } }: RiskGroupView): string => (groupId === view.plan?.loser.groupId ? t('risk.rankNext') : t('risk.rank', { rank: rank ?? 1 }));
  const unit = (name: string, of: string) => <>{name} <span className="unit">{of}</span></>;
  const columns: TableColumnsType<RiskGroupView> = phone
    ? [
        { title: t('position.pair'), key: 'pair', render: (_, row) => <div className="column" style={{ gap: 3 }}><GroupName group={row} /><GroupFlags group={row} /><Verdict group={row} role="loser" now={now} good={good(row)} /></div> },
        { title: unit(t('risk.lossUsd'), 'USD'), key: 'usd', width: 98, align: 'right', render: (_, row) => <><Pnl value={row.pnlUsd} fade /><div><Pnl value={row.pnlPercent} unit="%" /></div></> },
      ]
    : [
        { title: t('position.pair'), key: 'pair', width: 186, render: (_, row) => <GroupName group={row} /> },
        { title: unit(t('risk.lossPercent'), '%'), key: 'percent', width: 78, align: 'right', render: (_, row) => <Pnl value={row.pnlPercent} fade /> },
        { title: unit(t('risk.lossUsd'), 'USD'), key: 'usd', width: 96, align: 'right', render: (_, row) => <Pnl value={row.pnlUsd} fade /> },
        { title: t('risk.timer'), key: 'timer', width: 100, align: 'right', render: (_, row) => <TimerLeft group={row} rules={rules} now={now} /> },
        { title: t('risk.pyramids'), key: 'pyramids', width: 134, render: (_, row) => <Pyramids group={row} /> },
        { title: t('risk.age'), key: 'age', width: 92, render: (_, row) => <AgePassed group={row} rules={rules} /> },
        { title: t('risk.eligible'), key: 'eligible', render: (_, row) => <div className="column" style={{ gap: 3 }}><Verdict group={row} role="loser" now={now} good={good(row)} /><GroupFlags group={row} /></div> },
        { title: <span className="visually-hidden">{t('action.actions')}</span>, key: 'actions', width: wide === true ? 316 : 190, align: 'right', render: (_, row) => <GroupActions group={row} run inRow /> },
      ];
  return (
    <Table<RiskGroupView>
      rowKey="groupId"
      size="small"
      columns={columns}
      dataSource={rows}
      pagination={rows.length > rowsPerPage ? { pageSize: rowsPerPage, showSizeChanger: false } : false}
      {...(phone ? {} : { scroll: { x: 1060 } })}
      expandable={{ expandedRowRender: (row) => <>{phone ? <><Folded group={row} view={view} now={now} /><GroupActions group={row} run /></> : null}<GroupReasons group={row} now={now} /></>, columnWidth: 34 }}
    />
  );
}
