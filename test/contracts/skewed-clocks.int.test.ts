import { expect } from 'chai';
import type pg from 'pg';
import { createPool } from '#shared/adapters/store/connect';
import type { ExchangePort } from '#shared/ports/exchange.port';
import { sendWithinMs } from '#shared/ports/send-times';
import { spanNow } from '#shared/ports/span-clock';
import { carryOut, carryOutClaim } from '#shared/shell/carry-out';
import { hearInbox } from '#shared/shell/hear-inbox';
import type { ShellPorts } from '#shared/shell/shell';
import { pollAccount } from '#shared/shell/take-reports';
import { createTestDatabase } from '../support/postgres.ts';
import { ShellStory } from '../support/shell-story.ts';
import { postgresRigOn, type StoreRig } from '../support/store-rig.ts';

const symbols = ['BTC', 'ETH', 'SOL', 'XRP', 'DOGE', 'ADA'].map((base) => `${base}/USDT:USDT`);
const skews: readonly (readonly [first: number, second: number])[] = [
  [45_000, 0],
  [-45_000, 0],
  [45_000, -45_000],
];
const words = (ms: number): string => (ms === 0 ? 'right' : `${Math.abs(ms) / 1000} s ${ms > 0 ? 'fast' : 'slow'}`);

/**
 * Two workers on one PostgreSQL, the clock of each process wrong by 45 s (reliability F7, G10). Both are knocked for the same rows at the
 * same time, again and again, and are held up between the claim of an order and its sending.
 */
