import { expect } from 'chai';
import { riskPlan } from '#test/support/risk-book';
import { qty } from '#shared/engine/num/units';
import { nextCycleAt, type CycleOccasion } from './risk-schedule.ts';
import { spreadOverLegs } from './spread-over-legs.ts';

describe('when the next risk cycle is due (R-187, R-188, R-200)', () => {
  const rows: [string, last: number | null, CycleOccasion, due: number, cycleOnFill?: boolean][] = [
    ['there was none yet: at once', null, 'time', 100_000],
    ['ten seconds after the last', 95_000, 'time', 105_000],
    ['one that is overdue: at once, not in the past', 20_000, 'time', 100_000],
    ['a fill: at once', 95_000, 'fill', 100_000],
    ['a fill, switched off: never', 95_000, 'fill', Number.POSITIVE_INFINITY, false],
    ['a fill, switched off, before the first: never', null, 'fill', Number.POSITIVE_INFINITY, false],
    ['a person: at once', 95_000, 'run_now', 100_000, false],
  ];
  for (const [title, last, occasion, due, cycleOnFill = true] of rows) it(title, () => expect(nextCycleAt(riskPlan({ cycleOnFill }), 100_000, last, occasion)).to.equal(due));
});

describe('spreading a close over legs (R-196)', () => {
  const spread = (held: string[], quantity: string, step = '0.001'): string[] =>
    spreadOverLegs(held.map((each, key) => ({ key: String(key), quantity: qty(each) })), qty(quantity), qty(step)).map(({ key, quantity: part }) => `${key}: ${part}`);
  const rows: [string, held: string[], quantity: string, parts: string[]][] = [
    ['in proportion', ['3', '2', '1'], '3', ['0: 1.5', '1: 1', '2: 0.5']],
    ['what rounding leaves comes from the first', ['1', '1', '1'], '1', ['0: 0.334', '1: 0.333', '2: 0.333']],
    ['empty legs give nothing', ['0', '2', '0'], '1', ['1: 1']],
    ['all', ['1.0005', '2.0004'], '3.0009', ['0: 1.0005', '1: 2.0004']],
    ['never more than is held', ['1', '2'], '9', ['0: 1', '1: 2']],
    ['nothing is held', ['0'], '9', []],
    ['what a leg holds beside its steps goes along', ['0.0005', '1'], '1', ['0: 0.0005', '1: 0.9995']],
  ];
  for (const [title, held, quantity, parts] of rows) it(title, () => expect(spread(held, quantity)).to.deep.equal(parts));
});
