import pg from 'pg';
import type { Bus, BusTopic, BusTopics, Log } from '#shared/ports/system.port';
import { createGathering, wireOf, type Bundle } from './gathering.ts';
import { createSubscriptions } from './subscriptions.ts';

/** PostgreSQL refuses notifications of 8000 bytes and more. */
const inlineBytesMax = 7900;
const channelOf = (topic: BusTopic): string => `bus_${topic}`;
const byReference = '@';
/**
 * How long a message waits for others to share its commit with. Those of one decision come within a few milliseconds. A browser does not see
 * a twentieth of a second; each commit that notifies wakes every session that listens to anything.
 */
const gatherMs: Record<BusTopic, number> = { live: 50, price: 5, wake: 5, config: 5 };

/** How often the listening session proves that it is alive, and how long an answer may take. */
export interface HeartbeatOptions {
  heartbeatMs?: number;
  retryMs?: number;
}

/**
 * Bus over LISTEN/NOTIFY. Messages up to 7.9 kB travel in the notification; larger ones lie in the unlogged table `bus_payloads`
 * for a minute and travel as an id. Messages that come shortly after each other go out together, because each notifying commit takes a lock that is
 * global to the server.
 */
export async function createPostgresBus(databaseUrl: string, log: Log, { heartbeatMs = 5000, retryMs = 250 }: HeartbeatOptions = {}): Promise<Bus> {
  // A commit that notifies holds a lock that is global to the server: it must not wait for the disk, and a lost live update is no loss.
  const pool = new pg.Pool({ connectionString: databaseUrl, options: '-c synchronous_commit=off', max: 2, keepAlive: true, connectionTimeoutMillis: 3000, application_name: 'tranche-bus' });
  pool.on('error', (error) => log.warn('system', 'a bus connection broke', { error: error.message }));
  const subscriptions = createSubscriptions(log);

  const receive = async (topic: BusTopic, payload: string): Promise<void> => {
    if (!payload.startsWith(byReference)) return subscriptions.deliver(topic, payload);
    const { rows } = await pool.query<{ body: string }>('SELECT body FROM app.bus_payloads WHERE id = $1', [payload.slice(1)]);
    if (rows[0]) subscriptions.deliver(topic, rows[0].body);
  };
  const listener = createListener({
    connect: () => new pg.Client({ connectionString: databaseUrl, keepAlive: true, connectionTimeoutMillis: 3000, query_timeout: heartbeatMs, application_name: 'tranche-bus-listen' }),
    channels: () => subscriptions.topics().map(channelOf),
    receive: (channel, payload) => receive(channel.slice('bus_'.length) as BusTopic, payload),
    log,
    heartbeatMs,
    retryMs,
  });
  const publisher = createGathering(gatherMs, createSender(pool));
  await pool.query('SELECT 1');

  return {
    publish: async <T extends BusTopic>(topic: T, message: BusTopics[T]) => publisher.publish(topic, JSON.stringify(message)),
    subscribe: async (topic, handler) => {
      const remove = subscriptions.add(topic, handler);
      await listener.refresh();
      return async () => {
        remove();
        await listener.refresh();
      };
    },
    close: async () => {
      await listener.close();
      await publisher.settled();
      await pool.end();
    },
  };
}

/** Bundles that fit into a notification, and single messages that do not. */
function* fitting({ topic, bodies }: Bundle): Generator<Bundle> {
  let held: string[] = [];
  let bytes = 1;
  for (const body of bodies) {
    const more = Buffer.byteLength(body) + 1;
    if (held.length > 0 && bytes + more > inlineBytesMax) {
      yield { topic, bodies: held };
      [held, bytes] = [[], 1];
    }
    held.push(body);
    bytes += more;
  }
  yield { topic, bodies: held };
}

