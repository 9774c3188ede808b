import { effectiveRules } from '../instrument/effective-rules.ts';
import type { Instrument, Market } from '../instrument/instrument.ts';
import type { Price } from '../num/units.ts';
import type { PositionGroup } from '../position/position-group.ts';
import type { BookRow } from './risk-facts.ts';
import { riskGroupOf } from './risk-group.ts';
import type { RiskPlan } from './risk-plan.ts';
import { usdPerQuote } from './usd-per-quote.ts';

/** What the book needs to know beside a group. */
export interface BookFacts {
  plan: RiskPlan;
  accountMode: string;
  /** The venue's rules last known, however old. */
  rulesOf(venue: string, market: Market, symbol: string): Instrument | null;
  priceLast(venue: string, market: Market, symbol: string): Price | null;
}

/** A row of the book: a group at the last price, by the rules it is worked by. */
export function bookRow(group: PositionGroup, { plan, accountMode, rulesOf, priceLast }: BookFacts): BookRow {
  const { venue, market, symbol, quote } = group;
  const rules = effectiveRules(group, rulesOf(venue, market, symbol) ?? 'unavailable', group.precisionPlan);
  const worth = usdPerQuote(quote, (pair) => priceLast(venue, 'spot', pair));
  const { skipOnce: _, blocked: __, restsUntil: ___, ...row } = riskGroupOf(group, {
    ...{ plan, accountMode, skipOnce: false, blocked: false, restsUntil: null, usdPerQuote: worth },
    priceLast: priceLast(venue, market, symbol),
    rules: typeof rules === 'string' ? null : rules.instrument,
  });
  return { ...row, usdPerQuote: worth };
}
