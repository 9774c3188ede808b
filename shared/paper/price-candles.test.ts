import { expect } from 'chai';
import { closeTimeOf, createCandles, openTimeOf } from './price-candles.ts';

const at = (text: string): number => Date.parse(`${text}Z`);
const brief = ({ openTime, open, high, low, close, volume }: { openTime: number; open: string; high: string; low: string; close: string; volume: string }): string =>
  `${new Date(openTime).toISOString().slice(0, 16)} ${open} ${high} ${low} ${close} ${volume}`;

describe('candles of the paper exchange', () => {
  it('open where Binance opens them: weeks on Monday, months on the first', () => {
    const moment = at('2025-11-21T13:47:12');
    const opens = Object.fromEntries(['1m', '15m', '4h', '1d', '1w', '1M'].map((interval) => [interval, new Date(openTimeOf(interval, moment)).toISOString().slice(0, 16)]));
    expect(opens).to.deep.equal({ '1m': '2025-11-21T13:47', '15m': '2025-11-21T13:45', '4h': '2025-11-21T12:00', '1d': '2025-11-21T00:00', '1w': '2025-11-17T00:00', '1M': '2025-11-01T00:00' });
    expect(new Date(closeTimeOf('1M', at('2025-11-01T00:00'))).toISOString()).to.equal('2025-11-30T23:59:59.999Z');
  });
  it('grow with every step and fold into longer ones', () => {
    const candles = createCandles();
    const steps: [string, string, string][] = [
      ['2025-11-21T10:00:05', '100', '1'],
      ['2025-11-21T10:00:50', '102', '2'],
      ['2025-11-21T10:01:10', '99.5', '1'],
      ['2025-11-21T10:05:00', '101', '4'],
    ];
    for (const [time, price, volume] of steps) candles.add('k', { price, volume, at: at(time) });
    expect(candles.list('k', '1m', { limit: 10 }).map(brief)).to.deep.equal(['2025-11-21T10:00 100 102 100 102 3', '2025-11-21T10:01 99.5 99.5 99.5 99.5 1', '2025-11-21T10:05 101 101 101 101 4']);
    expect(candles.list('k', '5m', { limit: 10 }).map(brief)).to.deep.equal(['2025-11-21T10:00 100 102 99.5 99.5 4', '2025-11-21T10:05 101 101 101 101 4']);
    expect(candles.list('k', '1m', { limit: 1 }).map(brief)).to.deep.equal(['2025-11-21T10:05 101 101 101 101 4']);
    expect(candles.list('k', '1m', { limit: 1, startTime: at('2025-11-21T10:01') }).map(brief)).to.deep.equal(['2025-11-21T10:01 99.5 99.5 99.5 99.5 1']);
    const latest = candles.latest('k', '1h');
    expect(latest && brief(latest)).to.equal('2025-11-21T10:00 100 102 99.5 101 8');
  });
  it('start anew where a replay starts over', () => {
    const candles = createCandles();
    for (const time of ['2025-11-21T10:00:05', '2025-11-21T11:00:05', '2025-11-21T10:00:05']) candles.add('k', { price: '1', volume: '1', at: at(time) });
    expect(candles.list('k', '1m', { limit: 10 }).map(brief)).to.deep.equal(['2025-11-21T10:00 1 1 1 1 1']);
  });
  it('give way to a whole candle of the feed', () => {
    const candles = createCandles();
    candles.add('k', { price: '100', volume: '1', at: at('2025-11-21T10:00:05') });
    candles.push('k', '1m', { openTime: at('2025-11-21T10:00'), open: '99', high: '103', low: '98', close: '100', volume: '50', quote: '5000', trades: 9 });
    expect(candles.list('k', '1m', { limit: 10 }).map(brief)).to.deep.equal(['2025-11-21T10:00 99 103 98 100 50']);
  });
});
