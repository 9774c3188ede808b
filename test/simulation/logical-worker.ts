import { silentLog } from '#shared/adapters/system/log';
import { venues, type QueueName } from '#shared/contracts/jobs';
import type { Market } from '#shared/engine/instrument/instrument';
import type { RiskPlan } from '#shared/engine/risk/risk-plan';
import type { AccountAccess, ExchangePort, InstrumentSource } from '#shared/ports/exchange.port';
import type { Store } from '#shared/ports/store.port';
import type { Faults } from '#shared/simulation/faults';
import type { Chance } from '#shared/simulation/seeded-chance';
import type { VirtualClock } from '#shared/simulation/virtual-clock';
import { createAccountCache } from '#shared/shell/account-cache';
import { gatherAccounts } from '#shared/shell/gather-accounts';
import { gatherFacts } from '#shared/shell/gather-facts';
import { createInstrumentCache } from '#shared/shell/instrument-cache';
import type { ShellPorts } from '#shared/shell/shell';
import { startBalanceRefresh } from '#workers/balance-refresh';
import { createDispatcher } from '#workers/dispatcher';
import { createExchangeRegistry } from '#workers/exchange-registry';
import { createGroupIds } from '#workers/group-ids';
import { jobHandlers } from '#workers/jobs/index';
import { startRelay } from '#workers/outbox-relay';
import { startPeriodic } from '#workers/periodic';
import { orphanStops } from '#workers/orphan-stops';
import { createPriceCache } from '#workers/price-cache';
import { ruleRecovery, ruleRefresh } from '#workers/rule-refresh';
import { wakePools } from '#workers/wake-pools';
import { reconcileAtStart, reconcileRounds } from '#workers/reconcile-rounds';
import { riskAfterFills, riskRounds } from '#workers/risk-schedule-watch';
import { createSettingsCache } from '#workers/settings-cache';
import { startStreams } from '#workers/stream-listener';
import type { Doorbell, JobTaker } from './doorbell.ts';
import type { LogicalBus } from './logical-bus.ts';
import type { LogicalProcess } from './logical-process.ts';

/** What a worker of the simulation finds outside itself. */
export interface WorkerSurroundings {
  clock: VirtualClock;
  faults: Faults;
  chance: Chance;
  store: Store;
  bus: LogicalBus;
  doorbell: Doorbell;
  source: InstrumentSource;
  openExchange: (access: AccountAccess) => ExchangePort;
  tell: (line: string) => void;
}

const markets: readonly Market[] = ['spot', 'usdm'];
const marketsOfVenues = venues.flatMap((venue) => markets.map((market) => ({ venue, market })));
const pollEveryMs = 2_000;

/** The store as one process reaches it: each call takes a moment, may fail, or may succeed without the process hearing of it. */
export function reachStore(process: LogicalProcess, { store, clock, faults, chance }: Pick<WorkerSurroundings, 'store' | 'clock' | 'faults' | 'chance'>): Store {
  const moment = (): Promise<void> => (chance.happens(0.5) ? clock.sleep(chance.between(1, 4)) : Promise.resolve());
  return process.reaching(store, async (name, call) => {
    await moment();
    if (name === 'transact') await process.ready();
    if (faults.strike('store-failed')) throw new Error('simulated: the connection to the database broke');
    const answer = await call();
    if (faults.strike('store-answer-lost')) throw new Error('simulated: the connection broke before the answer came');
    await moment();
    return answer;
  });
}

/** A worker process wired as the real one is, with simulated ports. */
export async function startLogicalWorker(process: LogicalProcess, outside: WorkerSurroundings): Promise<JobTaker> {
  const { clock, chance, doorbell } = outside;
  const store = reachStore(process, outside);
  const bus = outside.bus.of(process);
  const log = { ...silentLog, alert: (_: unknown, message: string) => outside.tell(`${process.name} alerts: ${message}`) };
  const source = process.reaching(outside.source);
  const instruments = createInstrumentCache({ store, source, clock, log, onFresh: wakePools({ store, clock, log }) });
  const settings = createSettingsCache(store, log);
  const prices = await createPriceCache(store, bus);
  const registry = createExchangeRegistry({
    store,
    trading: { mode: 'simulation', approved: false },
    unseal: () => ({ apiKey: 'key', secret: 'secret' }),
    createExchange: async (access) => reachExchange(process, outside.openExchange(access)),
    registerPaper: async () => {},
  });
  const balances = createAccountCache({ exchangeFor: registry.exchangeFor, clock, log });
  const facts = gatherFacts({
    clock,
    deploymentPrefix: await store.deploymentPrefix(),
    instrument: instruments.peek,
    kept: instruments.kept,
    seek: instruments.seek,
    accounts: gatherAccounts(balances),
    priceLast: prices.last,
    settings,
    risk: { plan: async (userId) => settings(userId).then(({ risk, halted }) => ({ plan: risk, halted })), openBook: store.openBook },
    groupIds: createGroupIds(store),
  });
  const jobs = process.reaching(doorbell);
  const riskPlan = (userId: string): Promise<RiskPlan> => settings(userId).then(({ risk }) => risk);
  const ports: ShellPorts = { store, facts, jobs, bus, clock, log, exchangeFor: registry.exchangeFor, refreshRules: instruments.doubt, atCrashPoint: process.atCrashPoint, filled: riskAfterFills(jobs, log).filled, priceFresh: prices.fresh, reconcilePlan: async (userId) => (await settings(userId)).reconcile };
  if (chance.happens(0.7)) ports.dispatch = createDispatcher(ports, false);

  for (const { venue, market } of marketsOfVenues) await instruments.seek(venue, market, null);
  const handlers = jobHandlers(ports, { venueLimits: false, lastTrade: prices.lastTrade, riskPlan, maintenance: { instruments, store, pruneLog: async () => {} } });
  await reconcileAtStart(ports, process.name);
  // A start waits for that with a timer, which fires for the dead as well: seed 733 had one take jobs and do none.
  await process.ready();
  startPeriodic({ store, log, owner: process.name }, reconcileRounds(ports));
  startPeriodic({ store, log, owner: process.name }, orphanStops({ store, jobs, clock, priceFresh: prices.fresh, mayTrade: () => true, log, atCrashPoint: process.atCrashPoint }));
  startBalanceRefresh({ cache: balances, store, log });
  startRelay(ports, { owner: process.name, pollEveryMs });
  startPeriodic({ store, log, owner: process.name }, ruleRefresh({ instruments, store, settings }, marketsOfVenues));
  startPeriodic({ store, log, owner: process.name }, ruleRecovery(instruments));
  startPeriodic({ store, log, owner: process.name }, riskRounds({ store, jobs, clock, planOf: riskPlan }));
  startStreams(ports, process.name);
  return { process, handle: async (queue: QueueName, payload) => handlers[queue].handle(payload as never) };
}

/** The venue as one process reaches it. What is on its way arrives even if the process has died; the stream reaches the living only. */
const reachExchange = (process: LogicalProcess, exchange: ExchangePort): ExchangePort => {
  const reached = process.reaching(exchange);
  return new Proxy(reached, {
    get: (target, name) =>
      name === 'listen' ? (handler: Parameters<ExchangePort['listen']>[0]) => reached.listen((event) => void process.ready().then(() => handler(event))) : (Reflect.get(target, name) as unknown),
  });
};
