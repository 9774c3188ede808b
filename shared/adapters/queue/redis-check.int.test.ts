import { expect } from 'chai';
import { Redis } from 'ioredis';
import { silentLog } from '#shared/adapters/system/log';
import { UnsafeGround } from '#shared/ports/ground.port';
import { startTestRedis, type TestRedis } from '#test/support/redis';
import { checkRedis, readRedis, redisFindings, RedisUnfit, type RedisSettings } from './redis-check.ts';

const sound: RedisSettings = { maxmemoryPolicy: 'noeviction', appendonly: 'yes', save: '' };

describe('start-up checks of Redis', () => {
  const table: [what: string, settings: Partial<RedisSettings>, expected: RegExp[]][] = [
    ['append-only file, nothing evicted', {}, []],
    ['snapshots instead of an append-only file', { appendonly: 'no', save: '3600 1 300 100' }, []],
    ['neither', { appendonly: 'no' }, [/^live REDIS_URL: found a Redis that writes nothing to disk .* expected appendonly yes/]],
    ['a host that tells nothing', { maxmemoryPolicy: null, appendonly: null, save: 'unknown' }, []],
    ['a host that forbids CONFIG and says in INFO that there is no append-only file', { appendonly: 'no', save: 'unknown' }, []],
    ['keys are evicted', { maxmemoryPolicy: 'allkeys-lru' }, [/^always REDIS_URL: found a Redis with maxmemory-policy allkeys-lru, which may throw jobs away, expected noeviction/]],
    ['keys that expire are evicted', { maxmemoryPolicy: 'volatile-ttl' }, [/^always .* volatile-ttl/]],
    ['everything wrong', { maxmemoryPolicy: 'allkeys-lru', appendonly: 'no' }, [/^always /, /^live /]],
  ];
  for (const [what, settings, expected] of table) {
    it(what, () => {
      const found = redisFindings({ ...sound, ...settings }).map(({ refuse, message }) => `${refuse} ${message}`);
      expect(found.length, found.join('\n')).to.equal(expected.length);
      expected.forEach((pattern, index) => expect(found[index]).to.match(pattern));
    });
  }

  describe('of a real one', () => {
    let server: TestRedis;
    let client: Redis;
    const warned: string[] = [];
    const log = { ...silentLog, warn: (_: unknown, message: string) => void warned.push(message) };
    const outcome = (live: boolean, url = server.url): Promise<string> =>
      checkRedis(url, log, { live }).then(
        () => 'taken',
        (error: Error) => `${error.name}: ${error.message}`,
      );
    before(async () => {
      server = await startTestRedis();
      client = new Redis(server.url);
    });
    after(async () => {
      client.disconnect();
      await server.stop();
    });
    beforeEach(() => void (warned.length = 0));

    it('without persistence: a warning on paper, refused in live mode', async () => {
      await client.config('SET', 'appendonly', 'no');
      await client.config('SET', 'save', '');
      expect(await readRedis(server.url)).to.deep.equal({ maxmemoryPolicy: 'noeviction', appendonly: 'no', save: '' });
      expect([await outcome(false), warned.length, await outcome(true)]).to.deep.equal(['taken', 1, `${UnsafeGround.name}: ${warned[0]?.replace('. TRADING_MODE=live would refuse to start', '')}`]);
    });
    it('with an append-only file: taken', async () => {
      await client.config('SET', 'appendonly', 'yes');
      expect([await outcome(true), warned]).to.deep.equal(['taken', []]);
      await client.config('SET', 'appendonly', 'no');
    });
    it('that evicts: refused in every mode', async () => {
      await client.config('SET', 'maxmemory-policy', 'allkeys-lru');
      for (const live of [false, true]) expect(await outcome(live)).to.match(/^UnsafeGround: REDIS_URL: found a Redis with maxmemory-policy allkeys-lru/);
      await client.config('SET', 'maxmemory-policy', 'noeviction');
    });
    it('that forbids CONFIG: INFO tells', async () => {
      await client.call('ACL', 'SETUSER', 'guest', 'on', '>secret', '~*', '+@all', '-config');
      await client.config('SET', 'maxmemory-policy', 'allkeys-lru');
      const url = server.url.replace('redis://', 'redis://guest:secret@');
      expect(await readRedis(url)).to.deep.equal({ maxmemoryPolicy: 'allkeys-lru', appendonly: 'no', save: 'unknown' });
      await client.config('SET', 'maxmemory-policy', 'noeviction');
    });
    it('that is not there: said plainly', async () => {
      expect(await outcome(false, 'redis://127.0.0.1:1')).to.match(/^RedisUnfit: REDIS_URL: found a Redis that cannot be used \(.+\), expected one that can be reached and logged in to$/);
      expect(new RedisUnfit('x')).to.be.instanceOf(Error);
    });
  });
});
