import { expect } from 'chai';
import { silentLog } from '#shared/adapters/system/log';
import { defaultSettings } from '#shared/contracts/settings';
import { sizingOf } from '#shared/contracts/settings-plans';
import type { PoolEvent } from '#shared/engine/messages/events';
import { money, ratio } from '#shared/engine/num/units';
import type { Balance, ExchangePort } from '#shared/ports/exchange.port';
import { signal } from '#test/support/engine-story';
import { ScriptedExchange } from '#test/support/scripted-exchange';
import { createAccountCache, type AccountCache } from './account-cache.ts';
import { gatherAccounts } from './gather-accounts.ts';
import { AccountClosed } from './shell.ts';

const sizing = (changes: Partial<typeof defaultSettings.grid_strategy> = {}) => sizingOf({ ...defaultSettings, grid_strategy: { ...defaultSettings.grid_strategy, ...changes } });
const of = (event: PoolEvent) => ({ aggregate: 'pool', aggregateId: '1', key: null, event }) as const;

describe('balances at hand', () => {
  let now: number;
  let exchange: ScriptedExchange;
  let closed: boolean;
  let warnings: string[];
  let cache: AccountCache;
  beforeEach(() => {
    now = 1_000_000;
    closed = false;
    warnings = [];
    exchange = new ScriptedExchange(() => now);
    exchange.wallet = { free: '100', total: '150' };
    exchange.leverage = '20';
    const exchangeFor = async (): Promise<ExchangePort> => {
      if (closed) throw new AccountClosed('the account is switched off');
      return exchange;
    };
    cache = createAccountCache({ exchangeFor, clock: { now: () => now }, log: { ...silentLog, warn: (_, message) => void warnings.push(message) } });
  });

  it('are what the venue told, with the time they were asked for', async () => {
    await cache.seek('1', 500);
    expect(cache.peek('1')).to.deep.equal({ at: now, assets: { USDT: { free: money('100'), total: money('150') } }, leverage: { 'BTC/USDT:USDT': ratio('20') } });
  });
  it('are not asked for again while they are fresh, and are once they are not', async () => {
    await cache.seek('1', 500);
    now += 9_999;
    await cache.seek('1', 500);
    expect(exchange.balanceReads).to.equal(1);
    now += 1;
    exchange.wallet = { free: '70', total: '150' };
    await cache.seek('1', 500);
    expect([exchange.balanceReads, cache.peek('1')?.assets['USDT']?.free]).to.deep.equal([2, '70']);
  });
  it('are asked for once by everybody who needs them at the same time', async () => {
    await Promise.all(Array.from({ length: 20 }, () => cache.seek('1', 500)));
    expect(exchange.balanceReads).to.equal(1);
  });
  it('are refreshed every five seconds while they are in use, and left alone afterwards', async () => {
    cache.peek('1');
    for (const [ms, reads] of [[0, 1], [4_999, 1], [1, 2], [5_000, 3], [115_000, 3]] as const) {
      now += ms;
      await cache.refreshDue();
      expect(exchange.balanceReads, `after ${ms} ms more`).to.equal(reads);
    }
  });
  it('older than a minute are none', async () => {
    await cache.seek('1', 500);
    now += 59_999;
    expect(cache.peek('1')).to.not.equal(null);
    now += 1;
    expect(cache.peek('1')).to.equal(null);
  });

  describe('of a venue that does not answer', () => {
    it('are unknown, told once, and nobody waits for another attempt within five seconds', async () => {
      exchange.wallet = null;
      expect(cache.tried('1')).to.equal(false);
      await cache.seek('1', 500);
      await cache.seek('1', 500);
      expect([cache.peek('1'), cache.tried('1'), exchange.balanceReads, warnings.length]).to.deep.equal([null, true, 1, 1]);
      now += 5_000;
      await cache.refreshDue();
      expect([exchange.balanceReads, warnings.length]).to.deep.equal([2, 1]);
      exchange.wallet = { free: '5', total: '5' };
      now += 5_000;
      await cache.refreshDue();
      expect(cache.peek('1')?.assets['USDT']?.free).to.equal('5');
    });
    it('keep what was known until it is a minute old', async () => {
      await cache.seek('1', 500);
      exchange.wallet = null;
      now += 30_000;
      await cache.seek('1', 500);
      expect(cache.peek('1')?.at).to.equal(1_000_000);
    });
    it('are not waited for longer than the deadline', async () => {
      exchange.balances = () => new Promise<Balance[]>(() => {});
      await cache.seek('1', 30);
      expect([cache.peek('1'), cache.tried('1')]).to.deep.equal([null, false]);
      // Who comes later does not begin the wait anew: this one would outlast the test.
      now += 600_000;
      await cache.seek('1', 600_000);
      expect(cache.tried('1')).to.equal(true);
    });
    it('that tells balances but no leverage leaves the leverage unknown', async () => {
      exchange.leverages = () => Promise.reject(new Error('404'));
      await cache.seek('1', 500);
      expect(cache.peek('1')).to.deep.include({ assets: { USDT: { free: '100', total: '150' } }, leverage: {} });
    });
  });
  it('of an account that may not trade are unknown, and nobody is told', async () => {
    closed = true;
    await cache.seek('1', 500);
    expect([cache.peek('1'), warnings]).to.deep.equal([null, []]);
  });

  describe('are brought to hand before a pool is locked', () => {
    const entry = (): PoolEvent => ({ type: 'signal', signal: signal() });
    it('for an entry, where a ladder is checked', async () => {
      await gatherAccounts(cache).prepare(of(entry()), sizing());
      expect(exchange.balanceReads).to.equal(1);
    });
    it('not for an exit', async () => {
      await gatherAccounts(cache).prepare(of({ type: 'signal', signal: signal({ kind: 'exit' }) }), sizing());
      expect(exchange.balanceReads).to.equal(0);
    });
    it('not where nothing is checked and no size is a share of the account', async () => {
      await gatherAccounts(cache).prepare(of(entry()), sizing({ plan_check: 'off' }));
      expect(exchange.balanceReads).to.equal(0);
    });
    it('also unchecked where the size is a share of the account', async () => {
      await gatherAccounts(cache).prepare(of(entry()), sizing({ plan_check: 'off', sizing_mode: 'equity_percent' }));
      expect(exchange.balanceReads).to.equal(1);
    });
    it('for whom entries wait, when something else happens', async () => {
      const source = gatherAccounts(cache);
      source.atHand('1', [signal()], sizing(), () => undefined);
      await source.prepare(of({ type: 'timer' }), sizing());
      expect(exchange.balanceReads).to.equal(1);
    });
    it('anew when a group has closed: what it bound is free, and a balance from before would cut down who takes its slot', async () => {
      const source = gatherAccounts(cache);
      await source.prepare(of(entry()), sizing());
      source.atHand('1', [signal()], sizing(), () => undefined);
      await source.prepare(of({ type: 'timer' }), sizing());
      expect(exchange.balanceReads).to.equal(1);
      exchange.wallet = { free: '140', total: '150' };
      await source.prepare(of({ type: 'group-closed', groupId: '7' }), sizing());
      expect([exchange.balanceReads, cache.peek('1')?.assets['USDT']?.free]).to.deep.equal([2, '140']);
    });
    it('and where a size needs one that nobody has asked for yet, the decision is prepared anew', async () => {
      const source = gatherAccounts(cache);
      const need = sizing({ sizing_mode: 'equity_percent' });
      expect(source.atHand('1', [signal()], need, () => undefined)).to.equal(null);
      await source.prepare(of({ type: 'timer' }), need);
      expect(source.atHand('1', [signal()], need, () => undefined)).to.have.property('1');
    });
  });
});
