import type { Market } from '#shared/engine/instrument/instrument';

/** What a venue can and cannot do for us, per market; shown to people and asked before anything is sent. */
export interface VenueCapabilities {
  /** Holds a conditional market order (a stop) for us. */
  conditionalOrders: boolean;
  /** Knows orders that can only reduce a position. */
  reduceOnly: boolean;
  /** The answer to an order lists its fills; otherwise they are asked for. */
  fillsInAnswer: boolean;
  /** A client order id is refused only while an order of that id is open: it must never be sent twice. */
  clientOrderIdUnique: 'among open orders';
  clientOrderIdShape: RegExp;
}

// A venue-held spot stop locks the very coins the resting take-profits have to sell, and Binance links the two only in OCO pairs that
// a ladder does not fit. So on spot the engine watches stops itself, and says so.
const binance: Readonly<Record<Market, VenueCapabilities>> = {
  spot: { conditionalOrders: false, reduceOnly: false, fillsInAnswer: true, clientOrderIdUnique: 'among open orders', clientOrderIdShape: /^[.A-Z:/a-z0-9_-]{1,36}$/ },
  usdm: { conditionalOrders: true, reduceOnly: true, fillsInAnswer: false, clientOrderIdUnique: 'among open orders', clientOrderIdShape: /^[.A-Z:/a-z0-9_-]{1,36}$/ },
};

const byVenue: Readonly<Record<string, Readonly<Record<Market, VenueCapabilities>>>> = { binance };

/** The capabilities of a venue's market. Throws for a venue Tranche does not know. */
export function venueCapabilities(venue: string, market: Market): VenueCapabilities {
  const known = byVenue[venue];
  if (known === undefined) throw new RangeError(`venue: found "${venue}", expected one of ${Object.keys(byVenue).join(', ')}`);
  return known[market];
}

/** How long after its timestamp the venue still takes a signed request. */
export const recvWindowMs = 5_000;
/** Binance's API waits this long for its matching engine before it answers -1007. */
const engineTimeoutMs = 10_000;
const lateMarginMs = 2_000;

/** The longest time after sending at which an order could still be accepted: receive window, engine time-out and a margin. */
export const lateArrivalMs = recvWindowMs + engineTimeoutMs + lateMarginMs;
