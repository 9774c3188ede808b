import { silentLog } from '#shared/adapters/system/log';
import type { PriceStep } from '#shared/ports/market-data.port';
import type { MemoryTables } from '#shared/simulation/memory-tables';
import { createPriceWatch, priceKey } from '#shared/shell/price-watch';
import { createPriceChain } from '#workers/price-chain';
import { createWakeReader } from '#workers/wake-reader';
import type { Doorbell } from './doorbell.ts';
import type { LogicalBus } from './logical-bus.ts';
import type { LogicalProcess } from './logical-process.ts';
import type { VirtualClock } from '#shared/simulation/virtual-clock';
import type { WakeCondition } from '#shared/engine/position/wake-conditions';

/** What an open group waits for, as its row shows it. */
export type WakeRows = ReadonlyMap<string, { groupId: string; market: string; conditions: WakeCondition[] }>;

const wakeSweepMs = 2_000;

/** The market process between its start and its death: prices in, who waits for them woken. */
export async function startLogicalMarket(process: LogicalProcess, outside: { clock: VirtualClock; bus: LogicalBus; doorbell: Doorbell; tables: MemoryTables; wakes: WakeRows }): Promise<(steps: PriceStep[]) => Promise<void>> {
  const { clock, tables, wakes } = outside;
  const bus = outside.bus.of(process);
  const jobs = process.reaching(outside.doorbell);
  const watch = createPriceWatch();
  const soon = <Answer>(answer: () => Answer): Promise<Answer> => process.hear(clock.sleep(1).then(answer));
  const chain = createPriceChain({
    assertLeading: () => {},
    pushToPaper: async () => null,
    storeLastPrices: (steps) => soon(() => steps.forEach((step) => tables.prices.set(priceKey(step.venue, step.market, step.symbol), { ...step }))),
    publish: (message) => bus.publish('price', message),
    watch,
    knock: (groupId, touched) => jobs.knock('tp-check', { groupId, touched }, { dedupeKey: ['tp-check', groupId, ...touched].join('-'), priority: 1 }),
    record: () => {},
    onWoken: (groupIds) => reader.fired(groupIds),
    clock,
    log: silentLog,
    storeEveryMs: 250,
    publishEveryMs: 50,
  });
  const reader = createWakeReader({
    venue: 'binance',
    watch,
    readAll: () => soon(() => [...wakes.values()]),
    readSome: (groupIds) => soon(() => groupIds.flatMap((id) => wakes.get(id) ?? [])),
    wake: (groupIds) => chain.wake(groupIds),
  });
  await bus.subscribe('wake', ({ groupId }) => void reader.read(groupId).catch(() => {}));
  await reader.readAll();
  const sweep = async (): Promise<void> => {
    while (process.alive) {
      await process.hear(clock.sleep(wakeSweepMs));
      await chain.flush().catch(() => {});
      await reader.readAll().catch(() => {});
    }
  };
  void sweep();
  return (steps) => chain.take(steps);
}
