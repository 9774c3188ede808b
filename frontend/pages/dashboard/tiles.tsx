import type { Position, Status } from '#shared/contracts/http';
import { CheckCircleFilled, CloseCircleFilled, PauseCircleFilled, WarningFilled } from '@ant-design/icons';
import type { ReactNode } from 'react';
import { venueName } from '../../components/symbol-words.ts';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { TimeAgo } from '../../components/moments.tsx';
import { Num, Pnl } from '../../components/numbers.tsx';
import { PoolSlots } from '../../components/pool-slots.tsx';
import { compareDecimals, sumDecimals } from '../../data/decimal.ts';
import { totalsOf } from './totals.ts';

function Tile({ label, children, foot, to }: { label: ReactNode; children: ReactNode; foot?: ReactNode; to?: string }) {
  const content = (
    <>
      <div className="tile-label">{label}</div>
      <div className="tile-value">{children}</div>
      <div className="tile-foot">{foot}</div>
    </>
  );
  return to === undefined ? <div className="tile panel">{content}</div> : <Link to={to} className="tile panel">{content}</Link>;
}

/** What the open positions gained or lost so far. */
export function PnlTile({ positions }: { positions: readonly Position[] }) {
  const { t } = useTranslation();
  const totals = totalsOf(positions);
  const [main, ...others] = totals;
  return (
    <Tile
      label={t('dashboard.unrealised')}
      foot={<>
        <span>{t('dashboard.realisedOpen')} <Pnl value={main?.realised ?? '0'} unit={main?.quote} /></span>
        {others.map((each) => <span key={each.quote}><Pnl value={each.unrealised} unit={each.quote} /></span>)}
      </>}
    >
      <Pnl value={main?.unrealised ?? '0'} fade /> <small className="faint">{main?.quote ?? 'USDT'}</small>
      {main === undefined ? null : <small className="tile-second"><Pnl value={main.unrealisedPercent} unit="%" /></small>}
    </Tile>
  );
}

export function HoldingTile({ positions }: { positions: readonly Position[] }) {
  const { t } = useTranslation();
  const [main] = totalsOf(positions);
  const long = positions.filter((each) => each.side === 'long').length;
  return (
    <Tile label={t('dashboard.openGroups')} to="/app/positions" foot={<span>{t('dashboard.value')} <Num value={main?.value ?? '0'} decimals={2} unit={main?.quote ?? 'USDT'} /></span>}>
      <span className="num">{positions.length}</span>
      <small className="tile-second soft">{t('dashboard.longShort', { long, short: positions.length - long })}</small>
    </Tile>
  );
}

export function PoolTile({ pool }: { pool: Status['pool'] }) {
  const { t } = useTranslation();
  return (
    <Tile label={t('dashboard.pool')} to="/app/queue" foot={<span>{t('dashboard.waiting', { count: pool.waiting })}</span>}>
      <span className="num">{pool.used}</span> <small className="faint num">/ {pool.slots}</small>
      <PoolSlots pool={pool} />
    </Tile>
  );
}

/** Today's results of closed groups, over the closed positions the page knows. */
export function TodayTile({ closed }: { closed: readonly Position[] }) {
  const { t } = useTranslation();
  const day = new Date().toISOString().slice(0, 10);
  const today = closed.filter((each) => each.closedAt?.startsWith(day) === true);
  const won = today.filter((each) => compareDecimals(each.pnlRealised, '0') > 0).length;
  return (
    <Tile label={t('dashboard.closedToday')} to="/app/positions?show=closed" foot={<span>{today.length === 0 ? t('dashboard.noneToday') : t('dashboard.wonLost', { won, lost: today.length - won })}</span>}>
      <Pnl value={sumDecimals(today.map((each) => each.pnlRealised))} fade /> <small className="faint">USDT</small>
    </Tile>
  );
}

type Health = { tone: 'profit' | 'warning' | 'error'; icon: ReactNode; word: string; why: string[] };

/** May the engine open positions now, and if not, why. */
function useHealth(status: Status): Health {
  const { t } = useTranslation();
  const down = status.venues.filter((venue) => venue.state === 'down').map((venue) => t('dashboard.venueDown', { venue: venueName(venue.venue), detail: venue.detail }));
  const halts = status.halts.map((halt) => `${t(`halt.kind.${halt.kind}`)} · ${halt.scope === 'global' ? t('halt.everything') : t('halt.account', { name: halt.accountName ?? halt.scopeId })}: ${halt.reason}`);
  const processes = status.processes.filter((process) => !process.up).map((process) => t('dashboard.processDown', { name: process.name }));
  if (status.engine.state === 'error') return { tone: 'error', icon: <CloseCircleFilled />, word: status.halts.some(({ kind }) => kind === 'safe_mode') && processes.length === 0 ? t('halt.kind.safe_mode') : t('dashboard.healthError'), why: [...(halts.length === 0 ? [status.engine.reason ?? ''] : halts), ...processes, ...down].filter(Boolean) };
  if (status.engine.state === 'paused') return { tone: 'warning', icon: <PauseCircleFilled />, word: t('dashboard.healthPaused'), why: [...halts, ...down] };
  const why = [...halts, ...down, ...processes, ...status.prices.filter((each) => each.fallback).map((each) => t('dashboard.fallback', { venue: venueName(each.venue), reason: each.reason }))];
  if (why.length > 0) return { tone: 'warning', icon: <WarningFilled />, word: t('dashboard.healthWarning'), why };
  return { tone: 'profit', icon: <CheckCircleFilled />, word: t('dashboard.healthGood'), why: [t('dashboard.healthGoodText')] };
}

export function HealthTile({ status }: { status: Status }) {
  const { t } = useTranslation();
  const health = useHealth(status);
  return (
    <div className={`tile panel health health-${health.tone}`}>
      <div className="tile-label">{t('dashboard.health')}</div>
      <div className="health-word">{health.icon} {health.word}</div>
      <div className="tile-foot">
        {health.why.slice(0, 2).map((reason) => <span key={reason} title={reason}>{reason}</span>)}
        <span>{t('dashboard.lastWebhook')}{' '}{status.lastWebhook === null ? t('dashboard.never') : <><TimeAgo at={status.lastWebhook.at} /> <span className={status.lastWebhook.answer >= 400 ? 'loss' : 'faint'}>({status.lastWebhook.answer})</span></>}</span>
      </div>
    </div>
  );
}
