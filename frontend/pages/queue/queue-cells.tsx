import type { QueueEntry } from '#shared/contracts/http';
import { Tooltip } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useDetailWords } from '../../components/detail-words.ts';
import { SideMark } from '../../components/marks.tsx';
import { Num } from '../../components/numbers.tsx';
import { pairOf } from '../../components/symbol-words.ts';
import { decimalsOf } from '../../data/decimal.ts';
import { usePreferences } from '../../data/preferences.ts';
import { duration, exactTime } from '../../data/times.ts';
import { useNow } from '../../data/use-now.ts';
import { useWaitReason } from './queue-words.ts';

/** Pair and timeframe, leading to the signal that waits; beneath it the side, and whether it adds to an open position. */
export function EntryPair({ entry }: { entry: QueueEntry }) {
  const { t } = useTranslation();
  const name = <b>{pairOf(entry.symbol)}</b>;
  return (
    <>
      <span className="pair-cell nowrap">{entry.signalId === null ? name : <Link to={`/app/signals/${entry.signalId}`}>{name}</Link>} <span className="faint">{entry.timeframe}</span></span>
      <div className="queue-second"><SideMark side={entry.side} />{entry.continuation ? <span className="faint">{t('queue.continuation')}</span> : null}</div>
    </>
  );
}

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);

/** Why it waits, in words with the numbers; what even forcing would not help against; and until when it waits. */
export function WaitsBecause({ entry }: { entry: QueueEntry }) {
  const { t } = useTranslation();
  const words = useDetailWords();
  const reason = useWaitReason()(entry);
  const alsoForced = entry.forcibleReason !== null && entry.forcibleReason !== entry.promotableReason;
  return (
    <div className="queue-reason">
      {reason.numbers ?? reason.title}
      {alsoForced ? <div className="faint">{t('queue.notForced', { reason: lowerFirst(words(entry.forcibleReason ?? '')) })}</div> : null}
      {entry.expiresAt === null ? null : <div><Expiry at={entry.expiresAt} /></div>}
    </div>
  );
}

/** The entry's price above the last one, with the same digits, so that they can be compared. */
export function EntryPrices({ entry }: { entry: QueueEntry }) {
  const { t } = useTranslation();
  const decimals = Math.max(decimalsOf(entry.entryPrice ?? ''), decimalsOf(entry.priceLast ?? ''));
  return <><Num value={entry.entryPrice} decimals={decimals} /><div className="faint">{t('queue.nowAt')} <Num value={entry.priceLast} decimals={decimals} fade /></div></>;
}

/** Whole minutes in the queue, counting on by themselves. */
export function WaitedMinutes({ since }: { since: string }) {
  const now = useNow(1000);
  const { times } = usePreferences();
  return <Tooltip title={exactTime(since, times)}><span className="num">{Math.max(0, Math.floor((now - Date.parse(since)) / 60_000))}</span></Tooltip>;
}

/** How long until it leaves the queue by itself, counting down. */
export function Expiry({ at }: { at: string }) {
  const { t } = useTranslation();
  const { language, times } = usePreferences();
  const left = Date.parse(at) - useNow(1000);
  const soon = left < 60_000;
  return <Tooltip title={exactTime(at, times)}><span className={`num nowrap ${soon ? 'queue-soon' : 'faint'}`}>{left <= 0 ? t('queue.expires') : t('queue.expiresIn', { duration: duration(left, language) })}</span></Tooltip>;
}
