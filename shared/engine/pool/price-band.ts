import { legPrice, levelsOf } from '../entry/grid.ts';
import type { Instrument } from '../instrument/instrument.ts';
import type { Signal } from '../messages/signals.ts';
import { compare, dec, isPositive, isZero, type Price } from '../num/units.ts';
import type { Hindrance } from './hindrance.ts';
import { symbolFactsKey, type PoolFacts } from './pool-settings.ts';

/**
 * Why the present price keeps a queued entry from going, or null: there is none, it has run further than the configured band, or the
 * entry's limit price is beyond what the venue takes now (contract, *Promotion*). The venue measures from its own average or mark price;
 * the last traded price is what we know of it.
 */
export function priceHindrance(signal: Signal, facts: PoolFacts): Hindrance | null {
  const known = facts.symbols[symbolFactsKey(signal)];
  if (known === undefined || typeof known.instrument === 'string') return null;
  const { priceLast, instrument } = known;
  const entryPrice = signal.priceSignal ?? priceLast;
  if (entryPrice === null || !isPositive(entryPrice)) return { reason: 'no_price', detail: `no price for ${signal.symbol} yet` };
  return beyondConfigured(entryPrice, priceLast, facts, signal) ?? beyondVenue(signal, entryPrice, priceLast, instrument, facts);
}

function beyondConfigured(entryPrice: Price, priceLast: Price | null, { settings: { priceBandPercent: band } }: PoolFacts, { symbol }: Signal): Hindrance | null {
  if (isZero(band)) return null;
  if (priceLast === null) return { reason: 'no_price', detail: `no price for ${symbol} yet, and waiting_rule.price_band_percent is ${band}` };
  const away = dec(priceLast).minus(entryPrice).abs().dividedBy(entryPrice).times(100);
  if (compare(away, band) <= 0) return null;
  return { reason: 'price_band', detail: `the price ${priceLast} is ${away.toDecimalPlaces(2).toFixed()} % from the entry price ${entryPrice}, the band is ${band} %` };
}

/** On USD-M a venue refuses only what would trade at once at a bad price; on spot it refuses both ends. */
function beyondVenue(signal: Signal, entryPrice: Price, priceLast: Price | null, instrument: Instrument, { settings: { entryPlan } }: PoolFacts): Hindrance | null {
  const { priceBand } = instrument;
  const [first] = levelsOf(entryPlan, 0);
  if (priceBand == null || priceLast === null || first === undefined || entryPlan.orderType === 'market') return null;
  const limit = legPrice(signal.side, entryPrice, first.gapPercent, instrument);
  const most = dec(priceLast).times(priceBand.up);
  const least = dec(priceLast).times(priceBand.down);
  const both = signal.market === 'spot';
  const beyond = (edge: string): Hindrance => ({ reason: 'price_band', detail: `the limit price ${limit.toFixed()} is beyond what ${signal.venue} takes at a price of ${priceLast}: ${edge}` });
  if ((both || signal.side === 'long') && limit.greaterThan(most)) return beyond(`at most ${most.toFixed()}`);
  if ((both || signal.side === 'short') && limit.lessThan(least)) return beyond(`at least ${least.toFixed()}`);
  return null;
}
