import { dec, max, type Dec } from '#shared/engine/num/units';
import { feeOf } from './fill-model.ts';
import { balanceOf, instrumentOf, lastPrice, marketTime, moveFunds, ownAccount, record, savePosition, text, type Draft } from './matching-draft.ts';
import { noneOpen } from './open-tally.ts';
import type { AssetBalance, SimAccount, SimFill, SimOrder, SimPosition } from './matching-state.ts';

const none = dec(0);
const defaultLeverage = 20;
/** A partial close takes its share of the entry cost, cut here; the rest stays with the position, so nothing is lost. */
const costDecimals = 18;

export const positionOf = (account: SimAccount, symbol: string): SimPosition =>
  account.positions.get(symbol) ?? { symbol, quantity: '0', cost: '0', leverage: defaultLeverage, marginType: 'cross', realised: '0', updatedAt: 0 };

/** Average entry price, 0 when flat. */
export const entryPrice = (position: SimPosition): Dec => (position.quantity === '0' ? none : dec(position.cost).dividedBy(dec(position.quantity).abs()));

/** The position's value at `mark`; negative for a short. */
export const notionalAt = (position: SimPosition, mark: Dec): Dec => dec(position.quantity).times(mark);

export const unrealisedAt = (position: SimPosition, mark: Dec): Dec =>
  dec(position.quantity).isNegative() ? dec(position.cost).plus(notionalAt(position, mark)) : notionalAt(position, mark).minus(position.cost);

/** What marks a symbol: its last price, or the entry before any price is known. */
export const markOf = (draft: Pick<Draft, 'books'>, position: SimPosition): Dec => {
  const last = lastPrice(draft as Draft, 'usdm', position.symbol);
  return last === null ? entryPrice(position) : dec(last);
};

/** Initial margin of one symbol, position and open orders together, as Binance counts it one-way: the worse of both directions over leverage. */
export function initialMargin(draft: Draft, account: SimAccount, symbol: string, extra: { buys: Dec; sells: Dec } = { buys: none, sells: none }): Dec {
  const position = positionOf(account, symbol);
  const held = notionalAt(position, markOf(draft, position));
  const open = account.tallies.get(symbol) ?? noneOpen;
  const worst = max(held.plus(open.buys).plus(extra.buys).abs(), held.minus(open.sells).minus(extra.sells).abs());
  return worst.dividedBy(position.leverage);
}

export interface MarginSummary {
  wallet: Dec;
  unrealised: Dec;
  positionMargin: Dec;
  initial: Dec;
  maintenance: Dec;
  available: Dec;
}

/** The account's cross margin at present prices. */
export function marginSummary(draft: Draft, account: SimAccount, asset: string): MarginSummary {
  const symbols = new Set<string>();
  for (const position of account.positions.values()) if (position.quantity !== '0') symbols.add(position.symbol);
  for (const symbol of account.tallies.keys()) symbols.add(symbol);
  const summary = { unrealised: none, positionMargin: none, initial: none, maintenance: none };
  for (const symbol of symbols) {
    const position = positionOf(account, symbol);
    summary.initial = summary.initial.plus(initialMargin(draft, account, symbol));
    if (position.quantity === '0') continue;
    const mark = markOf(draft, position);
    const held = notionalAt(position, mark).abs();
    summary.unrealised = summary.unrealised.plus(unrealisedAt(position, mark));
    summary.positionMargin = summary.positionMargin.plus(held.dividedBy(position.leverage));
    summary.maintenance = summary.maintenance.plus(held.times(instrumentOf(draft, 'usdm', symbol).maintenanceRatio));
  }
  const wallet = dec(balanceOf(account, asset).free);
  return { wallet, ...summary, available: wallet.plus(summary.unrealised).minus(summary.initial) };
}

