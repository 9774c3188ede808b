import type { Price, Qty, Money } from '../num/units.ts';

export type Market = 'spot' | 'usdm';

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
  /** Base units per contract; "1" where quantity is in base units. */
  contractSize: Qty;
}
