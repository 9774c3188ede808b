import type { EventEmitter } from 'node:events';
import type pg from 'pg';
import type { Warn } from './queue-backend.ts';

/** What a worker does with the session it listens by. */
type Session = Pick<EventEmitter, 'on' | 'removeListener'> & { query(text: string): Promise<unknown> };

/** What BullMQ listens by: one session for each worker, if nobody brings another. */
export interface ListeningConnection extends Pick<EventEmitter, 'emit'> {
  getListenClient(): Promise<Session>;
  setListenClientName(name: string): Promise<void>;
}

/** A session that does not even answer this is gone: all workers of the process would wait for it. */
const answerWithinMs = 5_000;

/** One listening session for all workers of a process. */
export interface SharedListener {
  /** Lets a worker's connection listen by the shared session. */
  join(connection: ListeningConnection): void;
  close(): Promise<void>;
}

/**
 * Every worker of BullMQ would hold a session of its own that listens to the same channel: eight of them, each woken by every job of whatever queue, were
 * 1.5 ms of the database's time for each alert and 17 MiB. They filter by the name of their queue, so one session does for all. Where it breaks,
 * each is told, as by a session of its own, and asks for the next.
 */
export function createSharedListener(pool: pg.Pool, warn: Warn): SharedListener {
  const joined = new Set<ListeningConnection>();
  const gone = new WeakSet<pg.PoolClient>();
  let current: Promise<{ client: pg.PoolClient; session: Session }> | null = null;

  const open = async (): Promise<{ client: pg.PoolClient; session: Session }> => {
    const client = await pool.connect();
    client.setMaxListeners(0);
    client.on('error', (error) => lose(client, error));
    const ask = async (text: string): Promise<unknown> => {
      try {
        return await client.query({ text, query_timeout: answerWithinMs } as pg.QueryConfig);
      } catch (error) {
        lose(client, error as Error);
        throw error;
      }
    };
    // Each worker asks to listen when it begins; a client takes one question after the other.
    let last: Promise<unknown> = Promise.resolve();
    const query = (text: string): Promise<unknown> => (last = last.catch(() => {}).then(() => ask(text)));
    return { client, session: { query, on: client.on.bind(client), removeListener: client.removeListener.bind(client) } };
  };
  const leave = (client: pg.PoolClient): void => {
    gone.add(client);
    client.removeAllListeners();
    // What a dying session still says is nobody's concern.
    client.on('error', () => {});
    client.release(true);
    current = null;
  };
  const lose = (client: pg.PoolClient, error: Error): void => {
    if (gone.has(client)) return;
    warn('a connection of the job queue broke', error);
    leave(client);
    for (const connection of joined) connection.emit('listenerinvalidated');
  };
  const session = async (): Promise<Session> => {
    if (current === null) {
      const opening = open();
      current = opening;
      opening.catch(() => {
        if (current === opening) current = null;
      });
    }
    return (await current).session;
  };

  return {
    join(connection) {
      joined.add(connection);
      // Its name would say which queue a session waits for; this one waits for all.
      Object.assign(connection, { getListenClient: session, setListenClientName: async () => {} });
    },
    async close() {
      const opened = await current?.catch(() => null);
      if (opened != null) leave(opened.client);
    },
  };
}
