import { unreachable } from '../assert.ts';
import { compare, dec, ratio, type Money, type Price, type Ratio } from '../num/units.ts';
import type { Side } from '../order/order.ts';
import type { Time } from '../time.ts';

/** The rules by which a waiting entry is chosen; each may be in use or not. */
export const selectionRules = ['pyramid_continuation', 'highest_loss_percent', 'highest_replacement_count', 'highest_expected_profit', 'fifo'] as const;
export type SelectionRule = (typeof selectionRules)[number];

/** What the rules look at. */
export interface Candidate {
  id: string;
  /** A pyramid of a group that is open. */
  continuation: boolean;
  /** Null where no price is known; then it counts as 0. */
  lossPercent: Ratio | null;
  replacementCount: number;
  expectedProfit: Money | null;
  queuedAt: Time;
}

/** How far the price has moved against a queued entry, in percent; negative is a discount. */
export function lossPercent(side: Side, entryPrice: Price, priceLast: Price): Ratio {
  const move = side === 'long' ? dec(priceLast).minus(entryPrice) : dec(entryPrice).minus(priceLast);
  return ratio(move.dividedBy(entryPrice).times(100));
}

/** Negative where `a` goes before `b` by this rule, 0 where the rule does not tell. */
function prefer(rule: SelectionRule, a: Candidate, b: Candidate): number {
  switch (rule) {
    case 'pyramid_continuation':
      return (b.continuation ? 1 : 0) - (a.continuation ? 1 : 0);
    case 'highest_loss_percent':
      return compare(a.lossPercent ?? '0', b.lossPercent ?? '0');
    case 'highest_replacement_count':
      return b.replacementCount - a.replacementCount;
    case 'highest_expected_profit':
      return compare(b.expectedProfit ?? '0', a.expectedProfit ?? '0');
    case 'fifo':
      return a.queuedAt - b.queuedAt;
    default:
      return unreachable(rule);
  }
}

/** Ids are numbered in one series per user, so the shorter is the earlier and equal lengths compare as text. */
const byId = (a: Candidate, b: Candidate): number => a.id.length - b.id.length || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);

/** Those who wait, first the one who goes first: by the rules in their order, then by id (E-21, A-17). */
export const ranked = <Entry extends Candidate>(candidates: readonly Entry[], rules: readonly SelectionRule[]): Entry[] =>
  [...candidates].sort((a, b) => {
    for (const rule of rules) {
      const preference = prefer(rule, a, b);
      if (preference !== 0) return preference;
    }
    return byId(a, b);
  });
