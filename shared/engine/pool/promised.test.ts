import { expect } from 'chai';
import { money } from '#shared/engine/num/units';
import { signal } from '#test/support/engine-story';
import { emptyPool, type Pool } from './pool.ts';
import { withPromise } from './promised.ts';

/** A pool that has promised 10 USDT every `everyMs` to `count` signals, no balance having been heard since. */
function flooded(count: number, everyMs: number): Pool {
  let pool = emptyPool('1');
  for (let index = 0; index < count; index += 1) pool = withPromise(pool, signal({ signalId: String(index) }), 'USDT', money('10'), { now: 100_000 + index * everyMs, accounts: {} });
  return pool;
}
const total = (pool: Pool): number => (pool.promised ?? []).reduce((sum, { amount }) => sum + Number(amount), 0);

describe('money promised to ladders', () => {
  it('is kept one by one for a few signals', () => expect(flooded(16, 10).promised?.map(({ signalId }) => signalId)).to.deep.equal(Array.from({ length: 16 }, (_, index) => String(index))));

  it('is summed up in a flood: nothing is forgotten, and what is written with every signal stays small', () => {
    const pool = flooded(500, 10);
    expect([total(pool), (pool.promised?.length ?? 0) <= 30]).to.deep.equal([5_000, true]);
  });

  it('a sum ends when its newest does: once a balance shows the orders', () => {
    const pool = flooded(500, 10);
    const after = withPromise(pool, signal({ signalId: 'next' }), 'USDT', money('10'), { now: 110_000, accounts: { [signal().accountId]: { at: 108_000, assets: {}, leverage: {} } } });
    expect(after.promised?.map(({ signalId }) => signalId)).to.deep.equal(['next']);
  });
});
