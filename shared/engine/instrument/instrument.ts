import type { Money, Price, Qty, Ratio } from '../num/units.ts';

export type Market = 'spot' | 'usdm';

/** How far a limit price may be from the venue's present price: `1.15` and `0.85` are 15 % either way. */
export interface PriceBand {
  up: Ratio;
  down: Ratio;
}

/** The rules one venue sets for one symbol. */
export interface Instrument {
  venue: string;
  market: Market;
  /** Unified: `BTC/USDT` on spot, `BTC/USDT:USDT` on USD-M. */
  symbol: string;
  /** The venue's own: `BTCUSDT`. */
  venueSymbol: string;
  base: string;
  quote: string;
  active: boolean;
  /** Absent from the venue's newest list; kept for groups that are open. */
  delisted?: true;
  tickSize: Price;
  stepSize: Qty;
  quantityMin: Qty;
  quantityMax: Qty | null;
  /** Largest market order; null where the venue states none. */
  quantityMaxMarket: Qty | null;
  /** Null where the venue states none. */
  notionalMin: Money | null;
  /** USD-M: reduce-only orders need no minimum notional. */
  notionalMinSparesReduceOnly: boolean;
  /** Limit prices the venue takes, as multiples of its present price; null where it states none, absent from rules stored before it was read. */
  priceBand?: PriceBand | null;
  /** Base units per contract; "1" where quantity is in base units. */
  contractSize: Qty;
}
