import { expect } from 'chai';
import { qty } from '#shared/engine/num/units';
import { createHandPrices } from './hand-prices.ts';

const step = (symbol: string, price: string) => ({ market: 'usdm' as const, symbol, price: qty(price), at: 1, volume: '1', jump: false });

describe('prices set by hand', () => {
  it('hold their symbol until it is released', () => {
    const hand = createHandPrices();
    hand.note([step('BTCUSDT', '100')]);
    expect([hand.holds('usdm', 'BTCUSDT'), hand.holds('spot', 'BTCUSDT'), hand.holds('usdm', 'ETHUSDT')]).to.deep.equal([true, false, false]);
    hand.release('BTCUSDT');
    expect([hand.holds('usdm', 'BTCUSDT'), hand.since(null).held]).to.deep.equal([false, []]);
  });

  it('are told once to a follower who keeps the cursor', () => {
    const hand = createHandPrices();
    hand.note([step('BTCUSDT', '100'), step('BTCUSDT', '101')]);
    const { cursor } = hand.since(hand.since(null).cursor);
    hand.note([step('BTCUSDT', '102'), step('ETHUSDT', '9')]);
    expect(hand.since(cursor).steps.map(({ price }) => price)).to.deep.equal(['102', '9']);
    expect(hand.since(hand.since(cursor).cursor).steps).to.deep.equal([]);
  });

  it('a follower without a cursor, or with one of another life of the exchange, is told the last price of each', () => {
    const hand = createHandPrices();
    hand.note([step('BTCUSDT', '100'), step('BTCUSDT', '101'), step('ETHUSDT', '9')]);
    for (const cursor of [null, '-', 'other:2', 'x']) expect(hand.since(cursor).steps.map(({ price }) => price), String(cursor)).to.deep.equal(['101', '9']);
  });

  it('are followed once the follower comes back with the cursor it was told; without one the wait ends by itself', async () => {
    const hand = createHandPrices();
    hand.note([step('BTCUSDT', '100')]);
    const waiting = hand.followed(5_000);
    const { cursor } = hand.since(null);
    hand.since(cursor);
    expect([await waiting, await hand.followed(5_000)]).to.deep.equal([true, true]);
    hand.note([step('BTCUSDT', '101')]);
    expect(await hand.followed(1)).to.equal(false);
  });
});
