import { expect } from 'chai';
import { readSymbol, unifiedSymbol } from './symbol-text.ts';
import { timeframeOf } from './timeframe-text.ts';

describe('timeframes (E-52)', () => {
  for (const [text, stored] of [
    ['15', '15m'],
    ['60', '1h'],
    ['1H', '1h'],
    ['1h', '1h'],
    ['240', '4h'],
    ['D', '1d'],
    ['1D', '1d'],
    ['1440', '1d'],
    ['W', '1w'],
    ['7D', '1w'],
    ['30S', '30s'],
    ['60S', '1m'],
    ['1', '1m'],
    ['15m', '15m'],
    [' 5 ', '5m'],
    ['90', '90m'],
    ['M', '1M'],
    ['3M', '3M'],
  ] as const)
    it(`${JSON.stringify(text)} is ${stored}`, () => expect(timeframeOf(text)).to.equal(stored));

  for (const text of ['', ' ', '0', '-15', '1.5', '15M', '2Y', 'abc', '1e3', '99999', '0x10', 'm', '１５', '15\u0000'])
    it(`${JSON.stringify(text)} is none`, () => expect(timeframeOf(text)).to.equal(null));
});

describe('symbols (E-52)', () => {
  for (const [text, compact, base, quote] of [
    ['BTCUSDT', 'BTCUSDT', 'BTC', 'USDT'],
    ['btcusdt', 'BTCUSDT', 'BTC', 'USDT'],
    ['BTCUSDT.P', 'BTCUSDT', 'BTC', 'USDT'],
    ['BTC/USDT', 'BTCUSDT', 'BTC', 'USDT'],
    ['BTC/USDT:USDT', 'BTCUSDT', 'BTC', 'USDT'],
    ['1000PEPEUSDT', '1000PEPEUSDT', '1000PEPE', 'USDT'],
    ['BTCFDUSD', 'BTCFDUSD', 'BTC', 'FDUSD'],
    ['ETHBTC', 'ETHBTC', 'ETH', 'BTC'],
    ['BINANCE:BTCUSDT.P', 'BTCUSDT', 'BTC', 'USDT'],
    ['WEIRDPAIR', 'WEIRDPAIR', null, null],
    ['USDT', 'USDT', null, null],
  ] as const)
    it(`${text} is ${base ?? '?'} in ${quote ?? '?'}`, () => expect(readSymbol(text)).to.include({ compact, base, quote }));

  for (const text of ['', 'BTC USDT', 'BTC-USDT', 'ВТСUSDT', 'BTC/USDT:BTC', 'BTC/', '../etc', 'A'.repeat(60), 'BTCUSDT.PP'])
    it(`${JSON.stringify(text)} is none`, () => expect(readSymbol(text)).to.equal(null));

  it('is written for the market', () => {
    expect(unifiedSymbol('BTC', 'USDT', 'spot')).to.equal('BTC/USDT');
    expect(unifiedSymbol('BTC', 'USDT', 'usdm')).to.equal('BTC/USDT:USDT');
  });
});
