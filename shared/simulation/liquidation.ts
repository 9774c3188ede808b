import { dec } from '#shared/engine/num/units';
import { isUnderwater } from './margin-account.ts';
import { balanceOf, instrumentOf, lastPrice, moveFunds, ownAccount, record, saveOrder, type Draft } from './matching-draft.ts';
import { blankOrder, isOpen, type SimBook, type SimOrder, type SimPosition } from './matching-state.ts';
import { endOrder, takeMarket } from './order-execution.ts';

/** Closes the accounts whose equity has fallen below their maintenance margin at the book's new price. */
export function settleLiquidations(draft: Draft, book: SimBook, at: number): void {
  if (book.holders.size === 0) return;
  const asset = instrumentOf(draft, book.market, book.symbol).quote;
  for (const accountId of [...book.holders]) {
    const account = draft.accounts.get(accountId);
    if (account !== undefined && isUnderwater(draft, account, asset)) liquidate(draft, accountId, asset, at);
  }
}

function liquidate(draft: Draft, accountId: string, asset: string, at: number): void {
  for (const order of [...ownAccount(draft, accountId).orders.values()]) if (order.kind === 'order' && isOpen(order)) endOrder(draft, order, 'EXPIRED', at);
  for (const position of [...ownAccount(draft, accountId).positions.values()]) closeForced(draft, accountId, position, at);
  const wallet = dec(balanceOf(ownAccount(draft, accountId), asset).free);
  if (!wallet.isNegative()) return;
  // A venue's insurance fund pays what the account cannot.
  moveFunds(draft, accountId, asset, wallet.negated(), dec(0));
  record(draft, accountId, 'INSURANCE_CLEAR', asset, wallet.negated(), dec(0), at);
}

function closeForced(draft: Draft, accountId: string, position: SimPosition, at: number): void {
  const last = lastPrice(draft, 'usdm', position.symbol);
  if (position.quantity === '0' || last === null) return;
  const id = draft.nextOrderId;
  draft.nextOrderId += 1;
  const order: SimOrder = {
    ...blankOrder,
    id,
    accountId,
    market: 'usdm',
    symbol: position.symbol,
    clientOrderId: `autoclose-${id}`,
    side: position.quantity.startsWith('-') ? 'BUY' : 'SELL',
    quantity: dec(position.quantity).abs().toFixed(),
    reduceOnly: true,
    createdAt: at,
    updatedAt: at,
  };
  saveOrder(draft, order);
  draft.happenings.push({ kind: 'order', execution: 'NEW', order, balances: [], cancelId: null, at });
  takeMarket(draft, order, last, at);
}
