import { expect } from 'chai';
import { ShellStory } from '#test/support/shell-story';
import { memoryRig } from '#test/support/store-rig';
import { createDispatcher } from './dispatcher.ts';

const [protective, entry] = [1, 10];

describe('first attempts without the queue', () => {
  /** A dispatcher over a store whose rows are all done already, so that only what it takes is seen. */
  const dispatcher = async (venueLimits: boolean) => createDispatcher((await ShellStory.on(memoryRig())).ports, venueLimits);
  const taken = (take: (id: string, priority: number) => boolean, count: number, priority: number): number => Array.from({ length: count }, (_, index) => take(`none ${index}`, priority)).filter(Boolean).length;
  const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

  it('under venue limits a process takes fifty entries in ten seconds; the others go through the queue', async () => {
    const { take, stop } = await dispatcher(true);
    let entries = 0;
    for (let round = 0; round < 4; round += 1) {
      entries += taken(take, 20, entry);
      await settle();
    }
    expect(entries).to.equal(50);
    expect(taken(take, 5, protective), 'a close does not wait behind them').to.equal(5);
    await stop();
  });

  it('no more at once than the process can carry, and a reserve for what protects', async () => {
    const { take, stop } = await dispatcher(false);
    expect([taken(take, 100, entry), taken(take, 100, protective)]).to.deep.equal([32, 32]);
    await stop();
  });

  it('nothing new while it stops', async () => {
    const { take, stop } = await dispatcher(false);
    await stop();
    expect(take('none', protective)).to.equal(false);
  });
});
