import pg from 'pg';
import { alert } from '#test/support/alert';
import type { RunningStack } from '#test/support/running-stack';
import { waitFor } from '#test/support/wait-for';
import { registerRich, restingPrices } from './bench-market.ts';
import { analyse, runChain, type Chain, type ChainView } from './chain-run.ts';

/** An alert is settled when the last leg of its ladder is accepted. What a leg that fills leads to is not counted. */
const view = (legs: number): ChainView => ({
  settled: async (client) => Number((await client.query<{ n: string }>(`select count(*) / ${legs} as n from orders where accepted_at is not null and role = 'entry'`)).rows[0]?.n),
  latencies: async (client) => {
    const { rows } = await client.query<{ ms: string }>(
      `select extract(epoch from max(o.accepted_at) - s.received_at) * 1000 as ms from orders o join signals s on s.group_id = o.group_id
       where o.accepted_at is not null and o.role = 'entry' group by s.id order by s.id`,
    );
    return rows.map((row) => Number(row.ms));
  },
});

async function configure(stack: RunningStack, legs: number): Promise<void> {
  const { draft } = await stack.client.get<{ draft: Record<string, Record<string, unknown>> }>('/config');
  const levels = Array.from({ length: legs }, (_, index) => ({ gap_percent: -0.5 * index, weight_percent: 100 / legs, tp_percent: 1 }));
  await stack.client.put('/config', { ...draft, execution_pool: { ...draft.execution_pool, max_open_groups: 10_000 }, grid_strategy: { ...draft.grid_strategy, levels } });
  await stack.client.post('/config/apply');
}

/** Ends every open group and waits until nothing is left to be sent, so that the next run begins with an empty pool and at rest. */
async function closeAll(stack: RunningStack, databaseUrl: string): Promise<void> {
  await stack.client.post('/positions/close-all');
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const left = async (): Promise<number> =>
      Number((await client.query<{ n: string }>(`select (select count(*) from position_groups where status <> 'closed') + (select count(*) from outbox where done_at is null) + (select count(*) from inbox where decided_at is null and due_at <= now()) as n`)).rows[0]?.n);
    await waitFor('everything to be closed', async () => (await left()) === 0, { timeoutMs: 120_000, everyMs: 250 });
  } finally {
    await client.end();
  }
}

/** An account that can pay for thousands of ladders at once: the one of a fresh installation ends between 1,500 and 2,000 of them, and refuses the rest. */
async function richAccount(stack: RunningStack): Promise<string> {
  const keys = await registerRich(stack);
  const { id } = await stack.client.post<{ id: string }>('/accounts', { name: 'bench', market: 'usdm', mode: 'paper', ...keys });
  await waitFor('the account to be compared', async () => (await stack.client.get<{ data: { accountId: string; entriesHeld: string | null }[] }>('/reconciliation')).data.some((each) => each.accountId === id && each.entriesHeld === null), { timeoutMs: 30_000 });
  return id;
}

let used = 0;
/** An alert that opens a group of its own: symbol and timeframe tell it from all others. */
function distinctAlert(secret: string, symbols: readonly { symbol: string; price: string }[]): string {
  const { symbol, price } = symbols[used % symbols.length] ?? { symbol: 'BTCUSDT', price: '100000' };
  const timeframe = String(1 + Math.floor(used / symbols.length));
  used += 1;
  return JSON.stringify(alert({ secret, symbol, timeframe, entryPrice: price, orderSize: '1000', tradeId: `b${used}` }));
}

/** Tranche itself, whose alerts each open a group whose legs rest under the market. */
export async function openTranche(stack: RunningStack, databaseUrl: string): Promise<Chain & { plan(legs: number): Promise<void> }> {
  const endpoint = await stack.client.post<{ id: string; secret: string }>('/webhook-endpoints', { name: 'bench', accountId: await richAccount(stack) });
  let legs = 1;
  return {
    name: 'Tranche',
    async plan(count) {
      legs = count;
      await configure(stack, legs);
    },
    async run(perSecond, seconds) {
      const symbols = await restingPrices(stack);
      const requests = Array.from({ length: perSecond * seconds }, () => ({ path: `/webhooks/tradingview/${endpoint.id}`, body: distinctAlert(endpoint.secret, symbols) }));
      return await runChain(stack.origin, databaseUrl, requests, perSecond, view(legs));
    },
    analyse: () => analyse(databaseUrl),
    rest: () => closeAll(stack, databaseUrl),
    stop: () => {},
  };
}
