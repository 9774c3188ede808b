import { expect } from 'chai';
import { compare, dec, sum } from '#shared/engine/num/units';
import { alert } from '#test/support/alert';
import { paperLedger } from '#test/support/paper-ledger';
import { startTestRedis } from '#test/support/redis';
import { startStack, type RunningStack } from '#test/support/running-stack';
import { waitFor } from '#test/support/wait-for';

interface Leg {
  index: number;
  limitPrice: string;
  quantity: string;
  quantityFilled: string;
  priceFillAverage: string | null;
  takeProfitPrice: string | null;
  state: string;
}
interface Detail {
  id: string;
  status: string;
  closeReason: string | null;
  quantity: string;
  pnlRealised: string;
  feesPaid: string;
  pyramids: { index: number; legs: Leg[] }[];
  orders: { clientOrderId: string; venueOrderId: string; role: string; status: string; side: string }[];
  fills: { tradeId: string; clientOrderId: string; price: string; quantity: string; fee: string }[];
}

/** Replayed candles fall 3 % through the ladder and come back above its start. */
const replay = { MARKET_DATA: 'replay', MARKET_REPLAY_FILE: 'test/fixtures/BTCUSDT_1m.csv', MARKET_REPLAY_SPEED: '8' };

const only = <T>(rows: readonly T[]): T => {
  expect(rows).to.have.length(1);
  return rows[0] as T;
};

async function endpointOf(stack: RunningStack): Promise<{ id: string; secret: string }> {
  const account = only((await stack.client.get<{ data: { id: string }[] }>('/accounts')).data);
  return stack.client.post('/webhook-endpoints', { name: 'TradingView', accountId: account.id });
}

async function post(stack: RunningStack, endpoint: { id: string }, body: unknown): Promise<{ status: number; answer: { signalId?: string; duplicate?: boolean } }> {
  const response = await fetch(`${stack.origin}/webhooks/tradingview/${endpoint.id}`, { method: 'POST', headers: { 'content-type': 'text/plain' }, body: JSON.stringify(body) });
  return { status: response.status, answer: (await response.json()) as { signalId?: string; duplicate?: boolean } };
}

const detail = async (stack: RunningStack): Promise<Detail | null> => {
  const [first] = (await stack.client.get<{ data: { id: string }[] }>('/positions')).data;
  return first === undefined ? null : stack.client.get<Detail>(`/positions/${first.id}`);
};

/** Our books and the paper exchange's, compared to the last decimal. */
async function expectSameBooks(stack: RunningStack, group: Detail): Promise<void> {
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

const backends = [
  { name: 'PostgreSQL', redis: false },
  { name: 'Redis', redis: true },
];

for (const backend of backends) {
  describe(`the whole line, queues on ${backend.name}`, function () {
    this.timeout(240_000);
    let stack: RunningStack;
    let redis: Awaited<ReturnType<typeof startTestRedis>> | null = null;

    before(async () => {
      redis = backend.redis ? await startTestRedis() : null;
      stack = await startStack({ ...replay, ...(redis === null ? {} : { REDIS_URL: redis.url }) });
    });
    after(async () => {
      const code = await stack?.stop();
      await redis?.stop();
      expect(code, 'Ctrl-C ends it in good order').to.be.oneOf([0, 130]);
    });

    it('an alert opens the ladder, fills come, take-profits close it, and the books agree', async () => {
      const endpoint = await endpointOf(stack);
      const body = alert({ secret: endpoint.secret, entryPrice: '99980', orderSize: '5000' });
      const first = await post(stack, endpoint, body);
      expect(first.status).to.equal(202);
      const again = await post(stack, endpoint, body);
      expect([again.status, again.answer]).to.deep.equal([200, { signalId: first.answer.signalId, duplicate: true }]);

      const open = await waitFor('the ladder at the venue', async () => {
        const group = await detail(stack);
        return group !== null && group.orders.filter((order) => order.venueOrderId !== null).length >= 5 ? group : null;
      });
      expect(only(open.pyramids).legs.map((leg) => [leg.limitPrice, leg.quantity])).to.deep.equal([
        ['99980', '0.01'],
        ['99480.1', '0.01'],
        ['98980.2', '0.01'],
        ['98480.3', '0.01'],
        ['97980.4', '0.01'],
      ]);

      const closed = await waitFor('the group to close by its take-profits', async () => {
        const group = await detail(stack);
        return group?.status === 'closed' ? group : null;
      }, { timeoutMs: 120_000, everyMs: 250 });
      expect(closed.closeReason).to.equal('take_profit');
      expect(closed.quantity).to.equal('0');
      expect(compare(closed.pnlRealised, '0') > 0, `profit ${closed.pnlRealised}`).to.equal(true);
      await expectSameBooks(stack, closed);
    });
  });
}
