import { expect } from 'chai';
import type { GroupWakes } from '#shared/adapters/market-data/wake-levels.query';
import { price } from '#shared/engine/num/units';
import { createPriceWatch, priceKey } from '#shared/shell/price-watch';
import { waitFor } from '#test/support/wait-for';
import { createWakeReader } from './wake-reader.ts';

const symbol = 'BTC/USDT:USDT';
const key = priceKey('binance', 'usdm', symbol);
const group = (groupId: string, ...prices: string[]): GroupWakes => ({ groupId, market: 'usdm', conditions: prices.map((each) => ({ symbol, direction: 'at-or-above', price: price(each) })) });

describe('wake reader', () => {
  const make = (gate: Promise<void> = Promise.resolve()) => {
    const table: { rows: GroupWakes[] } = { rows: [] };
    const woken: string[] = [];
    const reading: string[] = [];
    const watch = createPriceWatch();
    const reader = createWakeReader({
      venue: 'binance',
      watch,
      readAll: async () => {
        const { rows } = table;
        reading.push('all');
        await gate;
        return rows;
      },
      readSome: async (groupIds) => table.rows.filter(({ groupId }) => groupIds.includes(groupId)),
      wake: async (groupIds) => void woken.push(...groupIds),
    });
    const tick = (at: string): string[] => {
      const fired = watch.onPrice(key, at);
      reader.fired(fired);
      return fired;
    };
    return { table, woken, reading, watch, reader, tick };
  };

  it('arms what the table says, changes with it, and disarms what left it', async () => {
    const { table, watch, reader, tick } = make();
    table.rows = [group('1', '110'), group('2', '120')];
    await reader.readAll();
    expect(watch.size()).to.equal(2);
    table.rows = [group('1', '115')];
    await reader.read('1');
    expect(tick('112')).to.deep.equal([]);
    expect(tick('115')).to.deep.equal(['1']);
    await reader.readAll();
    expect(tick('130'), 'group 2 is gone').to.deep.equal([]);
  });

  it('wakes at once where the last price meets the condition already', async () => {
    const { table, woken, reader, tick } = make();
    tick('111');
    table.rows = [group('1', '110')];
    await reader.read('1');
    expect(woken).to.deep.equal(['1']);
  });

  it('a stop that was passed while nobody watched is reached by the first price, however far beyond', async () => {
    const { table, reader, tick } = make();
    table.rows = [{ groupId: '1', market: 'usdm', conditions: [{ symbol, direction: 'at-or-below', price: price('95') }] }];
    await reader.readAll();
    expect(tick('80')).to.deep.equal(['1']);
  });

  it('arms again what fired and still stands, at the next full reading and not before', async () => {
    const { table, woken, reader, tick } = make();
    table.rows = [group('1', '110')];
    await reader.readAll();
    expect(tick('110')).to.deep.equal(['1']);
    await reader.read('1');
    expect(woken, 'a message about an unchanged condition does not ask in a circle').to.deep.equal([]);
    await reader.readAll();
    expect(woken, 'the job may have been lost').to.deep.equal(['1']);
    tick('109');
    await reader.readAll();
    expect(tick('110')).to.deep.equal(['1']);
  });

  it('does not let a slow answer overwrite a newer one', async () => {
    let open = (): void => {};
    const { table, reading, reader, tick, watch } = make(new Promise((resolve) => (open = resolve)));
    table.rows = [group('1', '110')];
    const slow = reader.readAll();
    await waitFor('the slow reading to have its rows', () => reading.length === 1);
    table.rows = [group('1', '120')];
    const newer = reader.read('1');
    open();
    await Promise.all([slow, newer]);
    expect(watch.size()).to.equal(1);
    expect(tick('115')).to.deep.equal([]);
    expect(tick('120')).to.deep.equal(['1']);
  });
});
