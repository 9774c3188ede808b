import { expect } from 'chai';
import { ConfigFault, loadConfig, loadProcessConfig } from './config.ts';
import type { Environment } from './config.ts';

const key = 'ab'.repeat(32);
const faultsOf = (env: Environment): readonly string[] => {
  try {
    loadConfig(env);
  } catch (error) {
    expect(error).to.be.instanceOf(ConfigFault);
    return (error as ConfigFault).faults;
  }
  return [];
};

describe('configuration', () => {
  it('has a default for everything', () => {
    const config = loadConfig({});
    expect(config).to.deep.include({ host: '127.0.0.1', port: 3000, databaseUrl: null, redisUrl: null, encryptionKey: null, admin: null, telegram: null, discord: null, venueLimits: true });
    expect(config.trading).to.deep.equal({ mode: 'simulation', approved: false });
    expect(config.market).to.deep.equal({ data: 'auto', replayFile: null, replaySymbol: null, replaySpeed: 1, seed: 1 });
    expect(config.paper).to.deep.include({ host: '127.0.0.1', port: 3001, url: 'http://127.0.0.1:3001' });
    expect(config.workers.roles).to.include.members(['signal', 'order', 'maintenance']);
  });

  it('takes an empty value for none, as compose files write it', () => {
    expect(loadConfig({ DATABASE_URL: '', PORT: ' ', TRADING_MODE: '' }).port).to.equal(3000);
  });

  it('reads what is set', () => {
    const config = loadConfig({ PORT: '4000', TRADING_MODE: 'live', TRADING_APPROVED: 'true', WORKER_ROLES: 'order, signal,order', BINANCE_USDM_URL: 'http://127.0.0.1:4311/', VENUE_LIMITS: 'off' });
    expect(config.port).to.equal(4000);
    expect(config.paper.port).to.equal(4001);
    expect(config.trading).to.deep.equal({ mode: 'live', approved: true });
    expect(config.workers.roles).to.deep.equal(['order', 'signal']);
    expect(config.binance.usdmUrl).to.equal('http://127.0.0.1:4311');
    expect(config.venueLimits).to.equal(false);
  });

  it('reads an encryption key as hexadecimal or base64', () => {
    expect(loadConfig({ ENCRYPTION_KEY: Buffer.from(key, 'hex').toString('base64') }).encryptionKey).to.equal(key);
    expect(loadConfig({ ENCRYPTION_KEY: key.toUpperCase() }).encryptionKey).to.equal(key);
  });

  const faults: [Environment, RegExp][] = [
    [{ PORT: 'abc' }, /^PORT: found "abc", expected a TCP port from 0 to 65535$/],
    [{ PORT: '70000' }, /^PORT: found "70000", expected/],
    [{ HOST: 'not a host' }, /^HOST: found "not a host"/],
    [{ DATABASE_URL: 'mysql://u:hunter2@h/db', ENCRYPTION_KEY: key }, /^DATABASE_URL: found a value of \d+ characters, expected a URL such as postgres:/],
    [{ DATABASE_URL: 'postgres://u:hunter2@h/db' }, /^ENCRYPTION_KEY: found nothing, expected .*required with DATABASE_URL$/],
    [{ REDIS_URL: 'http://h' }, /^REDIS_URL: found a value/],
    [{ ENCRYPTION_KEY: 'hunter2' }, /^ENCRYPTION_KEY: found a value of 7 characters, expected 32 bytes/],
    [{ ADMIN_EMAIL: 'a@example.org' }, /^ADMIN_PASSWORD: found nothing, expected at least 8 characters, together with ADMIN_EMAIL$/],
    [{ ADMIN_PASSWORD: 'hunter2hunter2' }, /^ADMIN_EMAIL: found nothing/],
    [{ ADMIN_EMAIL: 'nobody', ADMIN_PASSWORD: 'hunter2hunter2' }, /^ADMIN_EMAIL: found "nobody"/],
    [{ TRADING_MODE: 'Live!' }, /^TRADING_MODE: found "Live!", expected simulation, dry_run or live$/],
    [{ TRADING_APPROVED: 'yes' }, /^TRADING_APPROVED: found "yes", expected true or false$/],
    [{ MARKET_DATA: 'replay' }, /^MARKET_REPLAY_FILE: found nothing, expected a readable file; required with MARKET_DATA=replay$/],
    [{ TRADING_MODE: 'live', MARKET_DATA: 'synthetic' }, /^MARKET_DATA: found "synthetic", expected auto or live with TRADING_MODE=live$/],
    [{ MARKET_REPLAY_FILE: '/nowhere/at/all.csv' }, /^MARKET_REPLAY_FILE: found "\/nowhere\/at\/all.csv"/],
    [{ MARKET_REPLAY_SPEED: '0' }, /^MARKET_REPLAY_SPEED: found "0", expected a number above 0$/],
    [{ BINANCE_SPOT_URL: 'http://127.0.0.1:4311/api/v3' }, /^BINANCE_SPOT_URL: found .* expected an origin without a path/],
    [{ BINANCE_SPOT_WS_URL: 'http://127.0.0.1:4311' }, /^BINANCE_SPOT_WS_URL: .* such as ws:/],
    [{ WORKER_ROLES: 'order,cook' }, /^WORKER_ROLES: found "order,cook", expected a comma list of signal, order/],
    [{ TELEGRAM_BOT_TOKEN: '123:hunter2' }, /^TELEGRAM_CHAT_ID: found nothing/],
    [{ LOG_LEVEL: 'loud' }, /^LOG_LEVEL: found "loud"/],
  ];
  for (const [env, line] of faults) {
    it(`refuses ${Object.keys(env).join(' and ')} = ${Object.values(env).join(' and ')}`, () => {
      const found = faultsOf(env);
      expect(found).to.have.length(1);
      expect(found[0]).to.match(line);
      expect(found[0]).to.not.contain('hunter2');
    });
  }

  it('lists every fault at once', () => {
    expect(faultsOf({ PORT: 'x', TRADING_MODE: 'y', LOG_LEVEL: 'z' })).to.have.length(3);
  });

  it('asks a process on its own for a database', () => {
    expect(() => loadProcessConfig({ ENCRYPTION_KEY: key })).to.throw(ConfigFault, /^DATABASE_URL: found nothing/);
    expect(loadProcessConfig({ DATABASE_URL: 'postgres://u@h/db', ENCRYPTION_KEY: key }).databaseUrl).to.equal('postgres://u@h/db');
  });
});
