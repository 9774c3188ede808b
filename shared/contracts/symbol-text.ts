import type { Market } from '#shared/engine/instrument/instrument';

/** A symbol as an alert may write it, taken apart. */
export interface SymbolText {
  /** Base and quote joined, as the venue lists it: `BTCUSDT`. */
  compact: string;
  /** Null where the text does not divide them and no known quote currency ends it. */
  base: string | null;
  quote: string | null;
  /** The text itself divided base and quote. */
  divided: boolean;
  /** The exchange in front of a full TradingView name such as `BINANCE:BTCUSDT`. */
  exchange: string | null;
}

// Quote currencies of the venues, longest first where one ends another (FDUSD before USD), so that a symbol can be divided before the
// venue's own list has been loaded.
const quotes = ['FDUSD', 'BFUSD', 'RLUSD', 'USDT', 'USDC', 'TUSD', 'BUSD', 'USDP', 'USDE', 'USDS', 'XUSD', 'AEUR', 'EURI', 'IDRT', 'BIDR', 'USD1', 'DAI', 'USD', 'EUR', 'GBP', 'AUD', 'BRL', 'TRY', 'JPY', 'MXN', 'PLN', 'RON', 'ARS', 'CZK', 'COP', 'UAH', 'ZAR', 'NGN', 'BTC', 'ETH', 'BNB', 'XRP', 'TRX', 'DOGE', 'SOL', 'DOT'];
const shape = /^(?:([A-Z0-9_]+):)?([A-Z0-9]{2,30})(?:\/([A-Z0-9]{2,12})(?::([A-Z0-9]{2,12}))?)?(\.P)?$/;

/** Takes `BTCUSDT`, `BTCUSDT.P`, `BTC/USDT`, `BTC/USDT:USDT` or `BINANCE:BTCUSDT` apart; null when it is none of these (E-52). */
export function readSymbol(text: string): SymbolText | null {
  const found = shape.exec(text.trim().toUpperCase());
  if (!found) return null;
  const [, exchange = null, first = '', second, settle] = found;
  if (second !== undefined) {
    if (settle !== undefined && settle !== second) return null;
    return { compact: first + second, base: first, quote: second, divided: true, exchange };
  }
  const quote = quotes.find((each) => first.endsWith(each) && first.length > each.length) ?? null;
  return { compact: first, base: quote === null ? null : first.slice(0, -quote.length), quote, divided: false, exchange };
}

/** `BTC/USDT` on spot, `BTC/USDT:USDT` on USD-M. */
export const unifiedSymbol = (base: string, quote: string, market: Market): string => (market === 'spot' ? `${base}/${quote}` : `${base}/${quote}:${quote}`);
