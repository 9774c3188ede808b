import type { Page, Position, PositionDetail, SignalSummary, Status } from '#shared/contracts/http';
import type { InfiniteData, QueryClient } from '@tanstack/react-query';
import { expect } from 'chai';
import { applyLive, type LiveEntry } from './apply-live.ts';
import { createCache, keys } from './cache.ts';

const position = (change: Partial<Position>): Position => ({
  id: 'g1', accountId: 'a1', accountName: 'paper', mode: 'paper', exchange: 'binance', market: 'usdm', symbol: 'BTC/USDT:USDT', timeframe: '15m', side: 'long', status: 'active', tpMode: 'per_leg',
  pyramidCount: 0, maxPyramids: 5, quantity: '0.01', priceEntryAverage: '100000', priceLast: '100000', pnlRealised: '0', pnlUnrealised: '0', pnlUnrealisedPercent: '0', feesPaid: '0', value: '1000',
  quoteAsset: 'USDT', priceDecimals: 1, quantityDecimals: 3, openedAt: '2026-11-21T14:00:00Z', closedAt: null, closeReason: null, legsFilled: 1, legsTotal: 5, ...change,
});
const live = (event: LiveEntry['event'], id: string, data: object): LiveEntry => ({ event, message: { id, at: '2026-11-21T14:00:01Z', data } });
const price = (symbol: string, at: string): LiveEntry => live('price', 'prices', { prices: [{ exchange: 'binance', market: 'usdm', symbol, price: at, at: '' }] });

const caches: QueryClient[] = [];

function cacheWith(positions: Position[]) {
  const cache = createCache();
  caches.push(cache);
  cache.setQueryData(keys.positionsOpen, positions);
  return { cache, open: () => cache.getQueryData<Position[]>(keys.positionsOpen) ?? [], stale: (key: readonly unknown[]) => cache.getQueryState(key)?.isInvalidated === true };
}

describe('live messages reach what the page shows', () => {
  // What lies in a cache is kept by a timer, which would keep the test run alive.
  afterEach(() => caches.splice(0).forEach((cache) => cache.clear()));

  it('changes a position in place, the last word counting', () => {
    const { cache, open } = cacheWith([position({}), position({ id: 'g2' })]);
    applyLive(cache, [live('position', 'g1', { quantity: '0.02' }), live('position', 'g1', { quantity: '0.03', legsFilled: 3 })]);
    expect(open().map((each) => [each.id, each.quantity, each.legsFilled])).to.deep.equal([['g1', '0.03', 3], ['g2', '0.01', 1]]);
  });

  it('adds a position that comes whole, and asks the server for one that comes in part', () => {
    const { cache, open, stale } = cacheWith([]);
    applyLive(cache, [live('position', 'g7', position({ id: 'g7' }))]);
    expect([open().map((each) => each.id), stale(keys.positionsOpen)]).to.deep.equal([['g7'], false]);
    applyLive(cache, [live('position', 'g8', { quantity: '1' })]);
    expect([open().map((each) => each.id), stale(keys.positionsOpen)]).to.deep.equal([['g7'], true]);
  });

  it('takes a closed position off the open ones', () => {
    const { cache, open } = cacheWith([position({})]);
    applyLive(cache, [live('position', 'g1', { status: 'closed' })]);
    expect(open()).to.deep.equal([]);
  });

  it('revalues by price, in the list and on the page of a position', () => {
    const { cache, open } = cacheWith([position({}), position({ id: 'g2', symbol: 'ETH/USDT:USDT' })]);
    cache.setQueryData(keys.position('g1'), position({}));
    applyLive(cache, [price('BTC/USDT:USDT', '100500')]);
    expect(open().map((each) => Number(each.pnlUnrealised))).to.deep.equal([5, 0]);
    expect(cache.getQueryData<PositionDetail>(keys.position('g1'))?.priceLast).to.equal('100500');
  });

  it('asks again for a position whose order changed', () => {
    const { cache, stale } = cacheWith([position({})]);
    cache.setQueryData(keys.position('g1'), position({}));
    applyLive(cache, [live('order', 'o1', { clientOrderId: 'o1', groupId: 'g1', status: 'filled' })]);
    expect(stale(keys.position('g1'))).to.equal(true);
  });

  it('changes known signals and asks for the list when a new one came', () => {
    const { cache, stale } = cacheWith([]);
    const key = keys.signals({ limit: 10 });
    const signal = { id: 's1', status: 'pending' } as SignalSummary;
    cache.setQueryData<InfiniteData<Page<SignalSummary>>>(key, { pages: [{ data: [signal], nextCursor: null }], pageParams: [null] });
    applyLive(cache, [live('signal', 's1', { status: 'done' })]);
    expect([cache.getQueryData<InfiniteData<Page<SignalSummary>>>(key)?.pages[0]?.data[0]?.status, stale(key)]).to.deep.equal(['done', false]);
    applyLive(cache, [live('signal', 's2', { status: 'pending' })]);
    expect(stale(key)).to.equal(true);
  });

  it('asks again for the chain of a signal whose group went on, and for no other', () => {
    const { cache, stale } = cacheWith([]);
    cache.setQueryData(keys.signal('s1'), { groupId: 'g1' });
    cache.setQueryData(keys.signal('s2'), { groupId: 'g2' });
    cache.setQueryData(keys.signal('s3'), { groupId: null });
    applyLive(cache, [live('order', 'o', { groupId: 'g1' })]);
    expect([stale(keys.signal('s1')), stale(keys.signal('s2')), stale(keys.signal('s3'))]).to.deep.equal([true, false, true]);
  });

  it('merges the status and leaves an unknown one alone; asks again where only a change is told', () => {
    const { cache, stale } = cacheWith([]);
    const paused = live('status', 's', { engine: 'paused' });
    applyLive(cache, [paused]);
    expect(cache.getQueryData(keys.status)).to.equal(undefined);
    cache.setQueryData(keys.status, { version: '1', engine: 'running' });
    applyLive(cache, [paused]);
    expect([cache.getQueryData<Status>(keys.status), stale(keys.status)]).to.deep.equal([{ version: '1', engine: 'paused' }, false]);
    applyLive(cache, [live('status', 's', {})]);
    expect(stale(keys.status)).to.equal(true);
  });

  it('asks again for the queue and the log, of which messages only say that they changed', () => {
    const { cache, stale } = cacheWith([]);
    cache.setQueryData(keys.queue, []);
    cache.setQueryData(keys.logs({}), { pages: [], pageParams: [] });
    applyLive(cache, [live('queue', 'q', {}), live('log', 'l', {})]);
    expect([stale(keys.queue), stale(keys.logs({}))]).to.deep.equal([true, true]);
  });
});
