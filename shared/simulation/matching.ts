import { compare, dec, type Dec } from '#shared/engine/num/units';
import { floorTo } from '#shared/engine/num/rounding';
import { takerPrice } from './fill-model.ts';
import { hasMarginFor, positionOf } from './margin-account.ts';
import { lastPrice, moveFunds, ownAccount, record, savePosition, saveOrder, text, type Draft } from './matching-draft.ts';
import { blankOrder, bookKey, isOpen, type AssetBalance, type SimAccount, type SimInstrument, type SimMarket, type SimOrder } from './matching-state.ts';
import { endOrder, isMarketable, reducible, takeLimit, takeMarket } from './order-execution.ts';
import { conditionOf, firesDown } from './order-levels.ts';
import { clientKey } from './open-tally.ts';
import { checkTicket, type OrderTicket } from './order-rules.ts';
import { isRefused, refuse, type Refused } from './sim-refusal.ts';
import { canPay, neededLock, payingAsset, setLock } from './spot-account.ts';

/**
 * The matching core: what a venue does with an order, a cancel, a transfer. Pure: a draft of the world goes in and comes out with
 * happenings; time is an argument. A refusal leaves the draft as it was.
 */

export type Placed = SimOrder | Refused;

/** Places an order: refuses it, or returns it as it stands after meeting the market. */
export function place(draft: Draft, ticket: OrderTicket, at: number): Placed {
  const instrument = draft.instruments.get(bookKey(ticket.market, ticket.symbol));
  const account = draft.accounts.get(ticket.accountId);
  if (instrument === undefined || account === undefined) return refuse('unknown_symbol');
  if (!instrument.trading) return refuse('market_closed');
  const last = lastPrice(draft, ticket.market, ticket.symbol);
  const sized = sizeByQuote(draft, ticket, instrument, last);
  if (isRefused(sized)) return sized;
  if (findOpen(account, sized.kind, { clientOrderId: sized.clientOrderId }) !== null) return refuse('duplicate_client_id');
  const wrong = checkTicket(sized, instrument, account, last) ?? checkMarket(sized, last) ?? checkPosition(sized, account) ?? checkFunds(draft, sized, instrument, account, last);
  if (wrong !== null) return wrong;
  return accept(draft, sized, last, at);
}

/** A market order given by an amount of quote currency becomes one by quantity. */
function sizeByQuote(draft: Draft, ticket: OrderTicket, instrument: SimInstrument, last: string | null): OrderTicket | Refused {
  if (ticket.quoteQuantity === null) return ticket;
  if (last === null) return refuse('no_price');
  const price = takerPrice(draft.model, instrument, ticket.side, last, null);
  const quantity = floorTo(dec(ticket.quoteQuantity).dividedBy(price), instrument.step);
  return quantity.isZero() ? refuse('quantity_min') : { ...ticket, quantity: text(quantity) };
}

/** What the present price forbids: market orders without one, makers that would take, conditions that are true already, FOK that cannot fill. */
function checkMarket(ticket: OrderTicket, last: string | null): Refused | null {
  const condition = conditionOf(ticket.market, ticket.type);
  if (ticket.type === 'MARKET') return last === null ? refuse('no_price') : null;
  if (condition !== null) return last !== null && isTrueAlready(ticket, last) ? refuse('would_trigger') : null;
  const marketable = last !== null && ticket.price !== null && isMarketable(ticket.side, ticket.price, last);
  if (marketable && (ticket.type === 'LIMIT_MAKER' || ticket.timeInForce === 'GTX')) return refuse('would_match');
  return ticket.timeInForce === 'FOK' && ticket.market === 'usdm' && !marketable ? refuse('not_fillable') : null;
}

