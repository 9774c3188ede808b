import type { Position, QueueEntry } from '#shared/contracts/http';
import type { PriceUpdate } from '#shared/contracts/socket';
import { divideDecimals, multiplyDecimals, negateDecimal, signOf, sumDecimals } from './decimal.ts';

/** One position at a new last price. The server's own valuation is moved by the difference of the price, so its rules on fees stay its own. */
export function revalue<P extends Position>(position: P, price: string): P {
  if (position.priceLast === price) return position;
  if (position.priceLast === null || position.pnlUnrealised === null || position.priceEntryAverage === null || signOf(position.quantity) === 0) {
    return { ...position, priceLast: price };
  }
  const move = multiplyDecimals(sumDecimals([price, negateDecimal(position.priceLast)]), position.quantity);
  const gain = position.side === 'long' ? move : negateDecimal(move);
  const cost = multiplyDecimals(position.priceEntryAverage, position.quantity);
  const percent = divideDecimals(multiplyDecimals(gain, '100'), cost, 6);
  return {
    ...position,
    priceLast: price,
    value: multiplyDecimals(price, position.quantity),
    pnlUnrealised: sumDecimals([position.pnlUnrealised, gain]),
    pnlUnrealisedPercent: position.pnlUnrealisedPercent === null ? null : sumDecimals([position.pnlUnrealisedPercent, percent]),
  };
}

/** `binance usdm BTC/USDT:USDT`: what a price belongs to. */
export const priceKey = (of: { exchange: string; market: string; symbol: string }): string => `${of.exchange} ${of.market} ${of.symbol}`;

/** The list at new prices; the same array when none of them concerns it. */
export function revalueAll(positions: Position[], prices: ReadonlyMap<string, PriceUpdate['prices'][number]>): Position[] {
  let changed = false;
  const next = positions.map((position) => {
    const update = prices.get(priceKey(position));
    if (update === undefined || update.price === position.priceLast) return position;
    changed = true;
    return revalue(position, update.price);
  });
  return changed ? next : positions;
}

/** Queue rows name no market; the unified symbol does: only a futures symbol names what it is settled in. */
const marketOf = (symbol: string): 'spot' | 'usdm' => (symbol.includes(':') ? 'usdm' : 'spot');

/** Waiting entries at new prices: how far the price has moved against each, negative is a discount. The same array when no price concerns it. */
export function revalueQueue(rows: QueueEntry[], prices: ReadonlyMap<string, PriceUpdate['prices'][number]>): QueueEntry[] {
  let changed = false;
  const next = rows.map((row) => {
    const price = prices.get(priceKey({ exchange: row.exchange, market: marketOf(row.symbol), symbol: row.symbol }))?.price;
    if (price === undefined || price === row.priceLast) return row;
    changed = true;
    if (row.entryPrice === null) return { ...row, priceLast: price };
    const move = row.side === 'long' ? sumDecimals([price, negateDecimal(row.entryPrice)]) : sumDecimals([row.entryPrice, negateDecimal(price)]);
    return { ...row, priceLast: price, lossPercent: divideDecimals(multiplyDecimals(move, '100'), row.entryPrice, 12) };
  });
  return changed ? next : rows;
}
