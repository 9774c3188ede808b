import { dec, isPositive, max, money, sum, type Dec, type Money, type Price, type Qty, type Ratio } from '../num/units.ts';
import type { OrderType, Side } from '../order/order.ts';
import type { Leg } from '../position/position-group.ts';
import type { Refusal } from '../refusal.ts';
import type { SizingPlan } from './entry-plan.ts';

/** What a ladder may spend, and what becomes of one that needs more. */
export interface Budget {
  check: SizingPlan['planCheck'];
  /** The asset that pays: the quote asset of the instrument. */
  asset: string;
  /** Free on the account, less what earlier signals were promised; null while the venue has not told. */
  free: Money | null;
  /**
   * Notional that one unit of the asset carries: 1 on spot, on USD-M what the venue has set for the symbol. Null while it has not told:
   * then nothing is checked, for 1 would leave out legs that are covered, and any other number is a guess. The venue has the last word.
   */
  leverage: Ratio | null;
}

/** A ladder as it was planned when its signal was decided, for the signal's page. */
export interface LadderPlan {
  /** Zero-based index of the pyramid. */
  pyramid: number;
  side: Side;
  /** With `market` the prices and quantities of all legs but the first are estimates from the signal's price. */
  orderType: OrderType;
  entryPrice: Price;
  capital: Money;
  asset: string;
  check: Budget['check'];
  leverage: Ratio | null;
  /** Of the legs that the instrument's rules allow. */
  notional: Money;
  /** What those legs bind of the asset: the notional, or its margin. Null while the leverage is unknown. */
  needed: Money | null;
  free: Money | null;
  /** Legs that the free balance does not cover. */
  leftOut: number;
  legs: PlannedLeg[];
  warnings: PlanWarning[];
}
export interface PlannedLeg {
  index: number;
  /** Null where the tick is too coarse for it. */
  price: Price | null;
  quantity: Qty;
  notional: Money;
  weightPercent: Ratio;
  tpPercent: Ratio;
  /** Why no order goes out for it. */
  blocked: string | null;
}
export const planWarnings = ['balance_unknown', 'leverage_unknown', 'legs_left_out', 'capital_capped'] as const;
export interface PlanWarning {
  code: (typeof planWarnings)[number];
  detail: string;
}

/** What the check of a ladder found. */
export interface Checked {
  notional: Money;
  needed: Money | null;
  /** What the legs that go out bind; null while the leverage is unknown. */
  bound: Money | null;
  /** Why a leg is not covered, by its index. */
  beyond: Map<number, string>;
  refusal: Refusal | null;
  warnings: PlanWarning[];
}

/** Venues keep balances with so many decimals; margins are rounded up to them. */
const balanceDecimals = 8;
const up = 0;

export const legNotional = (leg: Pick<Leg, 'priceLimit' | 'quantity'>, contractSize: Qty): Dec => dec(leg.priceLimit ?? '0').times(leg.quantity).times(contractSize);
const marginOf = (notional: Dec, leverage: Ratio): Dec => notional.dividedBy(leverage).toDecimalPlaces(balanceDecimals, up);

/** What a whole capital binds at most; its ladder never costs more, for quantities and prices are rounded down. */
export const marginAtMost = (capital: Money, { leverage }: Pick<Budget, 'leverage'>): Money | null => (leverage === null ? null : money(marginOf(dec(capital), leverage)));

/**
 * Is a fitted ladder covered by the free balance? Legs are paid for in their order; from the first one on that is not covered all that
 * follow are beyond the balance, so that a ladder is cut at its end and never gets a hole. `trim` leaves those out, `refuse` refuses the
 * signal, both refuse one whose first leg is not covered, `off` lets everything pass.
 */
export function checkLadder(legs: readonly Leg[], budget: Budget, contractSize: Qty): Checked {
  const sendable = legs.filter((leg) => leg.blocked === null);
  const notional = money(sum(sendable.map((leg) => legNotional(leg, contractSize))));
  const { leverage, free, asset, check } = budget;
  if (leverage === null) return { notional, needed: null, bound: null, beyond: new Map(), refusal: null, warnings: check === 'off' ? [] : unknowns(budget) };
  const costs = sendable.map((leg) => ({ index: leg.index, cost: marginOf(legNotional(leg, contractSize), leverage) }));
  const needed = money(sum(costs.map(({ cost }) => cost)));
  if (check === 'off' || free === null) return { notional, needed, bound: needed, beyond: new Map(), refusal: null, warnings: check === 'off' ? [] : unknowns(budget) };

  let left = max(free, '0');
  const beyond = new Map<number, string>();
  for (const { index, cost } of costs) {
    if (beyond.size === 0 && cost.lessThanOrEqualTo(left)) left = left.minus(cost);
    else beyond.set(index, `beyond_balance: needs ${money(cost)} ${asset}, ${money(left)} of ${free} ${asset} is left for it`);
  }
  const bound = money(sum(costs.map(({ index, cost }) => (beyond.has(index) ? '0' : cost))));
  const at = leverage === '1' ? '' : ` at ${leverage}x`;
  const first = costs[0];
  if (first !== undefined && beyond.has(first.index)) return { notional, needed, bound, beyond, refusal: { code: 'insufficient_balance', detail: `the first leg needs ${money(first.cost)} ${asset}${at}, ${free} ${asset} is free` }, warnings: [] };
  if (check === 'refuse' && beyond.size > 0) return { notional, needed, bound, beyond, refusal: { code: 'insufficient_balance', detail: `the ladder needs ${needed} ${asset}${at}, ${free} ${asset} is free` }, warnings: [] };
  const cut: PlanWarning[] = beyond.size === 0 ? [] : [{ code: 'legs_left_out', detail: `${beyond.size} of ${legs.length} legs are left out: the ladder needs ${needed} ${asset}${at}, ${free} ${asset} is free` }];
  return { notional, needed, bound, beyond, refusal: null, warnings: cut };
}

const unknowns = ({ free, asset }: Budget): PlanWarning[] =>
  free === null
    ? [{ code: 'balance_unknown', detail: `the venue has not told the free ${asset}: the ladder was not checked against it` }]
    : [{ code: 'leverage_unknown', detail: `the venue has not told the leverage: the ladder was not checked against the ${free} ${asset} that is free` }];

/** The warning of a capital that was cut to what the group may still be given, or null where nothing was cut. */
export const cappedWarning = (asked: Money, given: Money, most: Money, used: Money, asset: string): PlanWarning | null =>
  isPositive(dec(asked).minus(given)) ? { code: 'capital_capped', detail: `${given} of ${asked} ${asset}: the group may be given ${most} ${asset}, ${used} ${asset} is given already` } : null;
