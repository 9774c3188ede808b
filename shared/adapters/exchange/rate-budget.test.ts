import { expect } from 'chai';
import { endpoint } from './binance-endpoints.ts';
import type { RateLedger } from '#shared/ports/rate-ledger.port';
import { rateLedgerContract } from '#test/contracts/rate-ledger.contract';
import type { Lane, RateBudget } from './rate-budget.ts';
import { createMemoryLedger, createRateBudget, withKeptBans } from './rate-budget.ts';

rateLedgerContract('memory', async () => createMemoryLedger());
rateLedgerContract('with bans kept beside', async () => withKeptBans(createMemoryLedger()));

describe('rate budget', () => {
  const clock = { at: 0, now: () => clock.at };
  let bans: string[];
  const limits = { weightPerMinute: 100, ordersPer10Seconds: 10 };
  const budget = (ledger: RateLedger = createMemoryLedger(), options: { accountId?: string; limits?: typeof limits | null; weightCap?: () => number } = {}): RateBudget =>
    createRateBudget({ origin: 'binance|spot|live', accountId: '1', limits, ledger, clock, onBan: (status, ms) => bans.push(`${status} ${ms}`), ...options });
  beforeEach(() => {
    clock.at = 1_700_000_040_000; // the start of a minute
    bans = [];
  });
  const query = endpoint('spot', 'query'); // weight 4
  const submit = endpoint('spot', 'submit'); // weight 1, one order
  const cancel = endpoint('spot', 'cancel'); // weight 1
  const drain = async (from: RateBudget, what: typeof query, lane: Lane): Promise<number> => {
    for (let count = 0; ; count += 1) if ((await from.take(what, lane)) > 0) return count;
  };

  it('leaves a fifth of the minute to what protects', async () => {
    const mine = budget();
    expect(await drain(mine, query, 'ordinary')).to.equal(20);
    expect(await drain(mine, cancel, 'protective')).to.equal(20);
  });

  it('paces what only looks: three tenths of each ten seconds, one call at least, and none in a minute of which six tenths are used', async () => {
    const mine = budget();
    expect(await drain(mine, cancel, 'background'), 'three tenths of a sixth of 100').to.equal(5);
    expect(await mine.take(cancel, 'background')).to.equal(10_000);
    clock.at += 10_000;
    expect(await drain(mine, query, 'background')).to.equal(1);
    clock.at += 10_000;
    expect(await mine.take(endpoint('usdm', 'openOrdersOfAll'), 'background'), 'more than a window has, once').to.equal(0);
    expect(await mine.take(cancel, 'background')).to.equal(10_000);
    mine.observe(200, { 'X-Mbx-Used-Weight-1m': '60' }, '');
    clock.at += 10_000;
    expect(await mine.take(cancel, 'background')).to.equal(30_000);
    expect(await mine.take(cancel, 'ordinary')).to.equal(0);
  });

  it('lets through what weighs nothing, however full the minute is', async () => {
    const mine = budget();
    mine.observe(200, { 'X-Mbx-Used-Weight-1m': '100' }, '');
    expect(await mine.take(cancel, 'protective')).to.be.greaterThan(0);
    expect(await mine.take(endpoint('usdm', 'submit'), 'ordinary')).to.equal(0);
  });

  it('leaves a fifth of the orders to closes', async () => {
    const mine = budget();
    expect(await drain(mine, submit, 'ordinary')).to.equal(8);
    expect(await drain(mine, submit, 'protective')).to.equal(2);
    clock.at += 10_000;
    expect(await drain(mine, submit, 'ordinary')).to.equal(8);
  });

  it("keeps each account inside its own cap, which follows the settings, and all of them inside the venue's limit", async () => {
    const ledger = createMemoryLedger();
    let cap = 50;
    const one = budget(ledger, { accountId: '1', weightCap: () => cap });
    const two = budget(ledger, { accountId: '2', weightCap: () => cap });
    expect(await drain(one, query, 'ordinary'), 'four fifths of 50').to.equal(10);
    expect(await one.take(query, 'ordinary'), 'until the next minute').to.equal(60_000);
    expect(await drain(one, cancel, 'protective'), 'the rest is for what protects').to.equal(10);
    expect(await drain(two, query, 'ordinary'), "another account has its own cap, but the venue's limit is common").to.equal(7);
    clock.at += 60_000;
    cap = 500;
    expect(await drain(one, query, 'ordinary'), 'never above what the venue allows').to.equal(20);
    const lifted = budget(createMemoryLedger(), { limits: null, weightCap: () => 4 });
    for (let count = 0; count < 10; count += 1) expect(await lifted.take(query, 'ordinary'), 'lifted limits lift the cap').to.equal(0);
  });

  it('names the time until the next minute, and has it all again then', async () => {
    const mine = budget();
    clock.at += 15_000;
    await drain(mine, query, 'ordinary');
    expect(await mine.take(query, 'ordinary')).to.equal(45_000);
    clock.at += 45_000;
    expect(await mine.take(query, 'ordinary')).to.equal(0);
  });

  it('learns from the venue what others have used', async () => {
    const mine = budget();
    mine.observe(200, { 'X-Mbx-Used-Weight-1m': '79' }, '');
    expect(await mine.take(query, 'ordinary')).to.be.greaterThan(0);
    expect(await mine.take(query, 'protective')).to.equal(0);
    mine.observe(200, { 'X-Mbx-Used-Weight-1m': '5' }, '');
    expect(await mine.take(query, 'ordinary'), 'an older answer lowers nothing').to.be.greaterThan(0);
  });

  it('shares weight among accounts of one address, and orders among none', async () => {
    const ledger = createMemoryLedger();
    const [first, second] = [budget(ledger), budget(ledger, { accountId: '2' })];
    expect(await drain(first, submit, 'ordinary')).to.equal(8);
    expect(await drain(second, submit, 'ordinary')).to.equal(8);
    await drain(first, query, 'ordinary');
    expect(await second.take(query, 'ordinary')).to.be.greaterThan(0);
  });

  const answers: readonly [string, number, Record<string, string>, string, number][] = [
    ['418 with Retry-After', 418, { 'Retry-After': '180' }, '', 180_000],
    ['418 with the end of the ban', 418, {}, '{"code":-1003,"msg":"Way too many requests; IP banned until 1700000100000."}', 60_000],
    ['418 without a word', 418, {}, '', 120_000],
    ['429 with Retry-After', 429, { 'retry-after': '7' }, '', 7_000],
    ['429 without a word', 429, {}, '', 10_000],
  ];
  for (const [name, status, headers, message, ms] of answers)
    it(`${name}: nothing leaves for ${ms} ms, protective or not`, async () => {
      const ledger = createMemoryLedger(() => clock.at);
      const [mine, other] = [budget(ledger), budget(ledger, { accountId: '2', limits: null })];
      mine.observe(status, headers, message);
      expect(bans).to.deep.equal([`${status} ${ms}`]);
      for (const one of [mine, other]) expect(await one.take(cancel, 'protective')).to.equal(ms);
      clock.at += ms - 1;
      expect(await mine.take(cancel, 'protective')).to.equal(1);
      clock.at += 1;
      expect(await mine.take(cancel, 'protective')).to.equal(0);
    });

  it('counts nothing where limits are lifted', async () => {
    const lifted = budget(createMemoryLedger(), { limits: null });
    for (let count = 0; count < 1_000; count += 1) expect(await lifted.take(submit, 'ordinary')).to.equal(0);
  });

  it('public reads stop before polls do, polls before entries, entries before what protects', async () => {
    const mine = budget();
    const shares: readonly [Lane, number][] = [['public', 50], ['background', 5], ['ordinary', 25], ['protective', 20]];
    for (const [lane, calls] of shares) expect(await drain(mine, cancel, lane), lane).to.equal(calls);
  });

  const broken: RateLedger = { take: async () => 0, raise: () => Promise.reject(new Error('gone')), ban: () => Promise.reject(new Error('gone')) };

  it('outlives a ledger that cannot be reached while it learns', async () => {
    budget(broken).observe(418, { 'X-Mbx-Used-Weight-1m': '5' }, '');
    await new Promise((resolve) => setImmediate(resolve));
    expect(bans).to.have.length(1);
  });

  it('a ban that the ledger could not be told of holds for its whole span, for every account of the process', async () => {
    let runningMs = 500;
    const ledger = withKeptBans(broken, () => runningMs);
    const [mine, other] = [budget(ledger), budget(ledger, { accountId: '2' })];
    mine.observe(418, { 'Retry-After': '180' }, '');
    for (const one of [mine, other]) expect(await one.take(cancel, 'protective')).to.equal(180_000);
    clock.at += 3_600_000;
    expect(await other.take(cancel, 'protective'), 'a clock that is set forward ends none').to.equal(180_000);
    runningMs += 180_000;
    expect(await other.take(cancel, 'protective')).to.equal(0);
  });
});
