import { readSymbol, unifiedSymbol } from '#shared/contracts/symbol-text';
import type { Market } from '#shared/engine/instrument/instrument';

/** What is traded for what, whatever the market: `BTC/USDT` for both Binance markets' `BTCUSDT`. */
export interface Pair {
  base: string;
  quote: string;
}

/** Quote currencies of USD-M futures. */
const settles = new Set(['USDT', 'USDC']);

/** The pair that `BTCUSDT`, `BTCUSDT.P`, `BTC/USDT` or `BTC/USDT:USDT` names, or null. */
export function readPair(text: string): Pair | null {
  const read = readSymbol(text);
  return read === null || read.base === null || read.quote === null ? null : { base: read.base, quote: read.quote };
}

/** The pair that a file such as `BTCUSDT_5m.csv` names, or null. */
export const pairOfFile = (name: string): Pair | null => readPair(/^[A-Za-z0-9]+/.exec(name)?.[0] ?? '');

/** `BTC/USDT`. */
export const pairName = (pair: Pair): string => `${pair.base}/${pair.quote}`;

/** The markets in which a pair is traded, each with its unified symbol. */
export const marketsOf = ({ base, quote }: Pair): { market: Market; symbol: string }[] =>
  (settles.has(quote) ? (['spot', 'usdm'] as const) : (['spot'] as const)).map((market) => ({ market, symbol: unifiedSymbol(base, quote, market) }));

/** The venue's own symbol of a unified one: `BTCUSDT` of `BTC/USDT:USDT`. */
export const venueSymbolOf = (symbol: string): string => symbol.replace(/:.*$/, '').replace('/', '');
