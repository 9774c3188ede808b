import { crashPoints, type CrashPoint } from '#shared/shell/crash-points';
import type { Faults } from '#shared/simulation/faults';
import type { Chance } from '#shared/simulation/seeded-chance';
import type { VirtualClock } from '#shared/simulation/virtual-clock';

/** How often each crash point was reached, and what happened there. */
export type CrashCounts = Record<CrashPoint, { reached: number; died: number; threw: number; stalled: number; hung: number }>;
export const noCrashes = (): CrashCounts => Object.fromEntries(crashPoints.map((point) => [point, { reached: 0, died: 0, threw: 0, stalled: 0, hung: 0 }])) as CrashCounts;

export interface ProcessOptions {
  name: string;
  clock: VirtualClock;
  faults: Faults;
  chance: Chance;
  crashes: CrashCounts;
  /** Where this run dies more often than elsewhere. */
  favourite: CrashPoint;
  tell: (line: string) => void;
  died: () => void;
}

const never = new Promise<never>(() => {});
const favoured = 15;

/**
 * A process of ours between its start and its death. Whatever it waits for reaches it only while it lives, and after a stall only when
 * the stall is over: a process that was killed is a set of promises that never go on.
 */
export class LogicalProcess {
  readonly name: string;
  alive = true;
  private stalledUntil = 0;
  private readonly options: ProcessOptions;

  constructor(options: ProcessOptions) {
    this.name = options.name;
    this.options = options;
  }

  die(why: string): void {
    if (!this.alive) return;
    this.alive = false;
    this.options.tell(`${this.name} dies ${why}`);
    this.options.died();
  }

  stall(ms: number): void {
    this.stalledUntil = Math.max(this.stalledUntil, this.options.clock.now() + ms);
    this.options.tell(`${this.name} stalls for ${ms} ms`);
  }

  /** Goes on when the process can: at once, after its stall, or never. */
  async ready(): Promise<void> {
    const { clock } = this.options;
    while (this.alive && this.stalledUntil > clock.now()) await clock.sleep(this.stalledUntil - clock.now());
    if (!this.alive) await never;
  }

  /** Brings the process an answer from outside. */
  async hear<Answer>(answer: Promise<Answer>): Promise<Answer> {
    try {
      const value = await answer;
      await this.ready();
      return value;
    } catch (error) {
      await this.ready();
      throw error;
    }
  }

  /** An object of the outside world as this process reaches it: every answer comes through `hear`. */
  reaching<Thing extends object>(thing: Thing, around: (name: string, call: () => Promise<unknown>) => Promise<unknown> = (_, call) => call()): Thing {
    return new Proxy(thing, {
      get: (target, name) => {
        const member: unknown = Reflect.get(target, name);
        if (typeof member !== 'function') return member;
        return (...given: unknown[]) => (this.alive ? this.hear(around(String(name), async () => (await (member as (...all: unknown[]) => unknown).apply(target, given)))) : never);
      },
    });
  }

  /** What happens at a crash point. */
  atCrashPoint = async (point: CrashPoint): Promise<void> => {
    const { faults, crashes, favourite, chance, clock } = this.options;
    await this.ready();
    const times = point === favourite ? favoured : 1;
    const count = crashes[point];
    count.reached += 1;
    if (faults.strike('process-dies', times)) {
      count.died += 1;
      this.die(`at ${point}`);
      return never;
    }
    if (faults.strike('process-throws', times)) {
      count.threw += 1;
      this.options.tell(`${this.name} throws at ${point}`);
      throw new Error(`simulated failure at ${point}`);
    }
    if (faults.strike('process-stalls', times)) {
      count.stalled += 1;
      this.stall(chance.between(500, 20_000));
    }
    if (faults.strike('promise-hangs', times)) {
      count.hung += 1;
      this.options.tell(`${this.name} hangs at ${point}`);
      await clock.sleep(chance.between(2_000, 40_000));
    }
    await this.ready();
  };
}
