import { expect } from 'chai';
import { slotsAfterForce } from './queue-words.ts';

describe('the pool after an entry was forced in', () => {
  const pool = { slots: 10, used: 10, waiting: 1 };
  const counts = { max_open_groups: 10, count_pyramids_toward_pool: false, count_dca_toward_pool: false, queue_limit: 50 };
  const group = { continuation: false };
  const pyramid = { continuation: true };
  it('a new group makes it 11 of 10', () => expect(slotsAfterForce(group, pool, counts)).to.equal(11));
  it('a pyramid takes a slot only where pyramids do', () => expect([false, true].map((taken) => slotsAfterForce(pyramid, pool, { ...counts, count_pyramids_toward_pool: taken }))).to.deep.equal([10, 11]));
  it('is not told where legs take slots', () => expect(slotsAfterForce(group, pool, { ...counts, count_dca_toward_pool: true })).to.equal(null));
});