describe('two workers whose clocks are 45 s apart', function () {
  this.timeout(60_000);
  let database: Awaited<ReturnType<typeof createTestDatabase>>;
  let rigs: StoreRig[];
  let pool: pg.Pool;
  let first: ShellStory;
  let second: ShellStory;
  const clock = performance.now.bind(performance);
  let pausedMs = 0;

  before(async () => {
    database = await createTestDatabase();
    rigs = [postgresRigOn(database.url), postgresRigOn(database.url)];
    pool = createPool(database.url, { max: 4 });
    // A process that is stopped does not see the time pass; the span it measures afterwards does.
    performance.now = () => clock() + pausedMs;
  });
  after(async () => {
    performance.now = clock;
    await Promise.all([pool.end(), ...rigs.map((rig) => rig.close())]);
    await database.drop();
  });

  /** Both work for the user, and reach the venue, of the first. */
  const workers = async (aheads: readonly [number, number]): Promise<readonly [ShellPorts, ShellPorts]> => {
    first = await ShellStory.on(rigs[0]!);
    second = await ShellStory.on(rigs[1]!);
    first.settings.groupsMax = second.settings.groupsMax = symbols.length;
    [first.ahead, second.ahead] = aheads;
    const venue = async (): Promise<ExchangePort> => first.exchange;
    first.ports.exchangeFor = second.ports.exchangeFor = venue;
    return [first.ports, second.ports];
  };
  const ids = async (sql: string): Promise<string[]> => (await pool.query<{ id: string }>(sql)).rows.map(({ id }) => id);
  /** Rows that wait, all of them due: what is to be tried again later is tried again at once. */
  const openRows = (): Promise<string[]> => ids(`update outbox set due_at = now() where done_at is null and account_id = ${first.accountId} returning id`);
  const statuses = async (): Promise<string[]> => (await pool.query<{ status: string; n: number }>(`select status, count(*)::int as n from orders where account_id = $1 group by status order by status`, [first.accountId])).rows.map(({ status, n }) => `${n} ${status}`);
  const twice = (): string[] => first.exchange.submits.filter((id, at, all) => all.indexOf(id) !== at);
  const crowd = async (both: readonly ShellPorts[], rows: readonly string[], work: (ports: ShellPorts, id: string) => Promise<unknown>): Promise<void> => {
    await Promise.all(rows.flatMap((id) => [...both, ...both, ...both].map((ports) => work(ports, id))));
  };
  /** Everybody is knocked for everything that waits, until nothing does. */
  const workOff = async (both: readonly ShellPorts[]): Promise<void> => {
    for (let round = 0; round < 12; round += 1) {
      const rows = await openRows();
      if (rows.length === 0) return;
      await crowd(both, rows, carryOut);
    }
    throw new Error('rows are left over');
  };

  for (const aheads of skews) {
    it(`${words(aheads[0])} and ${words(aheads[1])}: a crowd on the same rows, held up between claim and sending: every order goes out once, every trade counts once`, async () => {
      const both = await workers(aheads);
      for (const symbol of symbols) await first.alert({ symbol });
      await crowd(both, await ids(`select id from inbox where decided_at is null`), hearInbox);
      // Every third time somebody has claimed a row, the process is stopped for longer than a claim lasts; the others only lose their turn.
      let claims = 0;
      const held = async (): Promise<ExchangePort> => {
        for (let turns = (claims += 1) % 5; turns > 0; turns -= 1) await new Promise(setImmediate);
        if (claims % 3 === 0 && claims < 12) pausedMs += sendWithinMs + 1_000;
        return first.exchange;
      };
      for (const ports of both) ports.exchangeFor = held;
      await workOff(both);
      expect([await statuses(), twice(), first.exchange.submits.length]).to.deep.equal([[`${symbols.length * 2} open`], [], symbols.length * 2]);
      for (const { request } of [...first.exchange.orders.values()]) if (request.side === 'buy' && request.price === '100') first.exchange.fill(request.clientOrderId, request.quantity, '100');
      await Promise.all([...both, ...both, ...both].map((ports) => pollAccount(ports, first.accountId)));
      await workOff(both);
      const fills = await pool.query<{ n: number; trades: number }>('select count(*)::int as n, count(distinct trade_id)::int as trades from fills where account_id = $1', [first.accountId]);
      expect([fills.rows[0], twice(), first.exchange.submits.length]).to.deep.equal([{ n: symbols.length, trades: symbols.length }, [], symbols.length * 3]);
    });

    it(`${words(aheads[0])} and ${words(aheads[1])}: one is stopped between claim and sending, the other takes over: it goes out once`, async () => {
      const both = await workers(aheads);
      await first.alert();
      await crowd(both, await ids(`select id from inbox where decided_at is null`), hearInbox);
      const [row] = await openRows();
      await ids(`update outbox set done_at = now() where id <> ${row} and done_at is null and account_id = ${first.accountId} returning id`);
      const askedAt = spanNow();
      const claim = await both[0].store.claimOutbox(row!, 20_000);
      expect(claim.kind).to.equal('send');
      expect(await ids(`select id from outbox where id = ${row} and due_at > clock_timestamp() + interval '15 seconds'`), 'a claim is as long as the database says').to.deep.equal([row]);
      pausedMs += sendWithinMs + 1_000;
      await carryOutClaim(both[0], claim, askedAt);
      expect(first.exchange.submits, 'who was stopped for too long sends nothing').to.deep.equal([]);
      await workOff([both[1]]);
      expect([await statuses(), twice(), first.exchange.submits.length]).to.deep.equal([['1 open', '1 ready'], [], 1]);
    });

    it(`${words(aheads[0])} and ${words(aheads[1])}: what one is sending is not taken for left over by the other`, async () => {
      const both = await workers(aheads);
      await first.alert();
      await crowd(both, await ids(`select id from inbox where decided_at is null`), hearInbox);
      const [row] = await openRows();
      const claim = await both[0].store.claimOutbox(row!, 20_000);
      for (let knocks = 0; knocks < 3; knocks += 1) {
        await openRows();
        await carryOut(both[1], row!);
      }
      expect([(await statuses()).includes('1 sending'), first.exchange.queries, first.exchange.submits.length]).to.deep.equal([true, 0, 0]);
      await carryOutClaim(both[0], claim, spanNow());
      await workOff(both);
      expect([await statuses(), twice()]).to.deep.equal([['2 open'], []]);
    });
  }
});
