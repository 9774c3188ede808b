import { VenueUnavailable, type ExchangePort, type OrderRequest } from '#shared/ports/exchange.port';
import type { PriceStep } from '#shared/ports/market-data.port';
import type { Store } from '#shared/ports/store.port';
import { crashPointsOf } from '#shared/shell/crash-points';
import type { Faults } from '#shared/simulation/faults';
import type { MemoryTables } from '#shared/simulation/memory-tables';
import type { Chance } from '#shared/simulation/seeded-chance';
import type { SimRefusal } from '#shared/simulation/sim-refusal';
import { createSimulatedExchange } from '#shared/simulation/simulated-exchange';
import type { SimulatedVenue } from '#shared/simulation/simulated-venue';
import type { VirtualClock } from '#shared/simulation/virtual-clock';
import { ArmedStrikes } from './armed-strikes.ts';
import { Doorbell, type JobTaker } from './doorbell.ts';
import { LogicalBus } from './logical-bus.ts';
import { startLogicalMarket, type WakeRows } from './logical-market.ts';
import { LogicalProcess, type CrashCounts } from './logical-process.ts';
import { startLogicalWorker } from './logical-worker.ts';

interface Parts {
  seed: number;
  clock: VirtualClock;
  faults: Faults;
  chance: Chance;
  crashes: CrashCounts;
  venue: SimulatedVenue;
  tables: MemoryTables;
  wakes: WakeRows;
  /** The exchange as our processes find it. */
  reach: (exchange: ExchangePort) => ExchangePort;
  /** What the venue has refused, by its own rules. */
  refused: (request: OrderRequest, reason: SimRefusal) => void;
  tell: (line: string) => void;
}

type Access = { accountId: string; venue: string; market: 'spot' | 'usdm'; mode: 'paper' | 'testnet' | 'live' };

/** Our processes, two or three workers and the market's: each is started again after it has died. */
export class SimulatedProcesses {
  readonly doorbell: Doorbell;
  /** Null while it is dead. */
  market: LogicalProcess | null = null;
  offerPrices: ((steps: PriceStep[]) => Promise<void>) | null = null;
  private readonly bus: LogicalBus;
  private readonly takers: (JobTaker | null)[] = [];
  private readonly parts: Parts;
  private births = 0;

  constructor(parts: Parts) {
    this.parts = parts;
    const { clock, faults, chance, tell } = parts;
    this.bus = new LogicalBus({ clock, faults, chance: chance.fork('bus') });
    this.doorbell = new Doorbell({ clock, faults, chance: chance.fork('doorbell'), tell, takers: () => this.takers.filter((taker) => taker !== null) });
  }

  /** Starts all of them over the store as they find it. */
  start(store: Store): void {
    const { seed, clock, faults, chance, crashes, tables, wakes, tell } = this.parts;
    const { bus, doorbell } = this;
    const favourite = chance.pick(crashPointsOf('simulation'));
    const armed = new ArmedStrikes(seed, chance.fork('armed'));
    const source = this.instrumentSource();
    const openExchange = this.exchanges();
    const birth = (name: string, start: (process: LogicalProcess) => Promise<void>, buried: () => void): void => {
      const number = (this.births += 1);
      const rest = chance.fork(`rest ${number}`);
      const process = new LogicalProcess({
        name: `${name}.${number}`, clock, faults, chance: chance.fork(`process ${number}`), crashes, armed, favourite, tell,
        died: () => {
          buried();
          clock.after(rest.between(300, 6_000), () => birth(name, start, buried));
        },
      });
      // A start that fails ends the process; whoever keeps processes running starts it again.
      start(process).catch((error: unknown) => process.die(`while it starts: ${String(error)}`));
    };
    const workers = chance.between(2, 3);
    for (let index = 0; index < workers; index += 1) {
      birth(
        `worker${index + 1}`,
        async (process) => {
          const number = this.births;
          this.takers[index] = await startLogicalWorker(process, { clock, faults, chance: chance.fork(`worker ${number}`), store, bus, doorbell, source, openExchange, tell });
          tell(`${process.name} works`);
        },
        () => void (this.takers[index] = null),
      );
    }
    birth(
      'market',
      async (process) => {
        this.offerPrices = await startLogicalMarket(process, { clock, bus, doorbell, tables, wakes });
        this.market = process;
      },
      () => {
        this.offerPrices = null;
        this.market = null;
      },
    );
  }

  private instrumentSource() {
    const { clock, faults, venue } = this.parts;
    return {
      fetchInstruments: async (_: string, market: 'spot' | 'usdm') => {
        await clock.sleep(30);
        if (faults.strike('rules-unavailable')) throw new VenueUnavailable('HTTP 502');
        return venue.instruments(market);
      },
    };
  }

  private exchanges(): (access: Access) => ExchangePort {
    const { clock, faults, chance, venue, reach, refused, tell } = this.parts;
    const portions = chance.fork('portions');
    return (access) => reach(createSimulatedExchange({ venue, clock, faults, chance: chance.fork(`exchange ${this.births}`), access, portions: () => portions.pick([1, 1, 1, 2, 3]), tell, refused }));
  }
}
