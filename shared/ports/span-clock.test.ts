import { expect } from 'chai';
import { spanNow } from './span-clock.ts';

describe('the clock for spans', () => {
  const real = { wall: Date.now, running: performance.now };
  const by = { wall: 0, running: 0 };
  before(() => {
    Date.now = () => Math.round(real.wall() + by.wall);
    performance.now = () => real.running.call(performance) + by.running;
  });
  afterEach(() => Object.assign(by, { wall: 0, running: 0 }));
  after(() => {
    Date.now = real.wall;
    performance.now = real.running;
  });
  for (const { title, wall, running, span } of [
    { title: 'the process was stopped: both clocks go on', wall: 60_000, running: 60_000, span: 60_000 },
    { title: 'the machine was suspended: the monotonic clock stands still', wall: 3_600_000, running: 0, span: 3_600_000 },
    { title: 'the wall clock is set forward', wall: 5_000, running: 0, span: 5_000 },
    { title: 'the wall clock is set back: no span shrinks', wall: -7_200_000, running: 0, span: 0 },
    { title: 'the wall clock is slewed by some milliseconds', wall: 40, running: 0, span: 0 },
  ]) {
    it(title, () => {
      const before = spanNow();
      Object.assign(by, { wall, running });
      // `Date.now()` is whole milliseconds: a span that it tells may be one short.
      expect(spanNow() - before).to.be.within(span - 2, span + 450);
    });
  }
});
