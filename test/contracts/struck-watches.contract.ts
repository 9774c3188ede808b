import { expect } from 'chai';
import type { GroupWakes } from '#shared/adapters/market-data/wake-levels.query';
import { price } from '#shared/engine/num/units';
import { createPriceWatch } from '#shared/shell/price-watch';
import { riskCycleJob } from '#workers/jobs/risk-cycle.job';
import { startPeriodic } from '#workers/periodic';
import { createPriceChain } from '#workers/price-chain';
import { riskAfterFills, riskRounds } from '#workers/risk-schedule-watch';
import { safeModeWatch } from '#workers/safe-mode-watch';
import { watchStopFile } from '#workers/stop-file';
import { venueCheck } from '#workers/venue-check';
import { wakePools } from '#workers/wake-pools';
import { createWakeReader } from '#workers/wake-reader';
import { riskPlan } from '../support/risk-book.ts';
import type { ShellStory } from '../support/shell-story.ts';
import type { StoreRig } from '../support/store-rig.ts';
import type { StruckScene } from '../support/struck-scene.ts';
import { waitFor } from '../support/wait-for.ts';

const bus = { publish: async () => {}, subscribe: async () => async () => {}, close: async () => {} };
const haltsOf = async (rig: StoreRig): Promise<string[]> => (await rig.store.halts()).map(({ scope, kind, code }) => `${scope} ${kind} ${code}`);

const planOf = async () => riskPlan({ cycleEveryMs: 10_000 });
/** One group is open; what is knocked for is done at once, and twice. */
async function riskAtWork(story: ShellStory) {
  await story.alert();
  await story.round();
  const knocked: { userId: string; occasion: 'time' | 'fill' }[] = [];
  const { store, clock, log, atCrashPoint } = story.ports;
  const jobs = { knock: async (_: string, payload: object) => void knocked.push(payload as (typeof knocked)[number]) };
  const { transact } = store;
  let cycles = 0;
  store.transact = async (work, decide) => {
    if (work.aggregate === 'risk') cycles += 1;
    return await transact(work, decide);
  };
  const work = async (): Promise<number> => {
    expect(knocked, 'a knock').to.not.deep.equal([]);
    for (const payload of knocked.splice(0)) for (let times = 0; times < 2; times += 1) await riskCycleJob(story.ports, planOf).handle(payload);
    return cycles;
  };
  return { jobs, log, atCrashPoint, work, round: () => story.live(() => riskRounds({ store, jobs, clock, planOf, atCrashPoint }).run()) };
}
const cycleKept = async (story: ShellStory, rig: StoreRig): Promise<void> => void expect((await rig.store.risk(story.userId))?.lastCycleAt).to.be.a('number');

const symbol = 'BTC/USDT:USDT';
/** The market process: prices in, the group that waits for them woken. It lives through a few turns, of which any may fail, and the next is tried all the same. */
function market(story: ShellStory, table: GroupWakes[]) {
  const { clock, log, atCrashPoint } = story.ports;
  const [stored, published, woken, tooEarly] = [new Set<string>(), new Set<string>(), new Set<string>(), new Set<string>()];
  const watch = createPriceWatch();
  const chain = createPriceChain({
    assertLeading: () => {},
    pushToPaper: async () => null,
    storeLastPrices: async (steps) => steps.forEach((step) => stored.add(step.price)),
    publish: async ({ prices }) => prices.forEach((each) => published.add(each.price)),
    watch,
    knock: async (groupId) => {
      // A woken group finds the price that woke it.
      (stored.has('94') ? woken : tooEarly).add(groupId);
    },
    record: () => {},
    onWoken: (groupIds) => reader.fired(groupIds),
    clock,
    log,
    storeEveryMs: 0,
    publishEveryMs: 0,
    atCrashPoint,
  });
  const reader = createWakeReader({ venue: 'binance', watch, readAll: async () => table, readSome: async (ids) => table.filter(({ groupId }) => ids.includes(groupId)), wake: (groupIds) => chain.wake(groupIds), atCrashPoint });
  const at = (last: string) => chain.take([{ venue: 'binance', market: 'usdm', symbol, price: last, at: clock.now() }]);
  const turns = [() => reader.readAll(), () => reader.read('7'), () => at('100'), () => at('94'), () => reader.readAll(), () => at('94'), () => chain.flush()];
  const lives = (): Promise<boolean> =>
    story.live(async () => {
      for (const turn of turns) {
        await turn().catch(() => {});
        story.ahead += 2_000;
      }
    });
  return { lives, told: () => [[...woken], [...tooEarly], stored.has('94'), published.has('94')] };
}

