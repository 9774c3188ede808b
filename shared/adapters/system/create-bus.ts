import type { Bus, Log } from '#shared/ports/system.port';
import { createPostgresBus } from './postgres-bus.ts';
import { createRedisBus } from './redis-bus.ts';

/** Where the bus lives. */
export interface BusOptions {
  redisUrl: string | null;
  databaseUrl: string;
  log: Log;
}

/** The bus on Redis if `redisUrl` is given, on PostgreSQL otherwise; both behave alike. */
export const createBus = ({ redisUrl, databaseUrl, log }: BusOptions): Promise<Bus> =>
  redisUrl === null ? createPostgresBus(databaseUrl, log) : createRedisBus(redisUrl, log);
