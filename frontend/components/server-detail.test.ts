import { expect } from 'chai';
import en from '../locales/en.json';
import { bareDetail, detailKeys, readDetail } from './server-detail.ts';

describe('sentences of the server, read back into their numbers', () => {
  const cases: [sentence: string, key: string, values: Record<string, string>][] = [
    ['no free slot: 10 of 10 are taken', 'noFreeSlot', { used: '10', slots: '10' }],
    ['the price 95 is 5 % from the entry price 100, the band is 3 %', 'priceBand', { last: '95', percent: '5', entry: '100', band: '3' }],
    ['the limit price 110 is beyond what binance takes at a price of 100: at most 105', 'venueAtMost', { price: '110', venue: 'binance', last: '100', edge: '105' }],
    ['the long of SOL/USDT:USDT 15m is open (group 12)', 'oppositeOpen', { side: 'long', symbol: 'SOL/USDT:USDT', timeframe: '15m' }],
    ['below_minimum_notional: 0.41 x 10 = 4.1, the minimum is 5 USDT', 'belowNotional', { quantity: '0.41', price: '10', notional: '4.1', minimum: '5', asset: 'USDT' }],
    ['beyond_balance: needs 199.96 USDT, 100.17 of 500.15 USDT is left for it', 'beyondBalance', { needed: '199.96', left: '100.17', free: '500.15', asset: 'USDT' }],
    ['the ladder needs 999.85 USDT at 20x, 500.15 USDT is free', 'ladderNeeds', { needed: '999.85', free: '500.15', asset: 'USDT' }],
    ['3 of 5 legs are left out: the ladder needs 999.85 USDT, 500.15 USDT is free', 'legsLeftOut', { legs: '3', total: '5', needed: '999.85', free: '500.15', asset: 'USDT' }],
    ['refused by the venue, -2010 insufficient margin', 'venueRefused', { message: '-2010 insufficient margin' }],
  ];
  for (const [sentence, key, values] of cases) it(sentence, () => expect(readDetail(sentence)).to.deep.equal({ key, values }));

  it('leaves one that is not known as it came, without its code', () => {
    expect(readDetail('some_code: something new')).to.equal(null);
    expect(bareDetail('some_code: something new')).to.equal('something new');
  });
  it('has words for every one', () => expect(Object.keys(en.detail).sort()).to.deep.equal([...detailKeys].sort()));
});
