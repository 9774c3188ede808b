import { expect } from 'chai';
import type { Candle } from '#shared/ports/market-data.port';
import type { CandlePosition, CandleStep } from '#shared/ports/price-source.port';
import { candlePath } from './candle-path.ts';
import { candleSteps, firstPosition } from './candle-source.ts';

const candle = (at: number, open: string, high: string, low: string, close: string): Candle => ({ at, open, high, low, close, volume: '1' });

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const collected: T[] = [];
  for await (const item of items) collected.push(item);
  return collected;
}

describe('candle path', () => {
  const table: [what: string, open: string, high: string, low: string, close: string, path: string][] = [
    ['rises: low before high', '100', '110', '95', '105', '100 95 110 105'],
    ['falls: high before low', '100', '110', '95', '97', '100 110 95 97'],
    ['closes where it opened: counts as rising', '100', '110', '95', '100', '100 95 110 100'],
    ['equal in value though not in writing', '100', '110', '95', '100.0', '100 95 110 100.0'],
    ['rises from its low', '95', '110', '95', '105', '95 95 110 105'],
    ['falls by the last decimal', '100.01', '101', '99', '100.00', '100.01 101 99 100.00'],
    ['stands still', '7', '7', '7', '7', '7 7 7 7'],
    ['as text 9 is more than 10, as a number it is not', '9', '10', '9', '10', '9 9 10 10'],
  ];
  for (const [what, open, high, low, close, path] of table)
    it(what, () => {
      expect(candlePath({ open, high, low, close }).join(' ')).to.equal(path);
    });
});

describe('candle source', () => {
  const candles = [candle(0, '100', '110', '95', '105'), candle(60_000, '105', '106', '90', '91')];
  const all = async (from: CandlePosition): Promise<CandleStep[]> => collect(candleSteps(candles.slice(from.candle), 60_000, from));

  it('spreads the steps of each candle evenly over its span', async () => {
    const steps = await all(firstPosition);
    expect(steps.map(({ price, at }) => `${at}:${price}`)).to.deep.equal(['0:100', '15000:95', '30000:110', '45000:105', '60000:105', '75000:106', '90000:90', '105000:91']);
  });

  it('hands out a candle only with its last step', async () => {
    const steps = await all(firstPosition);
    expect(steps.map(({ closed }) => closed?.at ?? null)).to.deep.equal([null, null, null, 0, null, null, null, 60_000]);
  });

  it('goes on at every place exactly as if it had never stopped', async () => {
    const steps = await all(firstPosition);
    for (const [index, { next }] of steps.entries()) expect(await all(next), `after step ${index}`).to.deep.equal(steps.slice(index + 1));
  });
});
