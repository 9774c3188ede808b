import type { BusTopic, BusTopics, Log } from '#shared/ports/system.port';

type Handler = (message: never) => void;

/** Who listens to what, inside one process. */
export function createSubscriptions(log: Log) {
  const handlers = new Map<BusTopic, Set<Handler>>();

  const failed = (topic: BusTopic, what: string, error: unknown): void => log.error('system', what, { topic, error: (error as Error).message });
  /** For each handler anew: none sees what another makes of a message. */
  const parsed = (topic: BusTopic, wire: string): unknown[] => {
    try {
      const messages: unknown = JSON.parse(wire);
      return Array.isArray(messages) ? messages : [messages];
    } catch (error) {
      failed(topic, 'a bus message could not be read', error);
      return [];
    }
  };
  const hand = (topic: BusTopic, handler: Handler, message: unknown): void => {
    try {
      handler(message as never);
    } catch (error) {
      failed(topic, 'a bus handler failed', error);
    }
  };

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
    /** Hands a message, or each of a JSON array, to every handler of its topic; one that throws does not keep it from the others. */
    deliver(topic: BusTopic, wire: string): void {
      for (const handler of handlers.get(topic) ?? []) for (const message of parsed(topic, wire)) hand(topic, handler, message);
    },
  };
}
