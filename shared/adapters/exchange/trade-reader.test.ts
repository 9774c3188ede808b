import { expect } from 'chai';
import type { TradePage } from './trade-reader.ts';
import { readTrades } from './trade-reader.ts';

const dayMs = 86_400_000;
const from = 1_700_000_000_000;

/** A venue's trade list with Binance's rules: 1000 rows a page, oldest first; a start time and a trade id exclude each other. */
function venue(times: readonly number[]): { page: (params: TradePage) => Promise<{ id: number; time: number }[]>; pages: TradePage[] } {
  const rows = times.map((time, index) => ({ id: 1_000 + index, time }));
  const pages: TradePage[] = [];
  return {
    pages,
    page: async (params) => {
      pages.push(params);
      if (params['fromId'] !== undefined && params['startTime'] !== undefined) throw new Error('fromId and startTime together');
      const { fromId, startTime, endTime, limit } = params;
      return rows.filter((row) => (fromId === undefined ? row.time >= Number(startTime) && row.time <= Number(endTime) : row.id >= Number(fromId))).slice(0, Number(limit));
    },
  };
}

describe('reading trades', () => {
  const stories: readonly [string, 'spot' | 'usdm', number[], number][] = [
    ['none', 'spot', [], 1],
    ['a few', 'spot', [from, from + 5, from + 5], 1],
    ['exactly a page', 'usdm', Array.from({ length: 1_000 }, (_, index) => from + index), 2],
    ['three pages, a thousand of them in one millisecond', 'usdm', Array.from({ length: 2_500 }, (_, index) => from + Math.max(0, index - 999)), 3],
    ['days apart', 'spot', [from, from + dayMs - 1, from + dayMs, from + 2 * dayMs + 7], 3],
    ['after an empty day', 'spot', [from + 2 * dayMs], 3],
  ];
  for (const [name, market, times, pages] of stories)
    it(name, async () => {
      const list = venue(times);
      const now = Math.max(from, ...times);
      const read = await readTrades(market, from, now, list.page);
      expect(read.map((row) => row['id'])).to.deep.equal(times.map((_, index) => 1_000 + index));
      expect(list.pages).to.have.length(pages);
    });

  it('asks at least once when the venue’s clock is ahead of ours', async () => {
    const list = venue([from + 500]);
    expect(await readTrades('spot', from + 400, from, list.page)).to.have.length(1);
  });
});
