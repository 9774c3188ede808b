import { Redis } from 'ioredis';
import type { Log } from '#shared/ports/system.port';

/** A Redis that cannot be used or would lose jobs by design; the message says what to change. */
export class RedisUnfit extends Error {
  override readonly name = 'RedisUnfit';
}

/**
 * Rejects when this Redis evicts keys under memory pressure: BullMQ's keys must never be evicted. Without append-only files a
 * restart of Redis forgets jobs, which the sweeper repairs, so that is only a warning. A host that forbids CONFIG is trusted.
 */
export async function checkRedis(redisUrl: string, log: Log): Promise<void> {
  const redis = new Redis(redisUrl, { lazyConnect: true, retryStrategy: () => null, connectTimeout: 5000 });
  redis.on('error', () => {});
  try {
    await redis.connect();
    const setting = async (name: string): Promise<string | null> => {
      const answer = await redis.config('GET', name).catch(() => null);
      return Array.isArray(answer) ? String(answer[1]) : null;
    };
    const policy = await setting('maxmemory-policy');
    if (policy !== null && policy !== 'noeviction')
      throw new RedisUnfit(`REDIS_URL: found a Redis with maxmemory-policy ${policy}, which may throw jobs away, expected noeviction`);
    if ((await setting('appendonly')) === 'no') log.warn('system', 'Redis keeps no append-only file: after a restart of Redis jobs are found again by the sweeper only');
  } catch (error) {
    if (error instanceof RedisUnfit) throw error;
    throw new RedisUnfit(`REDIS_URL: found a Redis that cannot be used (${(error as Error).message}), expected one that can be reached and logged in to`);
  } finally {
    redis.disconnect();
  }
}
