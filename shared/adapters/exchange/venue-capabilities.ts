import type { Market } from '#shared/engine/instrument/instrument';
import { binanceClientIds } from './client-ids/binance-client-ids.ts';
import { lateArrivalOf } from './client-ids/client-id-rules.ts';

/** What a venue can and cannot do for us, per market; shown to people and asked before anything is sent. */
export interface VenueCapabilities {
  /** Holds a conditional market order (a stop) for us. */
  conditionalOrders: boolean;
  /** Knows orders that can only reduce a position. */
  reduceOnly: boolean;
  /** The answer to an order lists its fills; otherwise they are asked for. */
  fillsInAnswer: boolean;
  /** What may stand in a client order id; more of what the venue does with them in `client-ids`. */
  clientOrderIdShape: RegExp;
}

// A venue-held spot stop locks the very coins the resting take-profits have to sell, and Binance links the two only in OCO pairs that
// a ladder does not fit. So on spot the engine watches stops itself, and says so.
const binance: Readonly<Record<Market, VenueCapabilities>> = {
  spot: { conditionalOrders: false, reduceOnly: false, fillsInAnswer: true, clientOrderIdShape: binanceClientIds.spot.shape },
  usdm: { conditionalOrders: true, reduceOnly: true, fillsInAnswer: false, clientOrderIdShape: binanceClientIds.usdm.shape },
};

const byVenue: Readonly<Record<string, Readonly<Record<Market, VenueCapabilities>>>> = { binance };

/** The capabilities of a venue's market. Throws for a venue Tranche does not know. */
export function venueCapabilities(venue: string, market: Market): VenueCapabilities {
  const known = byVenue[venue];
  if (known === undefined) throw new RangeError(`venue: found "${venue}", expected one of ${Object.keys(byVenue).join(', ')}`);
  return known[market];
}

/** The longest time after sending at which Binance could still accept an order. */
export const lateArrivalMs = lateArrivalOf(binanceClientIds.usdm);
