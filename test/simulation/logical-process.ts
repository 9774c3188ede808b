import { crashPoints, type CrashMoment, type CrashPoint } from '#shared/shell/crash-points';
import type { Faults } from '#shared/simulation/faults';
import type { Chance } from '#shared/simulation/seeded-chance';
import type { VirtualClock } from '#shared/simulation/virtual-clock';
import type { ArmedStrikes, CrashWay } from './armed-strikes.ts';

/** What happened at one moment of one call. */
export type CrashCount = Record<'reached' | CrashWay | 'stalled', number>;
/** How often each call was passed, and what happened there. */
export type CrashCounts = Partial<Record<CrashPoint, Record<CrashMoment, CrashCount>>>;
const noCount = (): CrashCount => ({ reached: 0, died: 0, threw: 0, stalled: 0, hung: 0 });
export const noCrashes = (): CrashCounts => Object.fromEntries(crashPoints.map((point) => [point, { before: noCount(), after: noCount() }]));

export interface ProcessOptions {
  name: string;
  clock: VirtualClock;
  faults: Faults;
  chance: Chance;
  crashes: CrashCounts;
  /** What is sure to strike. */
  armed: ArmedStrikes;
  /** Where this run dies more often than elsewhere. */
  favourite: CrashPoint;
  tell: (line: string) => void;
  died: () => void;
}

const never = new Promise<never>(() => {});
const favoured = 40;
/** Of the usual chance: each order passes dozens of calls, and what goes on every second would else be all that is ever struck. */
const shareOf = (point: CrashPoint): number => (/^(sweep|stream|reconcile|rearm|orphan):/.test(point) ? 0.02 : 0.12);

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

  /** What happens before and after a call. A process that may go on does so at once: most passes are such. */
  atCrashPoint = (point: CrashPoint, moment: CrashMoment): Promise<void> | void => {
    if (!this.alive) return never;
    if (this.stalledUntil > this.options.clock.now()) return this.ready().then(() => this.pass(point, moment));
    return this.pass(point, moment);
  };

  private pass(point: CrashPoint, moment: CrashMoment): Promise<void> | void {
    const { crashes, chance, clock, faults, tell } = this.options;
    const count = crashes[point]![moment];
    count.reached += 1;
    const way = faults.on ? this.struck(point, moment) : null;
    if (way === null) return;
    count[way] += 1;
    switch (way) {
      case 'died':
        this.die(`${moment} ${point}`);
        return never;
      case 'threw':
        tell(`${this.name} throws ${moment} ${point}`);
        throw new Error(`simulated failure ${moment} ${point}`);
      case 'stalled':
        this.stall(chance.between(500, 20_000));
        return this.ready();
      case 'hung':
        tell(`${this.name} hangs ${moment} ${point}`);
        return clock.sleep(chance.between(2_000, 40_000)).then(() => this.ready());
    }
  }

  /** What this life is armed with goes first; all else is chance. */
  private struck(point: CrashPoint, moment: CrashMoment): Exclude<keyof CrashCount, 'reached'> | null {
    const { armed, faults, favourite } = this.options;
    const way = armed.at(point, moment);
    if (way !== null) return way;
    const times = shareOf(point) * (point === favourite ? favoured : 1);
    if (faults.strike('process-dies', times)) return 'died';
    if (faults.strike('process-throws', times)) return 'threw';
    if (faults.strike('process-stalls', times)) return 'stalled';
    return faults.strike('promise-hangs', times) ? 'hung' : null;
  }
}
