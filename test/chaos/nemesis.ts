import { setTimeout as pause } from 'node:timers/promises';
import { Redis } from 'ioredis';
import type { TestRedis } from '#test/support/redis';
import type { RunningStack } from '#test/support/running-stack';
import type { PlannedBlow, Victim } from './chaos-steps.ts';
import type { FaultDesk } from './fault-desk.ts';

/** How long a blow waits for its victim to be there: it may be dead already. */
const patienceMs = 15_000;

/** Kills, stops and wipes, one blow after the other; a stopped process goes on beside them. */
export class Nemesis {
  readonly killed = new Map<Victim, number>();
  readonly paused = new Map<Victim, number>();
  /** When Redis lost all it had, epoch ms; null where it did not. */
  wipedAt: number | null = null;
  /** Blows whose victim was not there in time. */
  readonly missed = new Map<Victim, number>();
  private readonly stack: RunningStack;
  private readonly redis: TestRedis | null;
  private readonly desk: FaultDesk;
  private readonly stopped = new Map<number, NodeJS.Timeout>();
  private chain: Promise<void> = Promise.resolve();

  constructor(stack: RunningStack, redis: TestRedis | null, desk: FaultDesk) {
    this.stack = stack;
    this.redis = redis;
    this.desk = desk;
  }

  /** Strikes when all that were asked for before have struck. */
  strike(blow: PlannedBlow): Promise<void> {
    this.chain = this.chain.then(() => this.one(blow));
    return this.chain;
  }

  /** Lets everything that was stopped go on. */
  end(): void {
    for (const pid of [...this.stopped.keys()]) this.resume(pid);
  }

  private one(blow: PlannedBlow): Promise<void> {
    if (blow.do === 'wipe') return this.wipe();
    return blow.do === 'kill' ? this.kill(blow) : this.pause(blow);
  }

  private async kill({ victim, which, downMs }: Extract<PlannedBlow, { do: 'kill' }>): Promise<void> {
    if (victim === 'redis') {
      this.redis?.kill();
      await pause(downMs);
      await this.redis?.restart();
    } else if (victim === 'supervisor') {
      await this.desk.count();
      await this.stack.restart('SIGKILL');
      this.desk.paperHasDied();
    } else {
      if (victim === 'paper') await this.desk.count();
      const pids = await this.found(victim);
      if (pids.length === 0) return void count(this.missed, victim);
      signal(pids[which % pids.length]!, 'SIGKILL');
      if (victim === 'paper') this.desk.paperHasDied();
    }
    count(this.killed, victim);
  }

  private async pause({ victim, which, forMs }: Extract<PlannedBlow, { do: 'pause' }>): Promise<void> {
    const pids = await this.found(victim);
    if (pids.length === 0) return void count(this.missed, victim);
    const one = pids[which % pids.length]!;
    for (const pid of victim === 'postgres' ? [one, ...this.stack.pidsOf('postgres-children')] : [one]) {
      signal(pid, 'SIGSTOP');
      this.stopped.set(pid, setTimeout(() => this.resume(pid), forMs));
    }
    count(this.paused, victim);
    // While everybody waits for one, killing others shows nothing.
    if (victim === 'postgres' || victim === 'redis') await pause(forMs);
  }

  /** Redis forgets all it has, under the eyes of everybody connected. */
  private async wipe(): Promise<void> {
    if (this.redis === null) return;
    const client = new Redis(this.redis.url, { maxRetriesPerRequest: 20 });
    client.on('error', () => {});
    await client.flushall();
    client.disconnect();
    this.wipedAt = Date.now();
  }

  private resume(pid: number): void {
    clearTimeout(this.stopped.get(pid));
    this.stopped.delete(pid);
    signal(pid, 'SIGCONT');
  }

  private async found(victim: Victim): Promise<number[]> {
    for (const deadline = Date.now() + patienceMs; ; ) {
      const redis = this.redis?.pid();
      const pids = victim === 'redis' ? (redis === undefined ? [] : [redis]) : this.stack.pidsOf(victim).filter((pid) => !this.stopped.has(pid) || victim === 'postgres');
      if (pids.length > 0 || Date.now() > deadline) return pids;
      await pause(50);
    }
  }
}

const count = (blows: Map<Victim, number>, victim: Victim): void => void blows.set(victim, (blows.get(victim) ?? 0) + 1);

/** It may have died meanwhile, which is what it was meant to. */
function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // Gone already.
  }
}
