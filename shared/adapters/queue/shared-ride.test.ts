import { expect } from 'chai';
import { sharedRide } from './shared-ride.ts';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('knocks that ride together', () => {
  it('alone a knock has a job of its own at once; those that come while two adds are under way share the next', async () => {
    const jobs: string[][] = [];
    const ends: (() => void)[] = [];
    const knock = sharedRide<string>(
      (ids) =>
        new Promise((resolve) => {
          jobs.push(ids);
          ends.push(resolve);
        }),
    );
    const done = ['1', '2', '3', '4', '5'].map((id) => knock([id]));
    await turn();
    expect(jobs).to.deep.equal([['1'], ['2']]);
    ends[0]?.();
    await turn();
    expect(jobs).to.deep.equal([['1'], ['2'], ['3', '4', '5']]);
    ends[1]?.();
    ends[2]?.();
    await Promise.all(done);
  });

  it('a job takes sixteen at the most', async () => {
    const jobs: string[][] = [];
    const knock = sharedRide<string>(async (ids) => {
      jobs.push(ids);
      await turn();
    });
    await knock(Array.from({ length: 20 }, (_, index) => String(index)));
    expect(jobs.map((ids) => ids.length)).to.deep.equal([16, 4]);
  });

  it('a failed add fails the knocks in it and no others', async () => {
    let first = true;
    const knock = sharedRide<string>(async () => {
      await turn();
      if (first) {
        first = false;
        throw new Error('the queue is away');
      }
    });
    expect(await knock(['1']).catch((error: Error) => error.message)).to.equal('the queue is away');
    await knock(['2']);
  });
});
