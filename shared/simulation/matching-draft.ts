import { dec, type Dec } from '#shared/engine/num/units';
import { assert } from '#shared/engine/assert';
import { defaultFillModel, type FillModel } from './fill-model.ts';
import { reindex, type OpenIndexes } from './open-tally.ts';
import { guardsWith } from './order-levels.ts';
import { bookKey } from './matching-state.ts';
import type { AssetBalance, Happening, LedgerKind, LedgerRow, SimAccount, SimBalance, SimBook, SimFill, SimInstrument, SimMarket, SimOrder, SimPosition, World } from './matching-state.ts';

/** A world being changed: accounts and books are copied the first time something in them changes, the base world stays as it was. */
export interface Draft {
  readonly model: FillModel;
  readonly instruments: Map<string, SimInstrument>;
  readonly accounts: Map<string, SimAccount>;
  readonly books: Map<string, SimBook>;
  nextOrderId: number;
  nextTradeId: number;
  readonly happenings: Happening[];
  readonly fills: SimFill[];
  readonly ledger: LedgerRow[];
  /** Latest version of every order, balance, position, account and instrument touched: what a store must write. */
  readonly touched: {
    orders: Map<number, SimOrder>;
    balances: Map<string, { accountId: string; asset: string }>;
    positions: Map<string, { accountId: string; symbol: string }>;
    instruments: Set<string>;
    prices: Set<string>;
  };
  readonly owned: Set<object>;
}

/** A draft of the next world. */
export function openDraft(world: World, model: FillModel = defaultFillModel): Draft {
  return {
    model,
    instruments: new Map(world.instruments),
    accounts: new Map(world.accounts),
    books: new Map(world.books),
    nextOrderId: world.nextOrderId,
    nextTradeId: world.nextTradeId,
    happenings: [],
    fills: [],
    ledger: [],
    touched: { orders: new Map(), balances: new Map(), positions: new Map(), instruments: new Set(), prices: new Set() },
    owned: new Set(),
  };
}

/** The world a draft has become. The draft must not be used afterwards. */
export const closeDraft = (draft: Draft): World => ({
  instruments: draft.instruments,
  accounts: draft.accounts,
  books: draft.books,
  nextOrderId: draft.nextOrderId,
  nextTradeId: draft.nextTradeId,
});

/** Runs `work` on a draft and returns the next world with what happened; the given world is untouched. */
export function transact<Result>(world: World, work: (draft: Draft) => Result, model?: FillModel): { world: World; result: Result; happenings: Happening[]; fills: SimFill[]; ledger: LedgerRow[] } {
  const draft = openDraft(world, model);
  const result = work(draft);
  return { world: closeDraft(draft), result, happenings: draft.happenings, fills: draft.fills, ledger: draft.ledger };
}

type OwnAccount = SimAccount & OpenIndexes & { balances: Map<string, SimBalance>; positions: Map<string, SimPosition>; orders: Map<number, SimOrder> };
export type OwnBook = SimBook & { orders: Map<number, string>; holders: Set<string> };

/** The account, writable. */
export function ownAccount(draft: Draft, accountId: string): OwnAccount {
  const account = draft.accounts.get(accountId);
  assert(account !== undefined, `no simulated account ${accountId}`);
  if (draft.owned.has(account)) return account as OwnAccount;
  const copy = { ...account, balances: new Map(account.balances), positions: new Map(account.positions), orders: new Map(account.orders), tallies: new Map(account.tallies), clientIds: new Map(account.clientIds) };
  draft.accounts.set(accountId, copy);
  draft.owned.add(copy);
  return copy;
}

/** The symbol's book, writable; made when it does not exist yet. */
export function ownBook(draft: Draft, market: SimMarket, symbol: string): OwnBook {
  const key = bookKey(market, symbol);
  const book = draft.books.get(key);
  if (book !== undefined && draft.owned.has(book)) return book as OwnBook;
  const copy: OwnBook = book
    ? { ...book, orders: new Map(book.orders), holders: new Set(book.holders) }
    : { market, symbol, last: null, at: 0, lag: 0, orders: new Map(), holders: new Set(), guardLow: -Infinity, guardHigh: Infinity };
  draft.books.set(key, copy);
  draft.owned.add(copy);
  return copy;
}

/** A moment of the exchange's clock by the clock of a symbol's prices. */
export const marketTime = (draft: Draft, market: SimMarket, symbol: string, at: number): number => at - (draft.books.get(bookKey(market, symbol))?.lag ?? 0);

export const lastPrice = (draft: Draft, market: SimMarket, symbol: string): string | null => draft.books.get(bookKey(market, symbol))?.last ?? null;

export function instrumentOf(draft: Draft, market: SimMarket, symbol: string): SimInstrument {
  const instrument = draft.instruments.get(bookKey(market, symbol));
  assert(instrument !== undefined, `no simulated instrument ${market} ${symbol}`);
  return instrument;
}

/** Puts an order's new version in place: on its account and book while it can still act, off both when it is done. */
export function saveOrder(draft: Draft, order: SimOrder): SimOrder {
  const account = ownAccount(draft, order.accountId);
  const book = ownBook(draft, order.market, order.symbol);
  draft.touched.orders.set(order.id, order);
  const open = order.status === 'NEW' || order.status === 'PARTIALLY_FILLED';
  const kept = open || order.status === 'TRIGGERED';
  reindex(account, account.orders.get(order.id), kept ? order : undefined);
  if (kept) account.orders.set(order.id, order);
  else account.orders.delete(order.id);
  if (open) {
    book.orders.set(order.id, order.accountId);
    Object.assign(book, guardsWith(book, order));
  } else book.orders.delete(order.id);
  return order;
}

export const balanceOf = (account: SimAccount, asset: string): SimBalance => account.balances.get(asset) ?? { free: '0', locked: '0' };

/** Moves free and locked funds of an asset; a change of their total is written to the ledger by `book`. */
export function moveFunds(draft: Draft, accountId: string, asset: string, free: Dec, locked: Dec): AssetBalance {
  const account = ownAccount(draft, accountId);
  const before = balanceOf(account, asset);
  const after = { free: text(dec(before.free).plus(free)), locked: text(dec(before.locked).plus(locked)) };
  assert(account.market === 'usdm' || (!after.free.startsWith('-') && !after.locked.startsWith('-')), `${asset} of account ${accountId} would go below zero: free ${after.free}, locked ${after.locked}`);
  account.balances.set(asset, after);
  draft.touched.balances.set(`${accountId}:${asset}`, { accountId, asset });
  return { asset, ...after };
}

/** Writes a ledger row for a change of an asset's total that has just been made. */
export function record(draft: Draft, accountId: string, kind: LedgerKind, asset: string, delta: Dec, total: Dec, at: number, about: { symbol?: string; orderId?: number; tradeId?: number } = {}): void {
  if (delta.isZero()) return;
  draft.ledger.push({ accountId, at, kind, asset, delta: text(delta), balance: text(total), symbol: about.symbol ?? null, orderId: about.orderId ?? null, tradeId: about.tradeId ?? null });
}

export const savePosition = (draft: Draft, accountId: string, position: SimPosition, market: SimMarket): void => {
  ownAccount(draft, accountId).positions.set(position.symbol, position);
  draft.touched.positions.set(`${accountId}:${position.symbol}`, { accountId, symbol: position.symbol });
  const holders = ownBook(draft, market, position.symbol).holders;
  if (position.quantity === '0') holders.delete(accountId);
  else holders.add(accountId);
};

/** Decimal text without exponent or negative zero. */
export const text = (value: Dec): string => (value.isZero() ? '0' : value.toFixed());
