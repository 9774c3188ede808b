import { expect } from 'chai';
import fc from 'fast-check';
import { compare } from '#shared/engine/num/units';
import { createPriceWatch, type PriceLevel } from './price-watch.ts';

/** What the watch must do, said as plainly as can be: look at every level at every price. */
function createNaiveWatch() {
  let levels: (PriceLevel & { groupId: string })[] = [];
  const last = new Map<string, string>();
  const meets = ({ direction, price }: PriceLevel, at: string): boolean => (direction === 'at-or-above' ? compare(at, price) >= 0 : compare(at, price) <= 0);
  return {
    replace: (groupId: string, wanted: readonly PriceLevel[]): boolean => {
      const met = wanted.filter((level) => last.has(level.key) && meets(level, last.get(level.key)!));
      levels = [...levels.filter((level) => level.groupId !== groupId), ...wanted.filter((level) => !met.includes(level)).map((level) => ({ ...level, groupId }))];
      return met.length > 0;
    },
    onPrice: (key: string, price: string): string[] => {
      last.set(key, price);
      const met = levels.filter((level) => level.key === key && meets(level, price));
      levels = levels.filter((level) => !met.includes(level));
      return [...new Set(met.map(({ groupId }) => groupId))];
    },
    size: () => levels.length,
  };
}

const key = fc.constantFrom('binance spot BTC/USDT', 'binance usdm BTC/USDT:USDT', 'binance spot ETH/USDT');
// Neighbours that are one number but not one decimal, the same value written twice, and a wide spread.
const price = fc.oneof(
  fc.constantFrom('100', '100.0', '100.00000000000000000001', '99.99999999999999999999', '100.1'),
  fc.integer({ min: 1, max: 400 }).map((cents) => (cents / 4).toString()),
);
const level = fc.record({ key, direction: fc.constantFrom('at-or-above' as const, 'at-or-below' as const), price });
const step = fc.oneof(
  fc.record({ kind: fc.constant('replace' as const), groupId: fc.constantFrom('1', '2', '3', '4'), levels: fc.array(level, { maxLength: 5 }) }),
  fc.record({ kind: fc.constant('price' as const), key, price }),
);

describe('price watch', () => {
  it('wakes the same groups as a scan of every level, whatever comes', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const watch = createPriceWatch();
        const naive = createNaiveWatch();
        for (const one of steps) {
          if (one.kind === 'replace') expect(watch.replace(one.groupId, one.levels)).to.equal(naive.replace(one.groupId, one.levels));
          else expect(watch.onPrice(one.key, one.price).sort()).to.deep.equal(naive.onPrice(one.key, one.price).sort());
          expect(watch.size()).to.equal(naive.size());
        }
      }),
      { numRuns: 500 },
    );
  });

  it('keeps apart levels that are equal as numbers', () => {
    const watch = createPriceWatch();
    watch.replace('1', [{ key: 'k', direction: 'at-or-above', price: '100.00000000000000000002' }]);
    expect(watch.onPrice('k', '100.00000000000000000001')).to.deep.equal([]);
    expect(watch.onPrice('k', '100.00000000000000000002')).to.deep.equal(['1']);
    expect(watch.onPrice('k', '100.00000000000000000003'), 'fires once').to.deep.equal([]);
  });

  it('holds more symbols than it had room for at first', () => {
    const watch = createPriceWatch();
    for (let symbol = 0; symbol < 300; symbol += 1) watch.replace(`${symbol}`, [{ key: `s${symbol}`, direction: 'at-or-below', price: '10' }]);
    for (let symbol = 0; symbol < 300; symbol += 1) expect(watch.onPrice(`s${symbol}`, '9.99')).to.deep.equal([`${symbol}`]);
  });
});
