import { setTimeout as pause } from 'node:timers/promises';
import { Redis } from 'ioredis';
import type { Bus, BusTopic, BusTopics, Log } from '#shared/ports/system.port';
import { createGathering, wireOf } from './gathering.ts';
import { createSubscriptions } from './subscriptions.ts';

/** A browser does not see a twentieth of a second; what processes wait for goes at once. */
const gatherMs: Record<BusTopic, number> = { live: 50, price: 0, wake: 0, config: 0 };

/** So long a bus that closes waits for what is still on its way: a Redis that does not answer must not hold up an orderly end. */
const closeWithinMs = 1_000;

/** How the bus behaves on Redis. */
export interface RedisBusOptions {
  /** Sets installations that share a Redis apart. */
  prefix?: string;
  heartbeatMs?: number;
}

/** Bus over Redis publish/subscribe; ioredis reconnects and subscribes again, a heartbeat finds half-open sockets. */
export async function createRedisBus(redisUrl: string, log: Log, { prefix = 'tranche', heartbeatMs = 5000 }: RedisBusOptions = {}): Promise<Bus> {
  const open = (options: object): Redis => {
    const connection = new Redis(redisUrl, { retryStrategy: (times) => Math.min(times * 100, 1000), connectTimeout: 3000, lazyConnect: true, ...options });
    connection.on('error', (error) => log.warn('system', 'the bus connection to Redis broke', { error: error.message }));
    return connection;
  };
  const publisher = open({ maxRetriesPerRequest: 1, enableOfflineQueue: false, enableAutoPipelining: true });
  const subscriber = open({ maxRetriesPerRequest: null });
  await Promise.all([publisher.connect(), subscriber.connect()]);

  const channelOf = (topic: BusTopic): string => `${prefix}:bus:${topic}`;
  const subscriptions = createSubscriptions(log);
  const gathering = createGathering(gatherMs, async (bundles) => void (await Promise.all(bundles.map((bundle) => publisher.publish(channelOf(bundle.topic), wireOf(bundle))))));
  subscriber.on('message', (channel: string, body: string) => subscriptions.deliver(channel.slice(`${prefix}:bus:`.length) as BusTopic, body));

  const heartbeat = setInterval(() => {
    if (subscriber.status !== 'ready') return;
    const late = setTimeout(() => subscriber.disconnect(true), heartbeatMs);
    const done = (): void => clearTimeout(late);
    subscriber.ping().then(done, done);
  }, heartbeatMs);

  return {
    publish: async <T extends BusTopic>(topic: T, message: BusTopics[T]) => gathering.publish(topic, JSON.stringify(message)),
    subscribe: async (topic, handler) => {
      const remove = subscriptions.add(topic, handler);
      await subscriber.subscribe(channelOf(topic));
      return async () => {
        remove();
        if (!subscriptions.topics().includes(topic)) await subscriber.unsubscribe(channelOf(topic));
      };
    },
    close: async () => {
      clearInterval(heartbeat);
      await Promise.race([gathering.settled(), pause(closeWithinMs, undefined, { ref: false })]);
      publisher.disconnect();
      subscriber.disconnect();
    },
  };
}
