import type { Risk } from '#shared/engine/risk/risk';
import { unexplainedMs } from '#shared/engine/reconcile/judge-differences';
import type { FaultKind } from '#shared/simulation/faults';
import { checkQueue, checkSignals } from './check-pool.ts';
import { checkSecondRound, notCompared, reconcileMark } from './check-reconcile.ts';
import { RestCheck, restless } from './check-rest.ts';
import type { CrashCounts } from './logical-process.ts';
import type { Plant } from './plant.ts';
import { SimulatedWorld } from './simulated-world.ts';
import type { UserStreams } from './life-streams.ts';
import { useVirtualTime } from './virtual-globals.ts';
import { holds, Violation } from './violation.ts';

/** What became of one seed. */
export interface LifeReport {
  seed: number;
  /** What broke first, and what happened last. `invariant` is 0 where nothing came to rest, null for an error. */
  failure: { invariant: number | null; message: string; lines: string[] } | null;
  steps: number;
  virtualMs: number;
  signals: number;
  groups: number;
  decisions: number;
  orders: number;
  fills: number;
  settleMs: number;
  userStreams: UserStreams;
  /** Null where its process was lost. */
  crashes: CrashCounts | null;
  faults: Record<FaultKind, number> | null;
  /** Everything that happened, where it was asked for. */
  lines: string[];
}

/** The invariant an error speaks of; the engine's own assertions name theirs in their message. */
const numberOf = (error: Error): number | null => (error instanceof Violation ? error.invariant : Number(/^invariant (\d+)/.exec(error.message)?.[1] ?? Number.NaN) || null);

/** Everything must be at rest this long after the last fault; what a fault has put off until later has this long from then on. */
const settleWithinMs = 60_000;
/** The longest that a proof of absence takes: the answer's time-out, its last possible arrival, and the time for which a trade that may be its own speaks for it. */
const provedWithinMs = 48_000;
/** An offset takes so long at the most, and all that are begun after the last fault so long. */
const offsetTakesMs = 15_000;
const offsetsWithinMs = 240_000;
const linesShown = 60;

/** Lives one seed from the first alert to the last closed position, with a planted mistake where one is given, and without user-data streams where they are to be off. The same seed gives the same report. */
export async function liveSeed(seed: number, { all = false, ...given }: { all?: boolean; plant?: Omit<Plant, 'what'>; streamsOff?: boolean } = {}): Promise<LifeReport> {
  const world = new SimulatedWorld(seed, given);
  const leave = useVirtualTime(world.clock);
  const unhandled = (error: unknown): void => world.broke(error);
  process.on('unhandledRejection', unhandled);
  const began = world.clock.now();
  let settleMs = 0;
  try {
    await world.live();
    settleMs = await settle(world);
    await atRest(world);
    world.halting.strikeForGood();
    await world.traffic.removeWaiting();
    await world.traffic.closeAll();
    await settle(world);
    await atRest(world);
  } catch (error) {
    world.broke(error);
  } finally {
    leave();
    process.off('unhandledRejection', unhandled);
  }
  const { broken } = world;
  return {
    seed,
    failure: broken === null ? null : { invariant: numberOf(broken), message: broken instanceof Violation ? broken.message : (broken.stack ?? String(broken)), lines: all ? [] : world.lines.slice(-linesShown) },
    steps: world.clock.steps(),
    virtualMs: world.clock.now() - began,
    signals: world.traffic.posted.size,
    groups: world.watch.groups.size,
    decisions: world.watch.decisions,
    orders: world.venue.orders.size,
    fills: world.venue.trades.length,
    settleMs,
    userStreams: world.userStreams,
    crashes: world.crashes,
    faults: world.faults.counts,
    lines: all ? world.lines : [],
  };
}

function stopIfBroken({ broken }: SimulatedWorld): void {
  if (broken !== null) throw broken;
}

/** Faults end; then everything must come to rest in time. */
async function settle(world: SimulatedWorld): Promise<number> {
  stopIfBroken(world);
  world.calm();
  const { clock, store, watch, venue } = world;
  await world.traffic.lookAgain(world.users);
  const from = clock.now();
  const why = (): string[] => [...restless(store.tables, [...watch.groups.values()], venue, clock.now()), ...world.unreconciled()];
  let quietSince: number | null = null;
  // What was put off while faults struck may wait its pause out first.
  const pauses = [...watch.groups.values()].flatMap(({ retries }) => Object.values(retries).map(({ notBefore }) => notBefore)).concat([...store.tables.inbox.values()].filter(({ decidedAt, error }) => decidedAt === null && error !== null).map(({ dueAt }) => dueAt));
  // So may a quantity that nothing explains: it is believed after half a minute.
  const unexplained = (): number[] => [...store.tables.reconcileDifferences.values()].flatMap((each) => (each.state === 'seen' ? [each.firstSeenAt + unexplainedMs] : []));
  // And so may the proof that an order of unknown outcome never arrived, which a person's trade of its side puts off.
  const unproved = (): number[] => [...store.tables.orders.values()].flatMap(({ sendingAt, order }) => (sendingAt !== null && (order.status === 'unknown' || order.status === 'sending') ? [Math.min(sendingAt, from) + provedWithinMs] : []));
  // Where nothing moves the risk engine goes on paying: each offset that it begins has its own time, as long as there are not too many.
  const offsetting = (): number[] => [...store.tables.risks.values()].flatMap(({ state }) => ((JSON.parse(state) as Risk).plan?.status === 'running' && clock.now() < from + offsetsWithinMs ? [clock.now() - settleWithinMs + offsetTakesMs] : []));
  let until = Math.max(from, ...pauses) + settleWithinMs;
  // What has become quiet in time may show that it stays so.
  while (clock.now() < until || quietSince !== null) {
    until = Math.max(until, ...[...unexplained(), ...unproved(), ...offsetting()].map((at) => at + settleWithinMs));
    await clock.run(clock.now() + 500, () => world.broken !== null);
    stopIfBroken(world);
    if (why().length > 0) quietSince = null;
    else quietSince ??= clock.now();
    // A sweep of wake conditions and two polls later it is still quiet: this is rest.
    if (quietSince !== null && clock.now() - quietSince >= 5_000) return quietSince - from;
  }
  throw new Violation(0, `not at rest ${(clock.now() - from) / 1000} s after the last fault: ${why().slice(0, 6).join('; ')}`);
}

async function atRest(world: SimulatedWorld): Promise<void> {
  const { store, watch, venue, ledger, view, accounts, traffic, replays } = world;
  const groups = [...watch.groups.values()];
  await new RestCheck({ tables: store.tables, venue, ledger, view, store, accounts, replays }).all(groups);
  checkSignals(traffic.posted, store.tables.signals, [...watch.pools.values()]);
  for (const pool of watch.pools.values()) checkQueue(pool, watch.openGroups(pool.userId), world.settingsOf(pool.userId).at(-1)!.settings);
  await compareAgain(world);
}

/** Another comparison of every account, with nothing left to do. */
async function compareAgain(world: SimulatedWorld): Promise<void> {
  const { clock, store } = world;
  const [before, since] = [reconcileMark(store.tables), clock.now()];
  await world.compareAll();
  const compared = (): boolean => notCompared({ tables: store.tables, accounts: world.accounts }, since).length === 0;
  while (!compared() && clock.now() < since + 30_000) await clock.run(clock.now() + 500, () => world.broken !== null);
  stopIfBroken(world);
  holds(11, compared(), () => 'a comparison that was asked for did not come');
  checkSecondRound(before, store.tables, since);
}
