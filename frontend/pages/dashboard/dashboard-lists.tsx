import type { LogEntry, Position, QueueEntry, SignalSummary, Status } from '#shared/contracts/http';
import { CloseCircleFilled, WarningFilled } from '@ant-design/icons';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useLogText } from '../../components/log-words.ts';
import { pairOf } from '../../components/symbol-words.ts';
import { SideMark, StatusMark } from '../../components/marks.tsx';
import { TimeAgo } from '../../components/moments.tsx';
import { Num, Pnl } from '../../components/numbers.tsx';
import { Panel } from '../../components/panel.tsx';
import { EmptyState } from '../../components/states.tsx';
import { compareDecimals } from '../../data/decimal.ts';
import { OutcomeMark, useSignalSentence } from '../signals/signal-words.tsx';

const shown = 8;
const size = (value: string | null): string => (value ?? '0').replace('-', '');

/** The groups that weigh most, by profit or loss. */
export function HoldingsPanel({ positions }: { positions: readonly Position[] }) {
  const { t } = useTranslation();
  const rows = [...positions].sort((a, b) => compareDecimals(size(b.pnlUnrealised), size(a.pnlUnrealised))).slice(0, shown);
  const unit = rows.every((row) => row.quoteAsset === rows[0]?.quoteAsset) ? rows[0]?.quoteAsset : undefined;
  return (
    <Panel title={t('dashboard.holdings')} extra={<Link to="/app/positions">{t('dashboard.all', { count: positions.length })}</Link>} flush>
      {rows.length === 0 ? <EmptyState title={t('dashboard.noHoldings')}>{t('dashboard.noHoldingsText')}</EmptyState> : (
        <div className="scroll-x">
          <table className="list-table">
            <thead><tr><th>{t('position.pair')}</th><th>{t('position.side')}</th><th className="not-phone">{t('position.status')}</th><th className="right not-narrow">{t('position.pyramids')}</th><th className="right not-phone">{t('position.legs')}</th><th className="right not-phone">{t('position.average')}</th><th className="right not-phone">{t('position.last')}</th><th className="right">{t('position.unrealised')}{unit === undefined ? '' : ` ${unit}`}</th><th className="right">%</th></tr></thead>
            <tbody>
              {rows.map((row) => (
                <tr key={row.id}>
                  <td><Link to={`/app/positions/${row.id}`}><b>{pairOf(row.symbol)}</b></Link> <span className="faint">{row.timeframe}</span></td>
                  <td><SideMark side={row.side} /></td>
                  <td className="not-phone"><StatusMark status={row.status} /></td>
                  <td className="right num not-narrow">{row.pyramidCount + 1} / {row.maxPyramids}</td>
                  <td className="right num not-phone">{row.legsFilled} / {row.legsTotal}</td>
                  <td className="right not-phone"><Num value={row.priceEntryAverage} decimals={row.priceDecimals ?? undefined} /></td>
                  <td className="right not-phone"><Num value={row.priceLast} decimals={row.priceDecimals ?? undefined} fade /></td>
                  <td className="right"><Pnl value={row.pnlUnrealised} fade unit={unit === undefined ? row.quoteAsset : undefined} /></td>
                  <td className="right"><Pnl value={row.pnlUnrealisedPercent} /></td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Panel>
  );
}

/** What will happen next: who gets the next free slot. */
export function NextPanel({ queue, pool, halted }: { queue: readonly QueueEntry[]; pool: Status['pool']; halted: boolean }) {
  const { t } = useTranslation();
  const free = Math.max(0, pool.slots - pool.used);
  return (
    <Panel title={t('dashboard.next')} extra={<Link to="/app/queue">{t('nav.queue')}</Link>} flush>
      <p className="panel-lead soft">{halted ? t('halt.meaning') : free > 0 ? t('dashboard.slotsFree', { count: free }) : t('dashboard.slotsNone')}</p>
      {queue.length === 0 ? <p className="panel-lead faint">{t('dashboard.queueEmpty')}</p> : (
        <ul className="plain-list">
          {queue.slice(0, 5).map((entry) => (
            <li key={entry.id}><span className="faint num">{entry.rank}.</span><b>{pairOf(entry.symbol)}</b> <span className="faint">{entry.timeframe}</span><SideMark side={entry.side} /><span className="grow ellipsis soft reason" title={t(`queueReason.${entry.reason}`)}>{t(`queueReason.${entry.reason}`)}</span><span className="faint"><TimeAgo at={entry.queuedAt} /></span></li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

export function RecentSignals({ signals }: { signals: readonly SignalSummary[] }) {
  const { t } = useTranslation();
  const sentence = useSignalSentence();
  return (
    <Panel title={t('dashboard.signals')} extra={<Link to="/app/signals">{t('dashboard.allSignals')}</Link>} flush>
      {signals.length === 0 ? <p className="panel-lead faint">{t('dashboard.noSignals')}</p> : (
        <ul className="plain-list">
          {signals.slice(0, 7).map((signal) => (
            <li key={signal.id}>
              <span className="faint signal-time"><TimeAgo at={signal.receivedAt} /></span>
              <Link to={`/app/signals/${signal.id}`}><b>{pairOf(signal.symbol)}</b></Link>
              <span className="faint">{signal.timeframe}</span>
              <span className="grow ellipsis soft" title={sentence(signal)}>{sentence(signal)}</span>
              <OutcomeMark signal={signal} />
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

export function RecentTrouble({ entries }: { entries: readonly LogEntry[] }) {
  const { t } = useTranslation();
  const logText = useLogText();
  return (
    <Panel title={t('dashboard.trouble')} extra={<Link to="/app/logs?severity=warn,error,alert">{t('nav.logs')}</Link>} flush>
      {entries.length === 0 ? <p className="panel-lead faint">{t('dashboard.noTrouble')}</p> : (
        <ul className="plain-list">
          {entries.slice(0, 7).map((entry) => (
            <li key={entry.id}>
              <span className={entry.severity === 'warn' ? 'severity-warn' : 'severity-error'}>{entry.severity === 'warn' ? <WarningFilled /> : <CloseCircleFilled />}</span>
              <span className="grow ellipsis" title={logText(entry)}>{logText(entry)}</span>
              <span className="faint"><TimeAgo at={entry.at} /></span>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
