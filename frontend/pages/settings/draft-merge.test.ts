import { expect } from 'chai';
import { rebase } from './draft-merge.ts';

const base = { pool: { open: 10, limit: 50 }, levels: [{ gap: 0 }, { gap: -1 }] };
const pool = (open: number, limit = 50) => ({ ...base, pool: { open, limit } });

describe('two browsers at one draft', () => {
  it('puts edits of different settings together', () => expect(rebase(base, pool(5), pool(10, 80))).to.deep.equal({ draft: pool(5, 80), theirs: ['pool.limit'], clashes: [] }));

  it('names a setting that both changed, and lets the own value stand', () => expect(rebase(base, pool(5), pool(7, 80))).to.deep.equal({ draft: pool(5, 80), theirs: ['pool.open', 'pool.limit'], clashes: ['pool.open'] }));

  it('sees no clash where both say the same', () => expect(rebase(base, pool(5), pool(5)).clashes).to.deep.equal([]));

  it('takes a list as one setting', () => {
    const mine = { ...base, levels: [{ gap: 0 }, { gap: -2 }] };
    const theirs = { ...base, levels: [{ gap: 0 }] };
    expect(rebase(base, mine, theirs)).to.deep.equal({ draft: mine, theirs: ['levels'], clashes: ['levels'] });
  });

  it('takes over what others did where nothing is edited here', () => expect(rebase(base, base, pool(7)).draft).to.deep.equal(pool(7)));
});
