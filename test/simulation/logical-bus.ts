import type { Bus, BusTopic, BusTopics } from '#shared/ports/system.port';
import type { Faults } from '#shared/simulation/faults';
import type { Chance } from '#shared/simulation/seeded-chance';
import type { VirtualClock } from '#shared/simulation/virtual-clock';
import type { LogicalProcess } from './logical-process.ts';

interface Subscriber {
  process: LogicalProcess;
  topic: BusTopic;
  heard: (message: never) => void;
  /** Messages of one publisher stay in order. */
  lastAt: number;
}

/** Publish and subscribe between the processes of a simulation: a moment late, and some messages are lost. */
export class LogicalBus {
  private readonly subscribers = new Set<Subscriber>();
  private readonly clock: VirtualClock;
  private readonly faults: Faults;
  private readonly chance: Chance;

  constructor({ clock, faults, chance }: { clock: VirtualClock; faults: Faults; chance: Chance }) {
    this.clock = clock;
    this.faults = faults;
    this.chance = chance;
  }

  /** The bus as one process reaches it. */
  of(process: LogicalProcess): Bus {
    return {
      publish: async (topic, message) => {
        if (process.alive) this.send(topic, message);
      },
      subscribe: async (topic, heard) => {
        const subscriber: Subscriber = { process, topic, heard, lastAt: 0 };
        this.subscribers.add(subscriber);
        return async () => void this.subscribers.delete(subscriber);
      },
      close: async () => {},
    };
  }

  private send<Topic extends BusTopic>(topic: Topic, message: BusTopics[Topic]): void {
    for (const subscriber of this.subscribers) {
      if (!subscriber.process.alive) this.subscribers.delete(subscriber);
      else if (subscriber.topic === topic && !this.faults.strike('message-lost')) this.deliver(subscriber, message);
    }
  }

  private deliver(subscriber: Subscriber, message: unknown): void {
    const at = Math.max(subscriber.lastAt, this.clock.now() + this.chance.between(1, 15));
    subscriber.lastAt = at;
    this.clock.after(at - this.clock.now(), () => void subscriber.process.ready().then(() => subscriber.heard(message as never)));
  }
}
