import type { Market } from '#shared/engine/instrument/instrument';

/** What is traded for what, whatever the market: `BTC/USDT` for both Binance markets' `BTCUSDT`. */
export interface Pair {
  base: string;
  quote: string;
}

/** Longest first, so that `BTCFDUSD` is not read as something for `USD`. */
const quotes = ['FDUSD', 'USDT', 'USDC', 'TUSD', 'BUSD', 'USD1', 'DAI', 'BTC', 'ETH', 'BNB', 'EUR', 'TRY', 'BRL', 'JPY', 'USD'] as const;
/** Quote currencies of USD-M futures. */
const settles = new Set(['USDT', 'USDC']);

/** The pair that `BTCUSDT`, `BTCUSDT.P`, `BTC/USDT` or `BTC/USDT:USDT` names, or null. */
export function readPair(text: string): Pair | null {
  const bare = text.trim().toUpperCase().replace(/\.P$/, '').replace(/:[A-Z0-9]+$/, '');
  const split = /^([A-Z0-9]+)\/([A-Z0-9]+)$/.exec(bare);
  if (split) return { base: split[1]!, quote: split[2]! };
  const quote = quotes.find((name) => bare.length > name.length && bare.endsWith(name));
  return quote !== undefined && /^[A-Z0-9]+$/.test(bare) ? { base: bare.slice(0, -quote.length), quote } : null;
}

/** The pair that a file such as `BTCUSDT_5m.csv` names, or null. */
export const pairOfFile = (name: string): Pair | null => readPair(/^[A-Za-z0-9]+/.exec(name)?.[0] ?? '');

/** `BTC/USDT`. */
export const pairName = (pair: Pair): string => `${pair.base}/${pair.quote}`;

/** The markets in which a pair is traded, each with its unified symbol. */
export const marketsOf = (pair: Pair): { market: Market; symbol: string }[] => [
  { market: 'spot', symbol: pairName(pair) },
  ...(settles.has(pair.quote) ? [{ market: 'usdm' as const, symbol: `${pairName(pair)}:${pair.quote}` }] : []),
];

/** The venue's own symbol of a unified one: `BTCUSDT` of `BTC/USDT:USDT`. */
export const venueSymbolOf = (symbol: string): string => symbol.replace(/:.*$/, '').replace('/', '');
