import { expect } from 'chai';
import { marketsOf, pairOfFile, readPair, venueSymbolOf } from './pair.ts';
import { candleStart, timeframeMs, timeframeOfSpan } from '#shared/contracts/timeframe-span';

describe('pairs', () => {
  for (const [text, pair] of [
    ['BTCUSDT', 'BTC/USDT'],
    ['btcusdt.p', 'BTC/USDT'],
    ['BTC/USDT', 'BTC/USDT'],
    ['BTC/USDT:USDT', 'BTC/USDT'],
    ['1000PEPEUSDT', '1000PEPE/USDT'],
    ['BTCFDUSD', 'BTC/FDUSD'],
    ['ETHBTC', 'ETH/BTC'],
    ['USDT', null],
    ['BTC-PERP', null],
    ['', null],
  ] as const)
    it(`"${text}" is ${pair}`, () => {
      const read = readPair(text);
      expect(read && `${read.base}/${read.quote}`).to.equal(pair);
    });

  it('takes the pair from the beginning of a file name', () => {
    expect(pairOfFile('BTCUSDT_5m.csv')).to.deep.equal({ base: 'BTC', quote: 'USDT' });
    expect(pairOfFile('ethusdc-1m-2025.csv')).to.deep.equal({ base: 'ETH', quote: 'USDC' });
    expect(pairOfFile('candles.csv')).to.equal(null);
  });

  it('knows the markets of a pair and the symbol the venue uses in both', () => {
    const markets = marketsOf({ base: 'BTC', quote: 'USDT' });
    expect(markets).to.deep.equal([
      { market: 'spot', symbol: 'BTC/USDT' },
      { market: 'usdm', symbol: 'BTC/USDT:USDT' },
    ]);
    expect(markets.map(({ symbol }) => venueSymbolOf(symbol))).to.deep.equal(['BTCUSDT', 'BTCUSDT']);
    expect(marketsOf({ base: 'ETH', quote: 'BTC' })).to.deep.equal([{ market: 'spot', symbol: 'ETH/BTC' }]);
  });
});

describe('timeframes', () => {
  for (const [name, ms] of [['30s', 30_000], ['1m', 60_000], ['15m', 900_000], ['4h', 14_400_000], ['1d', 86_400_000], ['1w', 604_800_000]] as const)
    it(`${name} is ${ms} ms and back`, () => {
      expect(timeframeMs(name)).to.equal(ms);
      expect(timeframeOfSpan(ms)).to.equal(name);
    });
  for (const name of ['', '0m', '5', '1M', 'm5', '-1m']) it(`"${name}" is none`, () => expect(timeframeMs(name)).to.equal(null));

  it('counts weeks from Monday', () => {
    expect(new Date(candleStart(Date.UTC(2025, 0, 9, 12), 604_800_000)).toISOString()).to.equal('2025-01-06T00:00:00.000Z');
  });
});
