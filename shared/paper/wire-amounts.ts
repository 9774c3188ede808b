import { dec, type Dec } from '#shared/engine/num/units';
import type { SimInstrument, SimMarket } from '#shared/simulation/matching-state';

/** Places Binance prints: spot always eight, USD-M as many as the instrument's step has. More are shown where more are there. */
const places = (value: Dec, least: number): string => value.toFixed(Math.max(least, value.decimalPlaces()));

export const eight = (value: string | Dec): string => places(dec(value), 8);

const stepPlaces = (step: string): number => dec(step).decimalPlaces();

export const pricePlaces = (instrument: SimInstrument): number => stepPlaces(instrument.tick);
export const quantityPlaces = (instrument: SimInstrument): number => stepPlaces(instrument.step);

export const wirePrice = (instrument: SimInstrument, value: string | Dec | null): string => places(dec(value ?? '0'), instrument.market === 'spot' ? 8 : pricePlaces(instrument));
export const wireQuantity = (instrument: SimInstrument, value: string | Dec): string => places(dec(value), instrument.market === 'spot' ? 8 : quantityPlaces(instrument));

/** Average of a quote amount over a quantity; cut beyond three places more than the price has, as Binance prints `avgPrice`. */
export function averagePrice(instrument: SimInstrument, quote: string, quantity: string): string {
  if (quantity === '0') return places(dec(0), pricePlaces(instrument));
  const most = pricePlaces(instrument) + 5;
  return places(dec(quote).dividedBy(quantity).toDecimalPlaces(most), pricePlaces(instrument));
}

/** A figure without more places than its market prints, for derived amounts such as unrealised profit. */
export const derived = (value: Dec): string => value.toDecimalPlaces(8).toFixed(8);

export const marketPath = (market: SimMarket): string => (market === 'spot' ? '/api/v3' : '/fapi/v1');
