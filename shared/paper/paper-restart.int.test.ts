import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { expect } from 'chai';
import { sum } from '#shared/engine/num/units';
import type { LedgerRow, SimFill, SimOrder } from '#shared/simulation/matching-state';
import { freePort } from '#scripts/free-port';
import { openPaperAccount, simRequest, type PaperClient } from '#test/support/paper-rig';
import { createTestDatabase, type TestDatabase } from '#test/support/postgres';
import { waitFor } from '#test/support/wait-for';

interface Books {
  balances: Record<string, { free: string; locked: string }>;
  positions: { symbol: string; quantity: string }[];
  orders: SimOrder[];
  algoOrders: SimOrder[];
  fills: SimFill[];
  ledger: LedgerRow[];
}

describe('paper exchange under kill -9', function () {
  this.timeout(90_000);
  let database: TestDatabase;
  let port: number;
  let origin: string;
  let child: ChildProcess;
  const encryptionKey = randomBytes(32).toString('hex');

  const start = async (): Promise<void> => {
    const env = { ...process.env, DATABASE_URL: database.url, ENCRYPTION_KEY: encryptionKey, PAPER_PORT: String(port), LOG_LEVEL: 'error', VENUE_LIMITS: 'off' };
    child = spawn(process.execPath, ['--conditions=source', '--import', 'tsx/esm', join(import.meta.dirname, 'main.ts')], { env, stdio: ['ignore', 'inherit', 'inherit'] });
    await waitFor('the paper exchange', () => simRequest(origin, 'GET', 'health').then(() => true, () => false), { timeoutMs: 30_000 });
  };
  const kill = async (): Promise<void> => {
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
  };
  before(async () => {
    database = await createTestDatabase();
    port = await freePort();
    origin = `http://127.0.0.1:${port}`;
    await start();
  });
  after(async () => {
    await kill();
    await database.drop();
  });

  const books = (client: PaperClient): Promise<Books> => simRequest(origin, 'GET', `ledger?apiKey=${client.apiKey}`);

  it('loses nothing that was answered and doubles nothing', async () => {
    const clients = await Promise.all(['spot', 'usdm', 'usdm'].map((market) => openPaperAccount(origin, market as 'spot' | 'usdm', { USDT: '1000000' })));
    await simRequest(origin, 'POST', 'price', { symbol: 'ETHUSDT', price: '2000' });
    const answered = new Map<string, { client: PaperClient; status: string }>();
    const sent = new Map<string, PaperClient>();
    let stop = false;
    const trader = async (client: PaperClient, name: string): Promise<void> => {
      for (let n = 0; !stop; n += 1) {
        const id = `${name}x${n}`;
        const rests = n % 3 === 0;
        const path = client.market === 'spot' ? '/api/v3/order' : '/fapi/v1/order';
        const order = { symbol: 'ETHUSDT', side: 'BUY', quantity: '0.01', newClientOrderId: id, newOrderRespType: 'RESULT', ...(rests ? { type: 'LIMIT', timeInForce: 'GTC', price: '1900' } : { type: 'MARKET' }) };
        sent.set(id, client);
        try {
          const { status, json } = await client.signed('POST', path, order);
          if (status === 200) answered.set(id, { client, status: json.status });
        } catch {
          // The connection broke: neither accepted nor refused.
          await new Promise((resolve) => setTimeout(resolve, 20));
        }
      }
    };
    const traders = clients.flatMap((client, index) => [0, 1, 2, 3].map((lane) => trader(client, `k${index}${lane}`)));
    for (let round = 1; round <= 3; round += 1) {
      const enough = answered.size + 60;
      await waitFor('orders', () => answered.size >= enough, { timeoutMs: 30_000 });
      await kill();
      await start();
    }
    stop = true;
    await Promise.all(traders);

    for (const client of clients) {
      const { balances, positions, orders, fills, ledger } = await books(client);
      const byId = new Map(orders.map((order) => [order.clientOrderId, order]));
      expect(byId.size, 'no client id twice').to.equal(orders.length);
      for (const [id, known] of answered) if (known.client === client) expect(byId.get(id)?.status, id).to.equal(known.status);
      for (const order of orders) expect(sent.get(order.clientOrderId)).to.equal(client);
      const filled = orders.filter((order) => order.status === 'FILLED');
      expect(fills.map((fill) => fill.clientOrderId).sort()).to.deep.equal(filled.map((order) => order.clientOrderId).sort());
      for (const [asset, { free, locked }] of Object.entries(balances)) {
        const total = sum(ledger.filter((row) => row.asset === asset).map((row) => row.delta)).toFixed();
        expect(total, `${asset} of ${client.market}`).to.equal(sum([free, locked]).toFixed());
      }
      if (client.market === 'usdm') expect(positions[0]?.quantity).to.equal(sum(fills.map((fill) => fill.quantity)).toFixed());
      else expect(balances.USDT?.locked).to.equal(sum(orders.filter((order) => order.status === 'NEW').map(() => '19')).toFixed());
    }
  });

  it('works resting orders, stops and listen keys of before the kill', async () => {
    const client = await openPaperAccount(origin, 'usdm', { USDT: '10000' });
    await simRequest(origin, 'POST', 'price', { market: 'usdm', symbol: 'SOLUSDT', price: '100' });
    const order = (params: Record<string, string>) => client.signed('POST', '/fapi/v1/order', { symbol: 'SOLUSDT', side: 'BUY', ...params });
    await order({ type: 'MARKET', quantity: '1' });
    await order({ type: 'LIMIT', timeInForce: 'GTC', price: '95', quantity: '1', newClientOrderId: 'rest' });
    await client.signed('POST', '/fapi/v1/algoOrder', { algoType: 'CONDITIONAL', symbol: 'SOLUSDT', side: 'SELL', type: 'STOP_MARKET', triggerPrice: '90', closePosition: 'true', clientAlgoId: 'stop' });
    await client.signed('POST', '/fapi/v1/leverage', { symbol: 'SOLUSDT', leverage: '7' });
    const { listenKey } = (await client.signed('POST', '/fapi/v1/listenKey')).json;
    await kill();
    await start();
    expect((await client.signed('PUT', '/fapi/v1/listenKey')).json).to.deep.equal({ listenKey });
    expect((await client.signed('GET', '/fapi/v2/positionRisk', { symbol: 'SOLUSDT' })).json[0]).to.include({ positionAmt: '1.00', entryPrice: '100.01', leverage: '7', markPrice: '100.00000000' });
    await simRequest(origin, 'POST', 'walk', { market: 'usdm', symbol: 'SOLUSDT', to: '89' });
    const { orders, algoOrders, positions } = await books(client);
    expect(orders.find(({ clientOrderId }) => clientOrderId === 'rest')?.status).to.equal('FILLED');
    expect(algoOrders.map(({ clientOrderId, status }) => `${clientOrderId} ${status}`)).to.deep.equal(['stop FINISHED']);
    expect(orders.find(({ clientOrderId }) => clientOrderId === 'stop')?.quantity).to.equal('2');
    expect(positions[0]?.quantity).to.equal('0');
  });

  it('a second exchange waits until the first lets go of the books', async () => {
    const other = await freePort();
    const env = { ...process.env, DATABASE_URL: database.url, ENCRYPTION_KEY: encryptionKey, PAPER_PORT: String(other), LOG_LEVEL: 'error' };
    const second = spawn(process.execPath, ['--conditions=source', '--import', 'tsx/esm', join(import.meta.dirname, 'main.ts')], { env, stdio: 'ignore' });
    const healthy = (at: number): Promise<boolean> => simRequest(`http://127.0.0.1:${at}`, 'GET', 'health').then(() => true, () => false);
    try {
      // Its wish for the lock shows in PostgreSQL before it could ever listen.
      const { default: pg } = await import('pg');
      const watcher = new pg.Client({ connectionString: database.url });
      await watcher.connect();
      await waitFor('the second one to wait', async () => Number((await watcher.query(`select count(distinct pid) as n from pg_stat_activity where application_name = 'tranche paper exchange' and query like '%pg_try_advisory_lock%'`)).rows[0].n) >= 1, { timeoutMs: 30_000 });
      await watcher.end();
      expect(await healthy(other)).to.equal(false);
      await kill();
      await waitFor('the second one to take over', () => healthy(other), { timeoutMs: 30_000 });
    } finally {
      second.kill('SIGKILL');
      await new Promise((resolve) => (second.exitCode === null && second.signalCode === null ? second.once('exit', resolve) : resolve(null)));
      await start();
    }
  });
});
