import { money, price, qty } from '../num/units.ts';
import type { Instrument, Market } from './instrument.ts';
import type { PrecisionPlan } from './precision-plan.ts';

/** A symbol of a venue, known or not. */
export interface SymbolName {
  venue: string;
  market: Market;
  /** Unified: what stands before and after the stroke are base and quote. */
  symbol: string;
}

/** Why a venue's rules are not to be had: not fetched, or too old and not fetched anew; or fetched, and the symbol is not among them. */
export type NoRules = 'unavailable' | 'unlisted';

/** The rules a decision works by. `warning` says, for a person, that they are not the venue's. */
export interface EffectiveRules {
  instrument: Instrument;
  warning: string | null;
}

/**
 * The grid of a rule that is not enforced: nothing is rounded to it. It is no finer because Binance takes at most twenty digits after
 * the point, and no coarser because prices of 1e-12 are traded. A positive step lets every user of tick and step go on as ever.
 */
const uncut = '0.000000000000000001';

const named = ({ venue, market, symbol }: SymbolName): Instrument => {
  const [base = symbol, quote = ''] = (symbol.split(':')[0] ?? symbol).split('/');
  return {
    ...{ venue, market, symbol, venueSymbol: `${base}${quote}`, base, quote, active: true },
    ...{ tickSize: price(uncut), stepSize: qty(uncut), quantityMin: qty(0), quantityMax: null, quantityMaxMarket: null },
    ...{ notionalMin: null, notionalMinSparesReduceOnly: market === 'usdm', priceBand: null, contractSize: qty(1) },
  };
};

/** The fallback rules in the place of the venue's; what they do not name stays the venue's, as far as it is known. */
const byFallback = (known: Instrument, { fallback }: PrecisionPlan): Instrument => ({
  ...known,
  tickSize: fallback.tickSize,
  stepSize: fallback.stepSize,
  quantityMin: fallback.quantityMin,
  notionalMin: money(fallback.notionalMin) === '0' ? null : fallback.notionalMin,
});

function enforced(rules: Instrument, plan: PrecisionPlan): Instrument {
  if (plan.enforceTick && plan.enforceStep && plan.enforceNotionalMin) return rules;
  return {
    ...rules,
    tickSize: plan.enforceTick ? rules.tickSize : price(uncut),
    stepSize: plan.enforceStep ? rules.stepSize : qty(uncut),
    notionalMin: plan.enforceNotionalMin ? rules.notionalMin : null,
  };
}

const told = ({ fallback }: PrecisionPlan): string => `tick ${fallback.tickSize}, step ${fallback.stepSize}, least quantity ${fallback.quantityMin}, least notional ${fallback.notionalMin}`;
const why: Record<NoRules, string> = { unavailable: 'could not be fetched', unlisted: 'are not in its list' };

/**
 * The rules a decision works by: the venue's; the fallback rules where the plan forces them, or where there are none and the plan does
 * not block, with a warning; and rules that are not enforced left out. Without rules, and
 * with a plan that blocks, the reason why there are none. What is returned for a plan without exceptions is the venue's object itself.
 */
export function effectiveRules(name: SymbolName, known: Instrument | NoRules, plan: PrecisionPlan): EffectiveRules | NoRules {
  if (plan.mode === 'force') {
    const instrument = enforced(byFallback(typeof known === 'string' ? named(name) : known, plan), plan);
    return { instrument, warning: `${name.symbol} is worked by the fallback rules, as its signal asks: ${told(plan)}` };
  }
  if (typeof known !== 'string') return { instrument: enforced(known, plan), warning: null };
  if (plan.blockOnMissing) return known;
  return { instrument: enforced(byFallback(named(name), plan), plan), warning: `The rules of ${name.symbol} at ${name.venue} ${why[known]}; the fallback rules are used: ${told(plan)}` };
}

/** The plan that applies the venue's own rules to the letter: what a group goes over to when the venue insists on them. */
export const toTheLetter = (plan: PrecisionPlan): PrecisionPlan => ({ ...plan, mode: 'auto', enforceTick: true, enforceStep: true, enforceNotionalMin: true });
