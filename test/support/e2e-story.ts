import { expect } from 'chai';
import { dec, sum } from '#shared/engine/num/units';
import { paperLedger } from './paper-ledger.ts';
import type { RunningStack } from './running-stack.ts';

export interface PositionLeg {
  index: number;
  limitPrice: string;
  quantity: string;
  quantityFilled: string;
  priceFillAverage: string | null;
  takeProfitPrice: string | null;
  state: string;
}
export interface PositionDetail {
  id: string;
  status: string;
  closeReason: string | null;
  quantity: string;
  pnlRealised: string;
  feesPaid: string;
  pyramids: { index: number; legs: PositionLeg[] }[];
  orders: { clientOrderId: string; venueOrderId: string; role: string; status: string; side: string }[];
  fills: { tradeId: string; clientOrderId: string; price: string; quantity: string; fee: string }[];
}

/** Replayed candles fall 3 % through the ladder and come back above its start. */
export const replay = { MARKET_DATA: 'replay', MARKET_REPLAY_FILE: 'test/fixtures/BTCUSDT_1m.csv', MARKET_REPLAY_SPEED: '8' };

/** The one row there must be. */
export const only = <T>(rows: readonly T[]): T => {
  expect(rows).to.have.length(1);
  return rows[0] as T;
};

/** A webhook endpoint on the stack's paper account. */
export async function newEndpoint(stack: RunningStack): Promise<{ id: string; secret: string }> {
  const account = only((await stack.client.get<{ data: { id: string }[] }>('/accounts')).data);
  return stack.client.post('/webhook-endpoints', { name: 'TradingView', accountId: account.id });
}

/** Posts an alert as TradingView does: JSON text under a plain content type. */
export async function postAlert(stack: RunningStack, endpoint: { id: string }, body: unknown): Promise<{ status: number; answer: { signalId?: string; duplicate?: boolean } }> {
  const response = await fetch(`${stack.origin}/webhooks/tradingview/${endpoint.id}`, { method: 'POST', headers: { 'content-type': 'text/plain' }, body: JSON.stringify(body) });
  return { status: response.status, answer: (await response.json()) as { signalId?: string; duplicate?: boolean } };
}

/** The newest position with everything that belongs to it, or null before there is one. */
export const firstPosition = async (stack: RunningStack): Promise<PositionDetail | null> => {
  const [first] = (await stack.client.get<{ data: { id: string }[] }>('/positions')).data;
  return first === undefined ? null : stack.client.get<PositionDetail>(`/positions/${first.id}`);
};

/** Our books and the paper exchange's, compared to the last decimal. */
export async function expectSameBooks(stack: RunningStack, group: PositionDetail): Promise<void> {
  const ledger = await paperLedger(stack);
  const ids = (rows: { tradeId: string }[]): string[] => rows.map((row) => row.tradeId).sort();
  expect(ids(group.fills), 'every trade of the exchange is ours, once').to.deep.equal(ids(ledger.trades));
  const byId = new Map(ledger.trades.map((trade) => [trade.tradeId, trade]));
  for (const fill of group.fills) {
    const trade = byId.get(fill.tradeId);
    expect([trade?.price, trade?.quantity, trade?.fee].map((text) => dec(text ?? 'none').toFixed()), `trade ${fill.tradeId}`).to.deep.equal([fill.price, fill.quantity, fill.fee].map((text) => dec(text).toFixed()));
  }
  const ours = dec(group.pnlRealised).toFixed();
  expect(ours, 'realised profit is what the wallet has gained').to.equal(dec(ledger.walletChange).toFixed());
  expect(dec(group.feesPaid).toFixed()).to.equal(sum(ledger.trades.map((trade) => trade.fee)).toFixed());
  expect(new Set(ledger.orders.map((order) => order.clientOrderId)).size, 'no client order id twice at the exchange').to.equal(ledger.orders.length);
}
