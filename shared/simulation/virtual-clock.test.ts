import { expect } from 'chai';
import { inTurns } from '#shared/ports/in-turns';
import { createVirtualClock } from './virtual-clock.ts';

describe('virtual clock', () => {
  it('stands still while work waits for its next turn', async () => {
    const clock = createVirtualClock(0);
    const items = Array.from({ length: 101 }, (_, index) => index);
    const done: number[] = [];
    let seen = -1;
    clock.after(1, () => void inTurns(items, () => void done.push(clock.now())));
    clock.after(2, () => void (seen = done.length));
    await clock.run(10);
    expect([seen, [...new Set(done)]]).to.deep.equal([101, [1]]);
  });
});
