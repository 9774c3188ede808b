import { dec, type Dec } from '#shared/engine/num/units';
import { feeOf } from './fill-model.ts';
import { balanceOf, instrumentOf, marketTime, moveFunds, ownAccount, record, text, type Draft } from './matching-draft.ts';
import type { AssetBalance, SimFill, SimInstrument, SimOrder } from './matching-state.ts';

const none = dec(0);

/** The asset an order pays with. */
export const payingAsset = (order: Pick<SimOrder, 'side'>, instrument: SimInstrument): string => (order.side === 'BUY' ? instrument.quote : instrument.base);

/** What a resting spot order must hold back for its unfilled part; a conditional market buy holds its trigger price's worth. */
export function neededLock(order: Pick<SimOrder, 'side' | 'price' | 'stopPrice' | 'quantity' | 'filled'>): Dec {
  const open = dec(order.quantity).minus(order.filled);
  if (order.side === 'SELL') return open;
  return open.times(order.price ?? order.stopPrice ?? '0');
}

/** Holds funds back for an order, or frees them; returns the order with its new lock and the changed balance. */
export function setLock(draft: Draft, order: SimOrder, lock: Dec): { order: SimOrder; balances: AssetBalance[] } {
  const change = lock.minus(order.locked);
  if (change.isZero()) return { order, balances: [] };
  const asset = payingAsset(order, instrumentOf(draft, order.market, order.symbol));
  return { order: { ...order, locked: text(lock) }, balances: [moveFunds(draft, order.accountId, asset, change.negated(), change)] };
}

/** Can the account pay `amount` of `asset` out of its free funds plus what the order already holds? */
export function canPay(draft: Draft, order: Pick<SimOrder, 'accountId' | 'locked'>, asset: string, amount: Dec): boolean {
  const account = draft.accounts.get(order.accountId);
  return account !== undefined && amount.lessThanOrEqualTo(dec(balanceOf(account, asset).free).plus(order.locked));
}

/** Books a spot fill: pays from the lock first, credits the received asset less the fee, as Binance takes it from what is received. */
export function bookSpotFill(draft: Draft, order: SimOrder, trade: { id: number; price: Dec; quantity: Dec; maker: boolean; at: number }): { order: SimOrder; fill: SimFill; balances: AssetBalance[] } {
  const instrument = instrumentOf(draft, order.market, order.symbol);
  const account = ownAccount(draft, order.accountId);
  const quote = trade.price.times(trade.quantity);
  const paid = order.side === 'BUY' ? quote : trade.quantity;
  const received = order.side === 'BUY' ? trade.quantity : quote;
  const receivedAsset = order.side === 'BUY' ? instrument.base : instrument.quote;
  const fee = feeOf(received, trade.maker ? account.makerRate : account.takerRate);

  const filled = { ...order, filled: text(dec(order.filled).plus(trade.quantity)), quoteFilled: text(dec(order.quoteFilled).plus(quote)) };
  const stillLocked = dec(order.locked).isZero() ? none : neededLock(filled);
  const released = dec(order.locked).minus(stillLocked);
  const payment = moveFunds(draft, order.accountId, payingAsset(order, instrument), released.minus(paid), released.negated());
  const about = { symbol: order.symbol, orderId: order.id, tradeId: trade.id };
  record(draft, order.accountId, 'TRADE', payment.asset, paid.negated(), dec(payment.free).plus(payment.locked), trade.at, about);
  const before = balanceOf(account, receivedAsset);
  record(draft, order.accountId, 'TRADE', receivedAsset, received, dec(before.free).plus(before.locked).plus(received), trade.at, about);
  const receipt = moveFunds(draft, order.accountId, receivedAsset, received.minus(fee), none);
  record(draft, order.accountId, 'COMMISSION', receivedAsset, fee.negated(), dec(receipt.free).plus(receipt.locked), trade.at, about);

  const fill: SimFill = {
    id: trade.id,
    orderId: order.id,
    accountId: order.accountId,
    market: order.market,
    symbol: order.symbol,
    clientOrderId: order.clientOrderId,
    side: order.side,
    price: text(trade.price),
    quantity: text(trade.quantity),
    quote: text(quote),
    fee: text(fee),
    feeAsset: receivedAsset,
    maker: trade.maker,
    realised: '0',
    at: trade.at,
    marketAt: marketTime(draft, order.market, order.symbol, trade.at),
  };
  return { order: { ...filled, locked: text(stillLocked) }, fill, balances: [payment, receipt] };
}