/** What watches by the clock, and what wakes: calls that a story comes to, and nobody waits for. */
export const watchScenes: Record<string, StruckScene> = {
  'an order of which only a trade is seen': {
    points: ['resolve:known-trades'],
    also: [['resolve:orders-of-trades', 1]],
    async play(story, _rig, goOn) {
      story.exchange.submitScript.push('lost');
      await story.alert();
      await story.round({ poll: false });
      story.exchange.trade('buy', '1', '100');
      story.ahead += story.exchange.lateArrivalMs + 1_000;
      for (let look = 0; look < 8; look += 1) {
        await story.round({ poll: false });
        if (look === 3) await goOn();
        story.ahead += 21_000;
      }
    },
    async ends(story) {
      expect([(await story.order('entry', 0)).generation, (await story.order('entry', 0)).status]).to.deep.equal([1, 'open']);
      expect(new Set(story.exchange.submits).size, 'an order was sent twice').to.equal(story.exchange.submits.length);
    },
  },
  'rounds of the risk engine': {
    points: ['offset:users', 'offset:due-plan', 'offset:knock'],
    async play(story, _rig, goOn) {
      const { round, work } = await riskAtWork(story);
      await round();
      await round();
      await goOn();
      expect(await work(), 'cycles').to.equal(1);
    },
    ends: cycleKept,
  },
  'a fill that begins a cycle': {
    points: ['offset:knock-fill'],
    async play(story, _rig, goOn) {
      const { jobs, log, atCrashPoint, work, round } = await riskAtWork(story);
      riskAfterFills(jobs, log, atCrashPoint).filled(story.userId);
      await waitFor('the knock', () => !story.spared);
      await round();
      await goOn();
      await work();
    },
    ends: cycleKept,
  },
  'a price that a group waits for': {
    points: ['wake:all', 'wake:some', 'wake:paper', 'wake:store', 'wake:publish', 'wake:knock'],
    async play(story, _rig, goOn) {
      const table: GroupWakes[] = [{ groupId: '7', market: 'usdm', conditions: [{ symbol, direction: 'at-or-below', price: price('95') }] }];
      const first = market(story, table);
      const second = market(story, table);
      // Who has thrown wakes it all the same; who has died is replaced.
      const last = (await first.lives()) ? first : second;
      if (last === second) expect(await second.lives()).to.equal(true);
      expect(last.told()).to.deep.equal([['7'], [], true, true]);
      await goOn();
    },
    async ends() {},
  },
  'rules that an entry waits for': {
    points: ['rules:pools', 'rules:look'],
    async play(story, _rig, goOn) {
      story.settings.queueLimit = 5;
      story.rulesLost = true;
      await story.alert();
      await story.round();
      expect(await story.groups(), 'waits').to.deep.equal([]);
      story.rulesLost = false;
      const { store, log, atCrashPoint } = story.ports;
      const pools = async (): Promise<string[]> => (await store.pools()).filter((userId) => userId === story.userId);
      for (let fetched = 0; fetched < 3; fetched += 1) {
        const at = Date.now() - 3_000 + fetched * 1_000;
        let enqueued = false;
        const enqueue: typeof store.enqueue = async (row) => {
          await story.enqueue(row);
          enqueued = true;
          return null;
        };
        const spared = story.spared;
        wakePools({ store: { pools, enqueue }, clock: { now: () => at }, log, atCrashPoint })('binance', 'usdm');
        await waitFor('the pool to be told', () => enqueued || story.spared !== spared);
        if (fetched === 1) await goOn();
      }
      await story.round();
    },
    async ends(story) {
      expect((await story.groups()).length).to.equal(1);
      expect(new Set(story.exchange.submits).size, 'an order was sent twice').to.equal(story.exchange.submits.length);
    },
  },
  'outcomes that stay unknown, and a clock that is wrong': {
    points: ['halt:unknown', 'halt:clock'],
    async play(story, _rig, goOn) {
      const { store, log, atCrashPoint } = story.ports;
      const told = { ...store, unknownOrders: async () => [{ accountId: story.accountId, agesMs: [130_000] }], clockSkew: async () => ({ skewMs: 5_000, marginMs: 1 }) };
      for (let round = 0; round < 3; round += 1) {
        await story.live(() => safeModeWatch({ store: told, bus, log, atCrashPoint }, { live: true }).run());
        if (round === 1) await goOn();
      }
    },
    async ends(_story, rig) {
      expect((await haltsOf(rig)).sort()).to.deep.equal(['account safe_mode unknown_orders', 'global safe_mode clock_skew']);
    },
  },
  "a clock far from the venue's": {
    points: ['halt:accounts', 'halt:exchange', 'halt:venue-clock', 'halt:venue-status'],
    async play(story, _rig, goOn) {
      const { store, log, exchangeFor, atCrashPoint } = story.ports;
      story.exchange.clockOffsetMs = async () => -6_000;
      const told = { ...store, activeAccounts: async () => (await store.activeAccounts()).filter(({ accountId }) => accountId === story.accountId) };
      for (let round = 0; round < 3; round += 1) {
        await story.live(() => venueCheck({ store: told, exchangeFor, bus, log, atCrashPoint }).run());
        if (round === 1) await goOn();
      }
    },
    async ends(_story, rig) {
      expect(await haltsOf(rig)).to.deep.equal(['account safe_mode clock_skew']);
    },
  },
  'the STOP file, there at the start': {
    points: ['halt:stop-file', 'halt:see-file'],
    async play(story, rig, goOn) {
      const { store, log, atCrashPoint } = story.ports;
      let begun = 0;
      for (let start = 0; start < 3; start += 1) {
        await story.live(async () => {
          const watch = await watchStopFile({ store, bus, log, atCrashPoint }, import.meta.filename);
          expect(await haltsOf(rig), 'before anything is begun').to.deep.equal(['global stop_file null']);
          begun += 1;
          await watch.stop();
        });
        if (start === 1) await goOn();
      }
      expect(begun).to.be.within(2, 3);
    },
    async ends(_story, rig) {
      expect(await haltsOf(rig)).to.deep.equal(['global stop_file null']);
    },
  },
  'a round that one process does for all': {
    points: ['round:lease'],
    async play(story, _rig, goOn) {
      const { store, log, atCrashPoint } = story.ports;
      const done: string[] = [];
      const begin = (owner: string) => startPeriodic({ store, log, owner, atCrashPoint }, { name: `rounds of ${story.accountId}`, everyMs: 20, run: async () => void done.push(owner) });
      const first = begin('first');
      await waitFor('somebody to be struck', () => !story.spared);
      const second = begin('second');
      await waitFor('a round', () => done.length > 0);
      await goOn();
      // The dead one has nothing to wait for.
      void first.stop();
      await second.stop();
    },
    async ends() {},
  },
};
