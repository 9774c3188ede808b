import type { BusTopic, BusTopics, Log } from '#shared/ports/system.port';

type Handler = (message: never) => void;

/** Who listens to what, inside one process. */
export function createSubscriptions(log: Log) {
  const handlers = new Map<BusTopic, Set<Handler>>();

  return {
    topics: (): BusTopic[] => [...handlers.keys()],
    /** Adds a handler; the returned function removes it again. */
    add<T extends BusTopic>(topic: T, handler: (message: BusTopics[T]) => void): () => void {
      const set = handlers.get(topic) ?? new Set<Handler>();
      handlers.set(topic, set.add(handler));
      return () => {
        set.delete(handler);
        if (set.size === 0) handlers.delete(topic);
      };
    },
    /** Hands a message to every handler of its topic; one that throws does not keep it from the others. */
    deliver(topic: BusTopic, body: string): void {
      for (const handler of handlers.get(topic) ?? []) {
        try {
          handler(JSON.parse(body) as never);
        } catch (error) {
          log.error('system', 'a bus handler failed', { topic, error: (error as Error).message });
        }
      }
    },
  };
}
