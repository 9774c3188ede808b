/** `BTC/USDT` of `BTC/USDT:USDT`: what a trader calls it. */
export function pairOf(symbol: string): string {
  return symbol.split(':')[0] ?? symbol;
}

export function baseOf(symbol: string): string {
  return pairOf(symbol).split('/')[0] ?? symbol;
}
