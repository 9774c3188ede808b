import { expect } from 'chai';
import { instrument } from '#test/support/engine-story';
import { memoryRig } from '#test/support/store-rig';
import { waitFor } from '#test/support/wait-for';
import { silentLog } from '#shared/adapters/system/log';
import type { Instrument } from '#shared/engine/instrument/instrument';
import type { Store } from '#shared/ports/store.port';
import { createInstrumentCache, type InstrumentCache } from './instrument-cache.ts';

const btc = instrument();
const named = (base: string): Instrument => instrument({ symbol: `${base}/USDT:USDT`, venueSymbol: `${base}USDT`, base });

/** Processes over one store and one venue. */
class Processes {
  now = 1_000_000;
  down = false;
  lists = [btc];
  fetches = 0;
  /** A fetch that has begun waits for this. */
  gate: Promise<void> = Promise.resolve();
  readonly fresh: string[] = [];
  readonly status = new Map<string, unknown>();
  readonly store: Store = memoryRig(() => this.now).store;

  process(name = 'one'): InstrumentCache {
    const fetchInstruments = async (): Promise<Instrument[]> => {
      this.fetches += 1;
      await this.gate;
      if (this.down) throw new Error('the venue is away');
      return this.lists;
    };
    const store: Store = { ...this.store, setStatus: async (key, status) => void this.status.set(key, status) };
    return createInstrumentCache({ store, source: { fetchInstruments }, clock: { now: () => this.now }, log: silentLog, onFresh: (venue, market) => void this.fresh.push(`${name} ${venue} ${market}`) });
  }
}

const answer = (cache: InstrumentCache, symbol = btc.symbol, need = {}): string => {
  const found = cache.peek('binance', 'usdm', symbol, need);
  return typeof found === 'string' ? found : 'known';
};

describe('rules in memory', () => {
  it('come all at once, in one call for a crowd that asks together (R-130)', async () => {
    const all = new Processes();
    all.lists = Array.from({ length: 500 }, (_, index) => named(`COIN${index}`));
    const cache = all.process();
    await Promise.all(all.lists.map(({ symbol }) => cache.seek('binance', 'usdm', symbol, { since: all.now })));
    expect(all.fetches).to.equal(1);
    expect(all.lists.every(({ symbol }) => answer(cache, symbol) === 'known')).to.equal(true);
  });

  it('survive a restart without asking the venue', async () => {
    const all = new Processes();
    await all.process().refresh('binance', 'usdm');
    all.down = true;
    const next = all.process('two');
    await next.seek('binance', 'usdm', null);
    expect([answer(next), all.fetches]).to.deep.equal(['known', 1]);
  });

  it('fresh enough cost nothing, neither a fetch nor a read that is waited for', async () => {
    const all = new Processes();
    const cache = all.process();
    await cache.refresh('binance', 'usdm');
    all.now += 59_000;
    all.gate = new Promise(() => {});
    await cache.seek('binance', 'usdm', btc.symbol, { since: all.now, maxAgeMs: 60_000 });
    expect([answer(cache), all.fetches]).to.deep.equal(['known', 1]);
  });

  it('that another process has fetched are used, and not fetched again', async () => {
    const all = new Processes();
    const [one, two] = [all.process('one'), all.process('two')];
    await one.refresh('binance', 'usdm');
    await two.seek('binance', 'usdm', null);
    all.now += 61_000;
    await one.refresh('binance', 'usdm');
    await two.seek('binance', 'usdm', btc.symbol, { since: all.now, maxAgeMs: 60_000 });
    expect([answer(two, btc.symbol, { maxAgeMs: 60_000 }), all.fetches]).to.deep.equal(['known', 2]);
    await waitFor('the second process to tell that rules have come', () => all.fresh.filter((line) => line.startsWith('two')).length === 2);
  });

  it('a symbol counts as not listed only when it was looked for after its signal came', async () => {
    const all = new Processes();
    const cache = all.process();
    await cache.refresh('binance', 'usdm');
    all.now += 1;
    const need = { since: all.now };
    expect(answer(cache, 'NEW/USDT:USDT', need)).to.equal('unavailable');
    await cache.seek('binance', 'usdm', 'NEW/USDT:USDT', need);
    expect([answer(cache, 'NEW/USDT:USDT', need), all.fetches]).to.deep.equal(['unlisted', 2]);
  });

  it('a fetch that failed is not tried again for every signal, and is when it may work again', async () => {
    const all = new Processes();
    const cache = all.process();
    all.down = true;
    for (let signals = 0; signals < 20; signals += 1) await cache.seek('binance', 'usdm', btc.symbol, { since: all.now });
    expect([all.fetches, answer(cache)]).to.deep.equal([1, 'unavailable']);
    all.down = false;
    await cache.recover();
    expect([all.fetches, answer(cache)]).to.deep.equal([2, 'known']);
    await waitFor('those who wait to be told', () => all.fresh.length === 1);
    await cache.recover();
    expect(all.fetches).to.equal(2);
  });

  it('nobody waits for ever for a venue that does not answer; who needed it is told when it does', async () => {
    const all = new Processes();
    const cache = all.process();
    let open = (): void => {};
    all.gate = new Promise((resolve) => {
      open = resolve;
    });
    await cache.seek('binance', 'usdm', btc.symbol, { since: all.now });
    expect(answer(cache)).to.equal('unavailable');
    open();
    await waitFor('the late answer to be heard', () => answer(cache) === 'known' && all.fresh.length === 1);
    expect(all.fetches).to.equal(1);
  }).timeout(15_000);

  it('the last fetch is kept for people: when, how many, or what went wrong (R-624)', async () => {
    const all = new Processes();
    const cache = all.process();
    await cache.refresh('binance', 'usdm');
    expect(all.status.get('rules:binance:usdm')).to.deep.equal({ fetchedAt: new Date(1_000_000).toISOString(), count: 1, failedAt: null, error: null });
    all.down = true;
    all.now += 5_000;
    expect(String(await cache.refresh('binance', 'usdm').catch((error: unknown) => error))).to.contain('the venue is away');
    expect(all.status.get('rules:binance:usdm')).to.deep.equal({ fetchedAt: new Date(1_000_000).toISOString(), count: 1, failedAt: new Date(1_005_000).toISOString(), error: 'the venue is away' });
    expect(answer(cache)).to.equal('known');
  });

  it('what the venue lists no longer takes no entries, and is kept for what is open', async () => {
    const all = new Processes();
    const cache = all.process();
    await cache.refresh('binance', 'usdm');
    all.lists = [named('ETH')];
    all.now += 1_000;
    await cache.refresh('binance', 'usdm');
    expect([answer(cache), cache.kept('binance', 'usdm', btc.symbol)?.tickSize]).to.deep.equal(['unlisted', '0.01']);
    all.lists = [btc];
    all.now += 1_000;
    await cache.refresh('binance', 'usdm');
    expect(answer(cache)).to.equal('known');
  });
});
