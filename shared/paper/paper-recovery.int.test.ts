import { expect } from 'chai';
import pg from 'pg';
import { createPool } from '#shared/adapters/store/connect';
import { silentLog } from '#shared/adapters/system/log';
import { createTestDatabase } from '#test/support/postgres';
import { startPaperRig, type PaperClient, type PaperRig } from '#test/support/paper-rig';
import { waitFor } from '#test/support/wait-for';
import { startPaperExchange } from './paper-exchange.ts';

describe('paper exchange without its database', () => {
  let rig: PaperRig;
  let client: PaperClient;
  let admin: pg.Client;
  before(async () => {
    rig = await startPaperRig();
    client = await rig.account('usdm', { USDT: '100000' });
    await rig.sim('POST', 'price', { market: 'usdm', symbol: 'ETHUSDT', price: '2000' });
    admin = new pg.Client({ connectionString: rig.databaseUrl });
    await admin.connect();
  });
  after(async () => {
    await admin.end();
    await rig.close();
  });
  const order = (id: string) => client.signed('POST', '/fapi/v1/order', { symbol: 'ETHUSDT', side: 'BUY', type: 'MARKET', quantity: '0.01', newClientOrderId: id });
  const cutWriter = (except = 0) => admin.query(`select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and pid <> $1 and database = (select oid from pg_database where datname = current_database())`, [except]);

  it('lets requests wait through a short absence, and refuses them after 1.5 s of a longer one', async () => {
    const holder = new pg.Client({ connectionString: rig.databaseUrl });
    await holder.connect();
    const { pid } = (await holder.query<{ pid: number }>('select pg_backend_pid() as pid')).rows[0] ?? { pid: 0 };
    const lock = await admin.query<{ key: string }>(`select (classid::bigint << 32 | objid::bigint)::text as key from pg_locks where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())`);
    /** Takes the place of the writer, so that the exchange cannot open its books. */
    const keepAway = async (): Promise<void> => {
      const taken = holder.query('select pg_advisory_lock($1)', [lock.rows[0]?.key]);
      await waitFor('the lock to be asked for', async () => (await admin.query('select 1 from pg_locks where not granted and pid = $1', [pid])).rowCount === 1);
      await cutWriter(pid);
      await taken;
    };
    expect((await order('before')).status, 'and its price is in the books').to.equal(200);
    await keepAway();
    const waiting = order('patient');
    await waitFor('the exchange to ask for its books', async () => (await admin.query(`select 1 from pg_stat_activity where pid <> pg_backend_pid() and query like '%pg_try_advisory_lock%'`)).rowCount !== 0);
    await holder.query('select pg_advisory_unlock_all()');
    expect((await waiting).status).to.equal(200);
    await keepAway();
    expect([(await order('late')).status, (await order('later')).status]).to.deep.equal([503, 503]);
    await holder.end();
    await waitFor('the books to be open again', async () => (await order('after')).status === 200);
    const { orders } = await rig.sim('GET', `ledger?apiKey=${client.apiKey}`);
    expect(orders.map((each: { clientOrderId: string }) => each.clientOrderId)).to.include.members(['patient', 'after']).and.not.include.members(['late', 'later']);
  });

  it('lets go of the lock of books that could not be read, and reads them again', async () => {
    const database = await createTestDatabase();
    const pool = createPool(database.url);
    const connect = pool.connect.bind(pool);
    let failed = false;
    pool.connect = (async () => {
      const session = await connect();
      const query = session.query.bind(session) as (...given: unknown[]) => unknown;
      Object.assign(session, {
        query: (...given: unknown[]) => {
          if (failed || typeof given[0] !== 'string' || !given[0].includes('from accounts_sim')) return query(...given);
          failed = true;
          return Promise.reject(new Error('canceling statement due to statement timeout'));
        },
      });
      return session;
    }) as typeof pool.connect;
    const exchange = await startPaperExchange({ pool, port: 0, log: silentLog });
    expect(failed).to.equal(true);
    await exchange.close();
    await pool.end();
    await database.drop();
  });

  it('answers that the outcome is unknown, reads its books again, and goes on with what they say', async () => {
    const statuses: Record<string, number> = {};
    let n = 0;
    for (let round = 0; round < 5; round += 1) {
      const lanes = Array.from({ length: 8 }, async () => {
        for (let k = 0; k < 12; k += 1) {
          const id = `r${(n += 1)}`;
          statuses[id] = (await order(id)).status;
        }
      });
      await waitFor('orders under way', () => Object.values(statuses).filter((status) => status === 200).length > round * 40 + 5, { everyMs: 2 });
      await cutWriter();
      await Promise.all(lanes);
      await waitFor('the books to be open again', async () => (await order(`probe${(n += 1)}`)).status === 200);
    }
    const { orders, fills, positions } = await rig.sim('GET', `ledger?apiKey=${client.apiKey}`);
    const known = new Set(orders.map((each: { clientOrderId: string }) => each.clientOrderId));
    for (const [id, status] of Object.entries(statuses)) {
      expect([200, 503, 504], id).to.include(status);
      if (status === 200) expect(known.has(id), `${id} was answered`).to.equal(true);
      if (status === 503) expect(known.has(id), `${id} was said not to have run`).to.equal(false);
    }
    expect(fills.length).to.equal(orders.length);
    expect(Object.values(statuses).some((status) => status !== 200), 'the cuts were felt').to.equal(true);
    const held = (await client.signed('GET', '/fapi/v3/positionRisk')).json[0].positionAmt;
    expect([Number(positions[0].quantity), Number(held)]).to.deep.equal([fills.length / 100, fills.length / 100]);
  });
});
