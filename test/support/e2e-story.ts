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
  priceLast: string | null;
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
export async function newEndpoint(stack: RunningStack, name = 'TradingView'): Promise<{ id: string; secret: string }> {
  const account = only((await stack.client.get<{ data: { id: string }[] }>('/accounts')).data);
  return stack.client.post('/webhook-endpoints', { name, accountId: account.id });
}

/** Changes some keys of the configuration and applies them; what is not named goes back to the defaults. */
export async function configure({ client }: Pick<RunningStack, 'client'>, groups: Record<string, Record<string, unknown>>): Promise<void> {
  const { defaults } = await client.get<{ defaults: Record<string, Record<string, unknown>> }>('/config');
  const wanted = { ...defaults };
  for (const [name, keys] of Object.entries(groups)) wanted[name] = { ...defaults[name], ...keys };
  await client.put('/config', wanted);
  await client.post('/config/apply');
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

/** All positions with everything that belongs to them, newest first. */
export async function allPositions(stack: RunningStack): Promise<PositionDetail[]> {
  const { data } = await stack.client.get<{ data: { id: string }[] }>('/positions');
  return Promise.all(data.map(({ id }) => stack.client.get<PositionDetail>(`/positions/${id}`)));
}

/** Our books and the paper exchange's, compared to the last decimal, over all groups of the account. */
export async function expectSameBooks(stack: RunningStack): Promise<void> {
  const groups = await allPositions(stack);
  const ledger = await paperLedger(stack);
  const fills = groups.flatMap((group) => group.fills);
  const ids = (rows: { tradeId: string }[]): string[] => rows.map((row) => row.tradeId).sort();
  expect(ids(fills), 'every trade of the exchange is ours, once').to.deep.equal(ids(ledger.trades));
  const byId = new Map(ledger.trades.map((trade) => [trade.tradeId, trade]));
  for (const fill of fills) {
    const trade = byId.get(fill.tradeId);
    const exact = (texts: (string | undefined)[]): string[] => texts.map((text) => dec(text ?? 'none').toFixed());
    expect(exact([trade?.price, trade?.quantity, trade?.fee]), `trade ${fill.tradeId}`).to.deep.equal(exact([fill.price, fill.quantity, fill.fee]));
  }
  const total = (values: string[]): string => sum(values).toFixed();
  expect(total(groups.map((group) => group.pnlRealised)), 'realised profit is what the wallet has gained').to.equal(dec(ledger.walletChange).toFixed());
  expect(total(groups.map((group) => group.feesPaid))).to.equal(total(ledger.trades.map((trade) => trade.fee)));
  expect(new Set(ledger.orders.map((order) => order.clientOrderId)).size, 'no client order id twice at the exchange').to.equal(ledger.orders.length);
  expect(ledger.positions, 'nothing is held at the exchange').to.deep.equal([]);
}
