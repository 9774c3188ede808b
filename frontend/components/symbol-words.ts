/** `BTC/USDT` of `BTC/USDT:USDT`: what a trader calls it. */
export function pairOf(symbol: string): string {
  return symbol.split(':')[0] ?? symbol;
}

export function baseOf(symbol: string): string {
  return pairOf(symbol).split('/')[0] ?? symbol;
}

/** `USDT` of `BTC/USDT:USDT`. */
export function quoteOf(symbol: string): string {
  return pairOf(symbol).split('/')[1] ?? '';
}

/** The quote assets of these symbols, such as `USDT` or `USDC, USDT`; null of none. */
export function quotesOf(rows: readonly { symbol: string }[]): string | null {
  return [...new Set(rows.map(({ symbol }) => quoteOf(symbol)))].sort().join(', ') || null;
}

const venueNames: Record<string, string> = { binance: 'Binance', bybit: 'Bybit', okx: 'OKX', kucoin: 'KuCoin', bingx: 'BingX', gate: 'Gate', mexc: 'MEXC', bitget: 'Bitget' };

/** How a venue writes its own name. */
export const venueName = (venue: string): string => venueNames[venue] ?? venue;
