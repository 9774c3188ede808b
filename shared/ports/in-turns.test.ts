import { expect } from 'chai';
import { inTurns } from './in-turns.ts';

describe('work on many items in turns', () => {
  const items = Array.from({ length: 101 }, (_, index) => index);

  it('answers in the order of the items, whether they are made at once or later', async () => {
    const doubled = items.map((item) => item * 2);
    expect(await inTurns(items, (item) => item * 2)).to.deep.equal(doubled);
    expect(await inTurns(items, async (item) => Promise.resolve(item * 2))).to.deep.equal(doubled);
    expect(await inTurns([], () => 'never')).to.deep.equal([]);
  });

  it('lets other work of the process in between', async () => {
    const seen: number[] = [];
    let done = 0;
    const look = (): void => {
      seen.push(done);
      if (done < items.length) setImmediate(look);
    };
    setImmediate(look);
    await inTurns(items, () => void (done += 1));
    expect(seen.filter((at) => at < items.length).length).to.equal(10);
  });

  it('rejects with the first item that does, and goes no further', async () => {
    let last = -1;
    const failed = await inTurns(items, (item) => {
      last = item;
      if (item === 42) throw new Error('no such rules');
    }).then(() => 'done', (error: Error) => error.message);
    expect([failed, last]).to.deep.equal(['no such rules', 42]);
  });
});