/** Has the account's equity fallen below what its positions need? Open orders do not matter here. */
export function isUnderwater(draft: Draft, account: SimAccount, asset: string): boolean {
  let equity = dec(balanceOf(account, asset).free);
  let maintenance = none;
  for (const position of account.positions.values()) {
    if (position.quantity === '0') continue;
    const mark = markOf(draft, position);
    equity = equity.plus(unrealisedAt(position, mark));
    maintenance = maintenance.plus(notionalAt(position, mark).abs().times(instrumentOf(draft, 'usdm', position.symbol).maintenanceRatio));
  }
  return equity.lessThan(maintenance);
}

/** Is there margin for more open notional? An order that does not raise the requirement always passes. */
export function hasMarginFor(draft: Draft, account: SimAccount, order: Pick<SimOrder, 'symbol' | 'side'>, value: Dec): boolean {
  const extra = order.side === 'BUY' ? { buys: value, sells: none } : { buys: none, sells: value };
  const increase = initialMargin(draft, account, order.symbol, extra).minus(initialMargin(draft, account, order.symbol));
  if (!increase.greaterThan(0)) return true;
  const asset = instrumentOf(draft, 'usdm', order.symbol).quote;
  return increase.lessThanOrEqualTo(marginSummary(draft, account, asset).available);
}

/** The position after a trade and the profit the trade realises. */
export function tradePosition(position: SimPosition, signed: Dec, price: Dec, at: number): { position: SimPosition; realised: Dec } {
  const held = dec(position.quantity);
  const value = price.times(signed.abs());
  const after = held.plus(signed);
  if (held.isZero() || held.isNegative() === signed.isNegative()) {
    return { position: { ...position, quantity: text(after), cost: text(dec(position.cost).plus(value)), updatedAt: at }, realised: none };
  }
  const closing = signed.abs().lessThan(held.abs()) ? signed.abs() : held.abs();
  const whole = closing.equals(held.abs());
  const costClosed = whole ? dec(position.cost) : dec(position.cost).times(closing).dividedBy(held.abs()).toDecimalPlaces(costDecimals);
  const proceeds = price.times(closing);
  const realised = held.isNegative() ? costClosed.minus(proceeds) : proceeds.minus(costClosed);
  const cost = whole ? value.minus(proceeds) : dec(position.cost).minus(costClosed);
  return { position: { ...position, quantity: text(after), cost: text(cost), realised: text(dec(position.realised).plus(realised)), updatedAt: at }, realised };
}

/** Books a USD-M fill: position, realised profit and fee to the wallet. */
export function bookMarginFill(draft: Draft, order: SimOrder, trade: { id: number; price: Dec; quantity: Dec; maker: boolean; at: number }): { order: SimOrder; fill: SimFill; balances: AssetBalance[]; position: SimPosition } {
  const account = ownAccount(draft, order.accountId);
  const asset = instrumentOf(draft, order.market, order.symbol).quote;
  const quote = trade.price.times(trade.quantity);
  const fee = feeOf(quote, trade.maker ? account.makerRate : account.takerRate);
  const signed = order.side === 'BUY' ? trade.quantity : trade.quantity.negated();
  const { position, realised } = tradePosition(positionOf(account, order.symbol), signed, trade.price, trade.at);
  savePosition(draft, order.accountId, position, order.market);
  const about = { symbol: order.symbol, orderId: order.id, tradeId: trade.id };
  const gained = moveFunds(draft, order.accountId, asset, realised, none);
  record(draft, order.accountId, 'REALIZED_PNL', asset, realised, dec(gained.free), trade.at, about);
  const wallet = moveFunds(draft, order.accountId, asset, fee.negated(), none);
  record(draft, order.accountId, 'COMMISSION', asset, fee.negated(), dec(wallet.free), trade.at, about);
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
    feeAsset: asset,
    maker: trade.maker,
    realised: text(realised),
    at: trade.at,
    marketAt: marketTime(draft, order.market, order.symbol, trade.at),
  };
  const filled = { ...order, filled: text(dec(order.filled).plus(trade.quantity)), quoteFilled: text(dec(order.quoteFilled).plus(quote)) };
  return { order: filled, fill, balances: [wallet], position };
}
