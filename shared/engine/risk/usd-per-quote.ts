import { price, type Price } from '../num/units.ts';

/** Quote currencies that are a dollar each, as far as offsetting is concerned. */
const dollars: ReadonlySet<string> = new Set(['USD', 'USDT', 'USDC', 'FDUSD', 'BUSD', 'TUSD', 'USDP', 'DAI']);

/** What one unit of a quote currency is worth in USD: a dollar, its last price against USDT, or null where nobody knows. */
export const usdPerQuote = (quote: string, priceLast: (symbol: string) => Price | null): Price | null => (dollars.has(quote) ? price('1') : priceLast(`${quote}/USDT`));
