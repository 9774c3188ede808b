import type { Figures } from '../figures.ts';
import type { Order } from '../order/order.ts';

/**
 * What a person is told by code, with the names of its figures. Stable: the web app has a sentence for each in every language, and takes
 * the English one of the log where it has none. `order` is an order's name as `orderName` writes it, `detail` and `reason` are sentences
 * or codes of their own.
 */
export const saidFigures = {
  plan_begun: ['plan', 'winners', 'loser', 'covered', 'required'],
  plan_awaits: ['plan', 'winners', 'loser', 'covered', 'required', 'until'],
  plan_ended: ['plan', 'winners', 'loser', 'covered', 'required', 'status', 'reason', 'realised', 'closed', 'cost'],
  cycle: ['outcome', 'reason'],
  rules_missing: ['signal'],
  rules_warning: ['signal', 'detail'],
  entry_stays: ['entry', 'symbol', 'timeframe', 'side', 'detail'],
  force_stays: ['entry', 'symbol', 'timeframe', 'side', 'detail'],
  adopt_no_price: ['symbol', 'side', 'quantity'],
  adopt_no_rules: ['symbol', 'side', 'quantity'],
  adopted: ['symbol', 'side', 'quantity'],
  adopted_to_close: ['symbol', 'side', 'quantity'],
  adopted_stopped: ['symbol', 'side', 'quantity'],
  plan_smaller: ['signal', 'symbol', 'timeframe', 'side', 'detail'],
  filled: ['order', 'quantity', 'price'],
  executed: ['order', 'symbol', 'expected', 'actual', 'percent'],
  executed_blind: ['order', 'symbol', 'actual'],
  slipped: ['order', 'symbol', 'expected', 'actual', 'percent', 'limitPercent'],
  slippage_exceeded: ['order', 'symbol', 'percent', 'limitPercent'],
  order_strange: ['clientOrderId', 'group'],
  order_ended: ['order', 'symbol', 'reason'],
  order_refused: ['order', 'symbol', 'reason'],
  order_refitted: ['order', 'symbol', 'reason', 'attempt', 'most'],
  order_unknown: ['order', 'symbol', 'reason'],
  closed_outside: ['symbol', 'timeframe', 'side', 'quantity', 'held', 'price', 'priceFrom'],
  outside_taken_back: ['order', 'symbol', 'timeframe', 'side', 'quantity'],
  sold_beyond: ['order', 'symbol', 'timeframe', 'side', 'quantity'],
  stop_watched: ['symbol', 'price'],
  stop_looser: ['symbol', 'price', 'signal', 'stop'],
  stop_reached: ['symbol', 'price', 'stop'],
} as const satisfies Record<string, readonly string[]>;

export type SaidCode = keyof typeof saidFigures;
export interface Said {
  code: SaidCode;
  figures: Figures;
}

/** A code with all of its figures; a null is left out, and the sentence without it is told by its English words. */
export function said<Code extends SaidCode>(code: Code, figures: Record<(typeof saidFigures)[Code][number], string | null>): { said: Said } {
  return { said: { code, figures: Object.fromEntries(Object.entries<string | null>(figures).filter((figure): figure is [string, string] => figure[1] !== null)) } };
}

/** `close`, or `entry 0.1`: an order by its purpose, for a page to tell in its own words. */
export const orderName = ({ role, pyramid, leg }: Pick<Order, 'role' | 'pyramid' | 'leg'>): string => (leg === null ? role : `${role} ${pyramid}.${leg}`);
