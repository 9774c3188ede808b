import type { JobPayload, QueueName } from '#shared/contracts/jobs';
import type { JobQueue, KnockOptions } from '#shared/ports/job-queue.port';
import type { Faults } from '#shared/simulation/faults';
import type { Chance } from '#shared/simulation/seeded-chance';
import type { VirtualClock } from '#shared/simulation/virtual-clock';
import type { LogicalProcess } from './logical-process.ts';

/** A worker process that takes jobs. */
export interface JobTaker {
  readonly process: LogicalProcess;
  handle(queue: QueueName, payload: unknown): Promise<void>;
}

/** The job queue of a simulation: knocks may be lost, late or doubled, the whole queue may be away for a while, jobs of the dead may come again. */
export class Doorbell implements Pick<JobQueue, 'knock'> {
  jobs = 0;
  failed = 0;
  private readonly waiting = new Set<string>();
  private downUntil = 0;
  private readonly options: { clock: VirtualClock; faults: Faults; chance: Chance; tell: (line: string) => void; takers: () => readonly JobTaker[] };

  constructor(options: Doorbell['options']) {
    this.options = options;
  }

  knock = async <Queue extends QueueName>(queue: Queue, payload: JobPayload<Queue>, { dedupeKey, delayMs = 0 }: KnockOptions = {}): Promise<void> => {
    const { clock, faults, chance, tell } = this.options;
    if (faults.strike('queue-down')) {
      this.downUntil = clock.now() + chance.between(1_000, 15_000);
      tell(`the queue is down until ${this.downUntil}`);
    }
    if (faults.on && clock.now() < this.downUntil) throw new Error('the queue cannot be reached');
    const key = dedupeKey === undefined ? null : `${queue} ${dedupeKey}`;
    if (key !== null && this.waiting.has(key)) return;
    if (faults.strike('knock-lost')) return;
    if (key !== null) this.waiting.add(key);
    const ms = delayMs + (faults.strike('knock-late') ? chance.between(500, 20_000) : chance.between(0, 6));
    clock.after(ms, () => {
      if (key !== null) this.waiting.delete(key);
      this.ring(queue, payload);
    });
    if (faults.strike('knock-doubled')) clock.after(ms + chance.between(0, 2_000), () => this.ring(queue, payload));
  };

  private ring(queue: QueueName, payload: unknown): void {
    const { clock, chance, takers, faults } = this.options;
    const living = takers().filter(({ process }) => process.alive);
    if (living.length === 0) return void clock.after(500, () => this.ring(queue, payload));
    const taker = chance.pick(living);
    this.jobs += 1;
    let done = false;
    void taker
      .handle(queue, payload)
      .catch(() => void (this.failed += 1))
      .finally(() => (done = true));
    // A job whose worker died is found stalled some time later, or lost with the queue's own memory.
    if (faults.on && chance.happens(0.3)) clock.after(chance.between(5_000, 30_000), () => (!done && !taker.process.alive ? this.ring(queue, payload) : undefined));
  }
}