function isTrueAlready(ticket: OrderTicket, last: string): boolean {
  const condition = conditionOf(ticket.market, ticket.type);
  if (condition === null) return false;
  const down = firesDown(ticket, condition);
  if (condition.waitsFor === 'trailing') return ticket.activationPrice !== null && (down ? compare(last, ticket.activationPrice) >= 0 : compare(last, ticket.activationPrice) <= 0);
  const trigger = ticket.stopPrice ?? last;
  return down ? compare(last, trigger) <= 0 : compare(last, trigger) >= 0;
}

function checkPosition(ticket: OrderTicket, account: SimAccount): Refused | null {
  if (ticket.kind === 'order') return ticket.reduceOnly && reducible(positionOf(account, ticket.symbol), ticket.side).isZero() ? refuse('reduce_only') : null;
  if (!ticket.closePosition) return null;
  const waits = conditionOf(ticket.market, ticket.type)?.waitsFor;
  for (const order of account.orders.values()) {
    const same = order.closePosition && isOpen(order) && order.symbol === ticket.symbol && order.side === ticket.side;
    if (same && conditionOf(order.market, order.type)?.waitsFor === waits) return refuse('close_position_exists');
  }
  return null;
}

/** Spot orders are paid or locked in full, USD-M orders need margin; algo orders are checked when they trigger. */
function checkFunds(draft: Draft, ticket: OrderTicket, instrument: SimInstrument, account: SimAccount, last: string | null): Refused | null {
  if (ticket.kind === 'algo' || ticket.reduceOnly) return null;
  const price = expectedPrice(draft, ticket, instrument, last);
  if (ticket.market === 'usdm') return hasMarginFor(draft, account, ticket, price.times(ticket.quantity)) ? null : refuse('insufficient_margin');
  const cost = ticket.type === 'MARKET' && ticket.side === 'BUY' ? price.times(ticket.quantity) : neededLock({ ...ticket, filled: '0' });
  return canPay(draft, { accountId: ticket.accountId, locked: '0' }, payingAsset(ticket, instrument), cost) ? null : refuse('insufficient_balance');
}

const expectedPrice = (draft: Draft, ticket: OrderTicket, instrument: SimInstrument, last: string | null): Dec =>
  ticket.price !== null ? dec(ticket.price) : takerPrice(draft.model, instrument, ticket.side, last ?? ticket.stopPrice ?? '0', null);

function accept(draft: Draft, ticket: OrderTicket, last: string | null, at: number): SimOrder {
  const id = draft.nextOrderId;
  draft.nextOrderId += 1;
  const condition = conditionOf(ticket.market, ticket.type);
  const follows = condition?.waitsFor === 'trailing' && ticket.activationPrice === null;
  const wished: SimOrder = { ...blankOrder, ...ticket, id, working: condition === null, extreme: follows ? last : null, createdAt: at, updatedAt: at };
  if (ticket.kind === 'algo') {
    const algo = saveOrder(draft, wished);
    draft.happenings.push({ kind: 'algo', order: algo, at });
    return algo;
  }
  const rests = ticket.market === 'spot' && ticket.type !== 'MARKET';
  const { order, balances } = rests ? setLock(draft, wished, neededLock(wished)) : { order: wished, balances: [] };
  const accepted = saveOrder(draft, order);
  draft.happenings.push({ kind: 'order', execution: 'NEW', order: accepted, balances, cancelId: null, at });
  if (condition !== null) return accepted;
  if (ticket.type === 'MARKET' && last !== null) return takeMarket(draft, accepted, last, at);
  return takeLimit(draft, accepted, last, at);
}

/** How a request points at an order: by the venue's id or by the client's. */
export interface OrderPointer {
  id?: number;
  clientOrderId?: string;
}

/** An account's open order, or null. Algo orders live in a space of their own. */
export function findOpen(account: SimAccount, kind: SimOrder['kind'], pointer: OrderPointer): SimOrder | null {
  const id = pointer.id ?? account.clientIds.get(clientKey(kind, pointer.clientOrderId ?? ''))?.[0];
  const order = id === undefined ? undefined : account.orders.get(id);
  return order !== undefined && order.kind === kind && isOpen(order) ? order : null;
}

