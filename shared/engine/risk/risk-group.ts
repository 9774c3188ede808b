import type { Instrument } from '../instrument/instrument.ts';
import { dec, isZero, money, ratio, type Money, type Price, type Qty, type Ratio } from '../num/units.ts';
import { isSettled } from '../order/apply-fill.ts';
import type { Side } from '../order/order.ts';
import { groupCost, groupQuantity, pnlUnrealised } from '../position/exposure.ts';
import type { GroupStatus, PositionGroup } from '../position/position-group.ts';
import type { Time } from '../time.ts';
import type { RiskPlan } from './risk-plan.ts';
import { riskTimer, type RiskTimer } from './risk-timer.ts';

/** An open group in the figures by which losers and winners are chosen. */
export interface RiskGroup {
  groupId: string;
  symbol: string;
  timeframe: string;
  side: Side;
  /** Of its account: a gain on paper pays for no loss of money. */
  accountMode: string;
  status: GroupStatus;
  openedAt: Time;
  quantity: Qty;
  priceLast: Price | null;
  /** Profit of all it holds at the last price, before fees, in USD so that quote currencies can be set against each other; null where it is not known. */
  pnlUsd: Money | null;
  /** The same in percent of cost; null where it is not known. */
  pnlPercent: Ratio | null;
  /** By which its closing orders are fitted; null while they are not loaded. */
  rules: Instrument | null;
  /** Something is being sold at market already: its figures are about to change. */
  exitInFlight: boolean;
  /** A person took it out of the next cycle, or out of all. */
  skipOnce: boolean;
  blocked: boolean;
  /** The engine leaves it alone until then, because a plan with it was rejected or has failed; null where it does not. */
  restsUntil: Time | null;
  timer: RiskTimer;
}

/** A group as people know it; ids mean nothing to them. Parts that an older row lacks are left out. */
export const groupName = ({ symbol, timeframe, side }: Partial<Pick<RiskGroup, 'symbol' | 'timeframe' | 'side'>>): string => [symbol, timeframe, side].filter((part) => part !== undefined && part !== '').join(' ');

/** What is known about a group besides itself. */
export interface RiskGroupFacts {
  plan: RiskPlan;
  accountMode: string;
  priceLast: Price | null;
  rules: Instrument | null;
  /** What one unit of its quote currency is worth; null where that is not known. */
  usdPerQuote: Price | null;
  skipOnce: boolean;
  blocked: boolean;
  restsUntil: Time | null;
}

/** Percents end here, as they do where positions are shown; far below the four places that decide a tie. */
const percentPlaces = 12;

const sellsAtMarket = ['close', 'stop', 'offset', 'reduce'];

/** The figures of an open group. */
export function riskGroupOf(group: PositionGroup, facts: RiskGroupFacts): RiskGroup {
  const { priceLast, usdPerQuote, accountMode, rules, skipOnce, blocked, restsUntil } = facts;
  const cost = groupCost(group);
  const pnl = priceLast === null ? null : pnlUnrealised(group, priceLast);
  return {
    ...{ groupId: group.id, symbol: group.symbol, timeframe: group.timeframe, side: group.side, accountMode, status: group.status, openedAt: group.openedAt },
    quantity: groupQuantity(group),
    priceLast,
    pnlUsd: pnl === null || usdPerQuote === null ? null : money(dec(pnl).times(usdPerQuote)),
    pnlPercent: pnl === null || isZero(cost) ? null : ratio(dec(pnl).times(100).dividedBy(cost).toDecimalPlaces(percentPlaces)),
    rules,
    exitInFlight: Object.keys(group.claims).length > 0 || group.offset != null || group.orders.some((order) => sellsAtMarket.includes(order.role) && !isSettled(order)),
    ...{ skipOnce, blocked, restsUntil },
    timer: riskTimer(group, facts.plan),
  };
}
