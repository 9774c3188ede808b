import { expect } from 'chai';
import { createLaggingPush, createPaperPush } from '#shared/adapters/market-data/paper-push';
import { silentLog } from '#shared/adapters/system/log';
import type { PriceStep } from '#shared/ports/market-data.port';
import { createPriceWatch, priceKey } from '#shared/shell/price-watch';
import { startPaperStandIn, type PaperStandIn } from '#test/support/paper-stand-in';
import { createPriceChain, type PriceChainOptions } from './price-chain.ts';

const symbol = 'BTC/USDT';
const step = (price: string, at = 1): PriceStep => ({ venue: 'binance', market: 'spot', symbol, price, at });
const level = (price: string) => [{ key: priceKey('binance', 'spot', symbol), direction: 'at-or-above' as const, price }];

describe('price chain', () => {
  let paper: PaperStandIn;
  let done: string[];
  let now: number;
  beforeEach(async () => {
    done = [];
    now = 1_000_000;
    paper = await startPaperStandIn((steps) => done.push(...steps.map(({ price }) => `paper ${price}`)));
  });
  afterEach(() => paper.down());

  const make = (changes: Partial<PriceChainOptions> = {}) => {
    const watch = createPriceWatch();
    const chain = createPriceChain({
      assertLeading: () => {},
      pushToPaper: createPaperPush({ venue: 'binance', url: paper.url, log: silentLog }),
      storeLastPrices: async (steps) => void done.push(...steps.map(({ price }) => `store ${price}`)),
      publish: async ({ prices }) => void done.push(...prices.map(({ price }) => `publish ${price}`)),
      watch,
      knock: async (groupId) => void done.push(`knock ${groupId}`),
      record: (steps) => void done.push(...steps.map(({ price }) => `record ${price}`)),
      onWoken: (groupIds) => void done.push(`woken ${groupIds.join()}`),
      clock: { now: () => now },
      log: silentLog,
      storeEveryMs: 0,
      publishEveryMs: 0,
      ...changes,
    });
    return { chain, watch };
  };
  const rejection = (work: Promise<void>): Promise<string> => work.then(() => 'it was taken', (error: Error) => error.message);

  it('tells the paper exchange first, then the table, then listeners, and wakes groups last', async () => {
    const { chain, watch } = make();
    watch.replace('7', level('101'));
    await chain.take([step('100'), step('101')]);
    expect(done).to.deep.equal(['paper 100', 'paper 101', 'store 101', 'publish 101', 'record 100', 'record 101', 'knock 7', 'woken 7']);
    expect(paper.steps).to.deep.equal([
      { market: 'spot', symbol: 'BTCUSDT', price: '100', at: 1 },
      { market: 'spot', symbol: 'BTCUSDT', price: '101', at: 1 },
    ]);
  });

  it('follows what was set by hand at the paper exchange, and leaves out what the feed says of a held symbol', async () => {
    paper.hand = [{ cursor: 'a:1', held: [{ market: 'spot', symbol: 'BTCUSDT' }], steps: [{ market: 'spot', symbol: 'BTCUSDT', price: '90', at: 2 }] }, { cursor: 'a:1', held: [{ market: 'spot', symbol: 'BTCUSDT' }], steps: [] }];
    const { chain, watch } = make();
    watch.replace('7', [{ ...level('95')[0]!, direction: 'at-or-below' }]);
    await chain.take([step('100')]);
    await chain.take([step('101')]);
    expect(done.filter((what) => !what.startsWith('paper'))).to.deep.equal(['store 90', 'publish 90', 'record 90', 'knock 7', 'woken 7']);
    expect(paper.cursors).to.deep.equal(['-', 'a:1']);
  });

  it('real prices are never replaced by what was set by hand', async () => {
    paper.hand = [{ cursor: 'a:1', held: [{ market: 'spot', symbol: 'BTCUSDT' }], steps: [{ market: 'spot', symbol: 'BTCUSDT', price: '90', at: 2 }] }];
    const { chain } = make({ pushToPaper: createLaggingPush(createPaperPush({ venue: 'binance', url: paper.url, log: silentLog }), { now: () => now }, silentLog) });
    await chain.take([step('100')]);
    expect(done).to.include('store 100').and.not.include('store 90');
  });

  it('tells the price that touched a level, also where the price has gone back within the batch', async () => {
    const knocks: [string, string[]][] = [];
    const { chain, watch } = make({ knock: async (groupId, touched) => void knocks.push([groupId, touched]) });
    watch.replace('7', [...level('101'), { ...level('95')[0]!, direction: 'at-or-below' }]);
    await chain.take([step('101.5'), step('94'), step('98')]);
    await chain.wake(['8']);
    expect(knocks).to.deep.equal([['7', ['101.5', '94']], ['8', []]]);
  });

  it('tells what touched a group while a knock for it was on the way', async () => {
    const knocks: string[][] = [];
    let answerKnock = (): void => {};
    const slowKnock = new Promise<void>((resolve) => (answerKnock = resolve));
    let first: Promise<void> = Promise.resolve();
    const { chain, watch } = make({
      knock: async (_, touched) => {
        knocks.push(touched);
        if (knocks.length === 1) await slowKnock;
      },
      // The price that touched the stop is being stored when the queue answers the knock before it.
      storeLastPrices: async (steps) => {
        if (steps[0]?.price !== '94') return;
        answerKnock();
        await first;
      },
    });
    watch.replace('7', [{ ...level('95')[0]!, direction: 'at-or-below' }]);
    first = chain.wake(['7']);
    await chain.take([step('94')]);
    await chain.flush();
    expect(knocks).to.deep.equal([[], ['94']]);
  });

  it('does nothing at all while the paper exchange is down, and everything once it is back', async () => {
    const { chain, watch } = make();
    watch.replace('7', level('101'));
    await paper.down();
    expect(await rejection(chain.take([step('101')]))).to.match(/^the paper exchange at http:\/\/127\.0\.0\.1:\d+ does not answer \(ECONNREFUSED\)$/);
    expect(done).to.deep.equal([]);
    await paper.up();
    await chain.take([step('101')]);
    expect(done).to.deep.equal(['paper 101', 'store 101', 'publish 101', 'record 101', 'knock 7', 'woken 7']);
  });

  it('offers prices again when the paper exchange has a fault of its own, and lets go of what it refuses', async () => {
    const { chain } = make();
    paper.answer = 503;
    expect(await rejection(chain.take([step('101')]))).to.contain('answered 503');
    paper.answer = 400;
    await chain.take([step('101')]);
    expect(done).to.deep.equal(['store 101', 'publish 101', 'record 101']);
  });

  it('lets one refused symbol not keep the others from the paper exchange', async () => {
    const { chain } = make();
    paper.refuses = 'NOPEUSDT';
    await chain.take([step('101'), { ...step('5'), symbol: 'NOPE/USDT' }, step('102')]);
    expect(paper.steps.map(({ symbol: name, price }) => `${name} ${price}`)).to.deep.equal(['BTCUSDT 101', 'BTCUSDT 102']);
  });

  it('still wakes a group whose price was taken by the paper exchange but not by the table', async () => {
    let broken = true;
    const { chain, watch } = make({
      storeLastPrices: async () => {
        if (broken) throw new Error('no database');
      },
    });
    watch.replace('7', level('101'));
    expect(await rejection(chain.take([step('101')]))).to.equal('no database');
    expect(done).to.deep.equal(['paper 101']);
    broken = false;
    // The price has turned meanwhile; the level was touched all the same.
    await chain.take([step('100')]);
    expect(done.filter((what) => what.startsWith('knock'))).to.deep.equal(['knock 7']);
  });

  it('knocks again later when the queue was away', async () => {
    let broken = true;
    const { chain, watch } = make({
      knock: async (groupId) => {
        if (broken) throw new Error('no queue');
        done.push(`knock ${groupId}`);
      },
    });
    watch.replace('7', level('101'));
    await chain.take([step('101')]);
    broken = false;
    now += 5000;
    await chain.flush();
    expect(done.at(-1)).to.equal('knock 7');
    await chain.flush();
    expect(done.filter((what) => what === 'knock 7')).to.have.lengthOf(1);
  });

  it('stores and publishes real prices now and then, but at once when one wakes somebody', async () => {
    const { chain, watch } = make({ storeEveryMs: 250, publishEveryMs: 50 });
    watch.replace('7', level('104'));
    await chain.take([step('101')]);
    now += 10;
    await chain.take([step('102')]);
    await chain.take([step('103')]);
    expect(done.filter((what) => !what.startsWith('paper') && !what.startsWith('record'))).to.deep.equal(['store 101', 'publish 101']);
    await chain.take([step('104')]);
    expect(done.slice(-5)).to.deep.equal(['store 104', 'publish 104', 'record 104', 'knock 7', 'woken 7']);
    await chain.take([step('105')]);
    await chain.flush();
    expect(done.slice(-2)).to.deep.equal(['store 105', 'publish 105']);
  });

  it('passes nothing on once another process may lead', async () => {
    const { chain } = make({
      assertLeading: () => {
        throw new Error('not leading');
      },
    });
    expect(await rejection(chain.take([step('101')]))).to.equal('not leading');
    expect(paper.requests).to.equal(0);
  });

  it('never holds up real prices: a paper exchange that was down gets the newest of each symbol first', async () => {
    const { chain, watch } = make({ pushToPaper: createLaggingPush(createPaperPush({ venue: 'binance', url: paper.url, log: silentLog, timeoutMs: 500 }), { now: () => now }, silentLog) });
    watch.replace('7', level('102'));
    await paper.down();
    await chain.take([step('101')]);
    await chain.take([step('102'), { ...step('50'), symbol: 'ETH/USDT' }]);
    expect(done).to.include('knock 7').and.to.include('store 102');
    await paper.up();
    now += 2000;
    await chain.take([step('103')]);
    expect(paper.steps.map(({ symbol: name, price }) => `${name} ${price}`)).to.deep.equal(['BTCUSDT 102', 'ETHUSDT 50', 'BTCUSDT 103']);
  });
});
