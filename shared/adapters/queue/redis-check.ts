import { Redis } from 'ioredis';
import { standOn, type GroundFinding } from '#shared/ports/ground.port';
import type { Log } from '#shared/ports/system.port';

/** A Redis that cannot be reached or logged in to. */
export class RedisUnfit extends Error {
  override readonly name = 'RedisUnfit';
}

/** What Redis was asked for: `CONFIG GET`, or `INFO` where a host forbids that. Null where neither tells. */
export interface RedisSettings {
  maxmemoryPolicy: string | null;
  appendonly: string | null;
  /** Snapshot rules; empty for none. */
  save: string | null;
}

/**
 * What is unsafe about a Redis. One that evicts keys throws jobs away by design. One without persistence forgets them when it restarts;
 * the sweeper finds every row again, so that is a warning while no real money is traded. What a host does not tell is trusted.
 */
export function redisFindings({ maxmemoryPolicy, appendonly, save }: RedisSettings): GroundFinding[] {
  const findings: GroundFinding[] = [];
  if (maxmemoryPolicy !== null && maxmemoryPolicy !== 'noeviction')
    findings.push({ refuse: 'always', message: `REDIS_URL: found a Redis with maxmemory-policy ${maxmemoryPolicy}, which may throw jobs away, expected noeviction (redis-cli CONFIG SET maxmemory-policy noeviction, and the same in redis.conf)` });
  if (appendonly === 'no' && (save === null || save.trim() === ''))
    findings.push({ refuse: 'live', message: 'REDIS_URL: found a Redis that writes nothing to disk and forgets all jobs when it restarts, expected appendonly yes, or at least a save rule (redis-cli CONFIG SET appendonly yes, and the same in redis.conf)' });
  return findings;
}

/** Asks the Redis at `redisUrl` how it keeps its data; rejects with `RedisUnfit` where it cannot be used. */
export async function readRedis(redisUrl: string): Promise<RedisSettings> {
  const redis = new Redis(redisUrl, { lazyConnect: true, retryStrategy: () => null, connectTimeout: 5000 });
  redis.on('error', () => {});
  try {
    await redis.connect();
    const config = async (name: string): Promise<string | null> => {
      const answer = await redis.config('GET', name).catch(() => null);
      return Array.isArray(answer) && answer.length > 1 ? String(answer[1]) : null;
    };
    const info = await redis.info().catch(() => '');
    const line = (name: string): string | null => new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1] ?? null;
    const aof = line('aof_enabled');
    return {
      maxmemoryPolicy: (await config('maxmemory-policy')) ?? line('maxmemory_policy'),
      appendonly: (await config('appendonly')) ?? (aof === null ? null : aof === '1' ? 'yes' : 'no'),
      // INFO does not tell the rules; without CONFIG they are taken to be there.
      save: (await config('save')) ?? 'unknown',
    };
  } catch (error) {
    throw new RedisUnfit(`REDIS_URL: found a Redis that cannot be used (${(error as Error).message}), expected one that can be reached and logged in to`);
  } finally {
    redis.disconnect();
  }
}

/** Rejects with `UnsafeGround` when this Redis must not be used, with `RedisUnfit` when it cannot be. */
export async function checkRedis(redisUrl: string, log: Pick<Log, 'warn'>, { live = false }: { live?: boolean } = {}): Promise<void> {
  standOn(redisFindings(await readRedis(redisUrl)), { live, log });
}