/** Cancels an open order; refuses when there is none. */
export function cancel(draft: Draft, accountId: string, kind: SimOrder['kind'], symbol: string | null, pointer: OrderPointer, cancelId: string | null, at: number): Placed {
  const account = draft.accounts.get(accountId);
  const order = account === undefined ? null : findOpen(account, kind, pointer);
  if (order === null || (symbol !== null && order.symbol !== symbol)) return refuse('unknown_order');
  return endOrder(draft, order, 'CANCELED', at, cancelId);
}

/** Opens an account without funds. */
export function openAccount(draft: Draft, account: { id: string; market: SimMarket; makerRate: string; takerRate: string }): void {
  draft.accounts.set(account.id, { ...account, balances: new Map(), positions: new Map(), orders: new Map(), tallies: new Map(), clientIds: new Map() });
}

/** Sets the free balance (USD-M: the wallet balance) of assets, as a transfer in or out. */
export function setBalances(draft: Draft, accountId: string, wanted: Readonly<Record<string, string>>, at: number): void {
  const balances: AssetBalance[] = [];
  const deltas: { asset: string; delta: string }[] = [];
  for (const [asset, amount] of Object.entries(wanted)) {
    const delta = dec(amount).minus(ownAccount(draft, accountId).balances.get(asset)?.free ?? '0');
    const moved = moveFunds(draft, accountId, asset, delta, dec(0));
    record(draft, accountId, 'TRANSFER', asset, delta, dec(moved.free).plus(moved.locked), at);
    balances.push(moved);
    deltas.push({ asset, delta: text(delta) });
  }
  if (balances.length > 0) draft.happenings.push({ kind: 'transfer', accountId, balances, deltas, at });
}

/** Cancels everything, forgets positions, and sets the balances; assets not named are emptied. */
export function resetAccount(draft: Draft, accountId: string, wanted: Readonly<Record<string, string>>, at: number): void {
  const account = ownAccount(draft, accountId);
  for (const order of [...account.orders.values()]) if (isOpen(order)) endOrder(draft, order, 'CANCELED', at);
  for (const position of [...account.positions.values()]) savePosition(draft, accountId, { ...position, quantity: '0', cost: '0', realised: '0', updatedAt: at }, account.market);
  const emptied = Object.fromEntries([...account.balances.keys()].map((asset) => [asset, '0']));
  setBalances(draft, accountId, { ...emptied, ...wanted }, at);
}

const maxLeverage = 125;

/** Sets a symbol's leverage for an account. */
export function setLeverage(draft: Draft, accountId: string, symbol: string, leverage: number, at: number): Refused | null {
  if (!Number.isInteger(leverage) || leverage < 1 || leverage > maxLeverage) return refuse('leverage_range', String(leverage));
  const position = positionOf(ownAccount(draft, accountId), symbol);
  savePosition(draft, accountId, { ...position, leverage, updatedAt: at }, 'usdm');
  draft.happenings.push({ kind: 'leverage', accountId, symbol, leverage, at });
  return null;
}

/** Sets a symbol's margin type; margin is reckoned across the account either way. */
export function setMarginType(draft: Draft, accountId: string, symbol: string, marginType: 'cross' | 'isolated', at: number): Refused | null {
  const account = ownAccount(draft, accountId);
  const position = positionOf(account, symbol);
  if (position.marginType === marginType) return refuse('margin_type_same');
  if (position.quantity !== '0') return refuse('margin_type_position');
  if ([...account.orders.values()].some((order) => order.symbol === symbol)) return refuse('margin_type_open_orders');
  savePosition(draft, accountId, { ...position, marginType, updatedAt: at }, 'usdm');
  return null;
}

/** Adds an instrument or changes its rules; open orders keep what they were accepted with. */
export function putInstrument(draft: Draft, instrument: SimInstrument): void {
  const key = bookKey(instrument.market, instrument.symbol);
  draft.instruments.set(key, instrument);
  draft.touched.instruments.add(key);
}
