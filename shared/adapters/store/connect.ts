import knexFactory from 'knex';
import type { Knex } from 'knex';
import pg from 'pg';

/** The schema that holds everything of ours; BullMQ's tables live in `bullmq` beside it. */
export const appSchema = 'app';

/** What may be chosen about a pool. */
export interface PoolOptions {
  /** Most connections at once. */
  max?: number;
  /** Shown by PostgreSQL in pg_stat_activity. */
  name?: string;
  /** Told about an idle connection that broke; the pool replaces it by itself. */
  onError?: (error: Error) => void;
}

/** `url` with the search path set to `schema`; other `options` of the URL are kept. */
export function withSearchPath(url: string, schema: string): string {
  const parsed = new URL(url);
  const kept = parsed.searchParams.get('options');
  parsed.searchParams.set('options', `${kept ? `${kept} ` : ''}-c search_path=${schema}`);
  return parsed.toString();
}

/**
 * A pool on schema `app`. `numeric` and `int8` come back as text, `timestamptz` as `Date`, `jsonb` parsed: pg's own defaults,
 * which lose no digit. A transaction left open for 30 s is ended by the server, so that a hung process cannot keep a row locked.
 */
export function createPool(url: string, { max = 10, name = 'tranche', onError = () => {} }: PoolOptions = {}): pg.Pool {
  const pool = new pg.Pool({
    connectionString: withSearchPath(url, appSchema),
    max,
    application_name: name,
    keepAlive: true,
    // Queries of one client that are asked without waiting go out in one packet.
    pipeline: true,
    connectionTimeoutMillis: 5000,
    idleTimeoutMillis: 30_000,
    idle_in_transaction_session_timeout: 30_000,
  });
  pool.on('error', onError);
  return pool;
}

/** Knex on schema `app`, for migrations and for queries that are put together at run time. */
export const createKnex = (url: string, { max = 4 }: { max?: number } = {}): Knex =>
  knexFactory({ client: 'pg', connection: withSearchPath(url, appSchema), searchPath: [appSchema], pool: { min: 0, max } });
