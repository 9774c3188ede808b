import { compare, type Price, type Qty } from '../num/units.ts';
import type { Time } from '../time.ts';
import type { Difference } from './difference.ts';

/**
 * seen: once, and not acted on before a second look agrees · acting: being mended · done · asks: a person decides · adopted, closed,
 * ignored: a person has · gone: it ended by itself.
 */
export const differenceStates = ['seen', 'acting', 'done', 'asks', 'adopted', 'closed', 'ignored', 'gone'] as const;
export type DifferenceState = (typeof differenceStates)[number];
export type OpenState = 'seen' | 'acting' | 'asks' | 'ignored';

/** A difference that was found before and has not ended. */
export interface KnownDifference {
  id: string;
  key: string;
  symbol: string;
  state: OpenState;
  amount: Qty | null;
  firstSeenAt: Time;
  /** What a person wants done. */
  decision: 'adopt' | 'close' | null;
  /** The emergency stop of a position that nobody here has opened. */
  stop: Price | null;
  /** The last price has reached it. */
  stopFired: boolean;
  /** When it did. */
  firedAt: Time | null;
  /** What our groups held when it was last looked at, and the venue's entry price then. */
  ours: string | null;
  priceEntry: Price | null;
}

export interface JudgedDifference {
  difference: Difference;
  known: KnownDifference | null;
  state: OpenState;
  firstSeenAt: Time;
  /** `mend`: carry the remedy out now · `decided`: carry out what a person wants. */
  act: 'mend' | 'decided' | null;
}

export interface Judgement {
  judged: JudgedDifference[];
  /** Ended without us; null where it was never more than seen. */
  ended: { id: string; state: 'done' | 'adopted' | 'closed' | 'gone' | null }[];
}

/** Reads may be a few seconds old: quantities must be the same in a second look this long after the first. */
export const secondLookMs = 5_000;
/** The same where nothing explains it: no trade took it away, or the venue just does not know. */
export const unexplainedMs = 30_000;

/** What a look has found against what was known: what is new, what is confirmed, what has ended. Running twice changes nothing. */
export function judgeDifferences(found: readonly Difference[], known: readonly KnownDifference[], facts: { now: Time; comparable: (known: KnownDifference) => boolean; explained: (difference: Difference) => boolean }): Judgement {
  const before = new Map(known.map((each) => [each.key, each]));
  const judged = found.map((difference) => judgeOne(difference, before.get(difference.key) ?? null, facts));
  const keys = new Set(found.map(({ key }) => key));
  const ended = known.filter((each) => !keys.has(each.key) && facts.comparable(each)).map((each) => ({ id: each.id, state: endOf(each) }));
  return { judged, ended };
}

/** What was begun has worked, though whoever began it did not live to say so. */
function endOf({ state, decision }: KnownDifference): Judgement['ended'][number]['state'] {
  if (state === 'seen') return null;
  if (state !== 'acting') return 'gone';
  return decision === null ? 'done' : decision === 'adopt' ? 'adopted' : 'closed';
}

function judgeOne(difference: Difference, known: KnownDifference | null, { now, explained }: { now: Time; explained: (difference: Difference) => boolean }): JudgedDifference {
  const told = (state: OpenState, act: JudgedDifference['act'], firstSeenAt = known?.firstSeenAt ?? now): JudgedDifference => ({ difference, known, state, act, firstSeenAt });
  if (known?.state === 'ignored') return told('ignored', null);
  // What needs no word of a person any more, because the configuration says so now, is put right.
  if (known?.state === 'asks' && asks(difference)) return told('asks', known.decision === null ? null : 'decided');
  if (known?.state === 'acting' && (known.decision !== null || !asks(difference))) return told('acting', known.decision === null ? 'mend' : 'decided');
  const waitMs = waitOf(difference, explained);
  if (waitMs > 0) {
    const same = known !== null && (known.amount === null) === (difference.amount === null) && (known.amount === null || difference.amount === null || compare(known.amount, difference.amount) === 0);
    if (!same) return told('seen', null, now);
    if (now - known.firstSeenAt < waitMs) return told('seen', null);
  }
  return asks(difference) ? told('asks', null) : told('acting', 'mend');
}

/** Is it for a person to decide? */
export const asks = ({ remedy }: Difference): boolean => remedy.do === 'ask' || remedy.do === 'ask-cancel' || remedy.do === 'ask-deployment';

function waitOf(difference: Difference, explained: (difference: Difference) => boolean): number {
  switch (difference.kind) {
    case 'position_reduced':
      return explained(difference) ? secondLookMs : unexplainedMs;
    case 'order_missing':
      return unexplainedMs;
    case 'orphan_position':
      return secondLookMs;
    default:
      return 0;
  }
}