/** Sends bundles, all in one commit. */
function createSender(pool: pg.Pool): (bundles: readonly Bundle[]) => Promise<void> {
  let prunedAt = 0;

  const store = async (body: string): Promise<string> => {
    const { rows } = await pool.query<{ id: string }>('INSERT INTO app.bus_payloads (body) VALUES ($1) RETURNING id', [body]);
    if (Date.now() - prunedAt > 30_000) {
      prunedAt = Date.now();
      await pool.query("DELETE FROM app.bus_payloads WHERE at < now() - interval '1 minute'");
    }
    return `${byReference}${rows[0]?.id}`;
  };
  return async (bundles) => {
    const all = bundles.flatMap((bundle) => [...fitting(bundle)]);
    const payloads: string[] = [];
    for (const wire of all.map(wireOf)) payloads.push(Buffer.byteLength(wire) > inlineBytesMax ? await store(wire) : wire);
    await pool.query('SELECT pg_notify(c, p) FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS m (c, p, n) ORDER BY n', [all.map(({ topic }) => channelOf(topic)), payloads]);
  };
}

interface ListenerOptions {
  connect: () => pg.Client;
  channels: () => string[];
  receive: (channel: string, payload: string) => Promise<void>;
  log: Log;
  heartbeatMs: number;
  retryMs: number;
}

/**
 * One dedicated session that listens on the channels in demand and replaces itself when it breaks. The heartbeat asks inside
 * that session which channels it has: a half-open socket does not answer, a session reset by a proxy has none.
 */
function createListener({ connect, channels, receive, log, heartbeatMs, retryMs }: ListenerOptions) {
  let client: pg.Client | null = null;
  let timer: NodeJS.Timeout | null = null;
  let closed = false;
  // Notifications are handled one after the other, so that a large message cannot be overtaken by a small one.
  let chain: Promise<void> = Promise.resolve();
  let current: Promise<void> = Promise.resolve();

  const schedule = (ms: number): void => {
    if (timer) clearTimeout(timer);
    if (!closed) timer = setTimeout(() => void beat(), ms);
  };
  const drop = (why: string): void => {
    if (closed || client === null) return;
    log.warn('system', 'the bus lost its listening session and opens a new one', { error: why });
    void client.end().catch(() => {});
    client = null;
    schedule(retryMs);
  };
  const open = async (): Promise<pg.Client> => {
    const fresh = connect();
    fresh.on('error', (error) => client === fresh && drop(error.message));
    fresh.on('end', () => client === fresh && drop('the session ended'));
    fresh.on('notification', ({ channel, payload = '' }) => {
      chain = chain.then(() => receive(channel, payload)).catch((error: Error) => log.warn('system', 'a bus message was lost', { channel, error: error.message }));
    });
    await fresh.connect();
    return fresh;
  };
  const listen = async (): Promise<void> => {
    client ??= await open();
    const { rows } = await client.query<{ name: string }>('SELECT pg_listening_channels() AS name');
    const has = new Set(rows.map(({ name }) => name));
    const wanted = new Set(channels());
    for (const name of wanted) if (!has.has(name)) await client.query(`LISTEN ${name}`);
    for (const name of has) if (!wanted.has(name)) await client.query(`UNLISTEN ${name}`);
  };
  const beat = async (): Promise<void> => {
    if (channels().length === 0 && client === null) return;
    try {
      await refresh();
      schedule(heartbeatMs);
    } catch (error) {
      if (client === null) schedule(retryMs);
      drop((error as Error).message);
    }
  };
  const refresh = (): Promise<void> => (current = current.catch(() => {}).then(() => (closed ? undefined : listen())));

  return {
    /** Resolves once the session listens on exactly the channels in demand. */
    refresh: async (): Promise<void> => {
      await refresh();
      schedule(heartbeatMs);
    },
    close: async (): Promise<void> => {
      closed = true;
      if (timer) clearTimeout(timer);
      await current.catch(() => {});
      await client?.end().catch(() => {});
      await chain;
    },
  };
}
