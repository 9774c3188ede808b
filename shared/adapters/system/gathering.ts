import type { BusTopic } from '#shared/ports/system.port';

/** A message on its way out. */
interface Outgoing {
  topic: BusTopic;
  body: string;
  sent: () => void;
  failed: (error: unknown) => void;
}

/** Messages of one topic that leave as one, in the order in which they were published. */
export interface Bundle {
  topic: BusTopic;
  bodies: readonly string[];
}

/** Publishes messages in bundles. */
export interface Gathering {
  /** Resolves once the message has left; rejects where its bundle did not. */
  publish(topic: BusTopic, body: string): Promise<void>;
  /** Sends what waits, and resolves once nothing is under way. */
  settled(): Promise<void>;
}

/** What travels: a message, or a list of several. */
export const wireOf = ({ bodies }: Bundle): string => (bodies.length === 1 ? (bodies[0] ?? '') : `[${bodies.join(',')}]`);

function bundled(batch: readonly Outgoing[]): Bundle[] {
  const bundles: { topic: BusTopic; bodies: string[] }[] = [];
  for (const { topic, body } of batch) {
    const last = bundles.at(-1);
    if (last?.topic === topic) last.bodies.push(body);
    else bundles.push({ topic, bodies: [body] });
  }
  return bundles;
}

/**
 * Messages that come shortly after each other leave together, one batch after the other, so that none overtakes another. A decision tells
 * of its group, its orders, its pool and its signal: seven messages an alert, which are less than one at 50 alerts a second and 50 ms.
 * `gatherMs` is how long a message of a topic waits for others; nought is not at all.
 */
export function createGathering(gatherMs: Readonly<Record<BusTopic, number>>, send: (bundles: readonly Bundle[]) => Promise<void>): Gathering {
  let waiting: Outgoing[] = [];
  let running: Promise<void> | null = null;
  let departure: { at: number; timer: NodeJS.Timeout } | null = null;

  const run = async (): Promise<void> => {
    const batch = waiting;
    waiting = [];
    try {
      await send(bundled(batch));
      for (const message of batch) message.sent();
    } catch (error) {
      for (const message of batch) message.failed(error);
    }
  };
  const goOn = (): void => {
    running = null;
    if (waiting.length > 0) departWithin(Math.min(...waiting.map(({ topic }) => gatherMs[topic])));
  };
  const depart = (): void => {
    if (departure !== null) clearTimeout(departure.timer);
    departure = null;
    running ??= run().finally(goOn);
  };
  /** Whoever may wait least decides when all of them go. */
  const departWithin = (ms: number): void => {
    const at = performance.now() + ms;
    if (running !== null || (departure !== null && departure.at <= at)) return;
    if (ms === 0) return depart();
    if (departure !== null) clearTimeout(departure.timer);
    departure = { at, timer: setTimeout(depart, ms) };
  };

  return {
    publish: (topic, body) =>
      new Promise((sent, failed) => {
        waiting.push({ topic, body, sent, failed });
        departWithin(gatherMs[topic]);
      }),
    settled: async () => {
      while (waiting.length > 0 || running !== null) {
        depart();
        await running;
      }
    },
  };
}
