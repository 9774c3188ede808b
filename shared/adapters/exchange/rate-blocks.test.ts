import { expect } from 'chai';
import type { RateLedger } from '#shared/ports/rate-ledger.port';
import { rateLedgerContract } from '#test/contracts/rate-ledger.contract';
import { inBlocks } from './rate-blocks.ts';
import { createMemoryLedger } from './rate-budget.ts';

rateLedgerContract('in blocks', async () => inBlocks(createMemoryLedger()));

describe('a rate ledger in blocks', () => {
  const start = 1_700_000_040_000; // the start of a minute
  const minute = 60_000;
  let asked: number[];
  let shared: RateLedger;
  beforeEach(() => {
    asked = [];
    const memory = createMemoryLedger();
    shared = { ...memory, take: (key, cost, ...rest) => (asked.push(cost), memory.take(key, cost, ...rest)) };
  });
  const many = async (ledger: RateLedger, times: number, cost: number, ceiling: number, at: (index: number) => number): Promise<number[]> => {
    const waits: number[] = [];
    for (let index = 0; index < times; index += 1) waits.push(await ledger.take('a', cost, ceiling, minute, at(index)));
    return waits;
  };

  it('a ladder of 25 calls one after the other asks six times, never ahead by more than has left', async () => {
    expect(await many(inBlocks(shared), 25, 1, 4_800, (index) => start + index)).to.deep.equal(Array<number>(25).fill(0));
    expect(asked).to.deep.equal([1, 2, 4, 8, 8, 8]);
  });

  it('a ladder of 25 calls at once asks twice, for what it uses', async () => {
    const ledger = inBlocks(shared);
    expect(await Promise.all(Array.from({ length: 25 }, () => ledger.take('a', 1, 240, 10_000, start)))).to.deep.equal(Array<number>(25).fill(0));
    expect(asked).to.deep.equal([1, 24]);
  });

  const reads: [what: string, cost: number, everyMs: number][] = [
    ['a poll every two seconds', 1, 2_000],
    ['balances, read every five seconds', 5, 5_000],
    ['reads of a comparison, one after the other', 5, 20],
    ['all orders of an account', 40, 20],
  ];
  for (const [what, cost, everyMs] of reads) {
    it(`${what}: no more is used up than leaves`, async () => {
      expect(await many(inBlocks(shared), 10, cost, 960, (index) => start + index * everyMs)).to.deep.equal(Array<number>(10).fill(0));
      expect(asked).to.deep.equal(Array<number>(10).fill(cost));
    });
  }

  it('a question that fails is asked again by those who wait for it', async () => {
    let down = true;
    const ledger = inBlocks({ ...shared, take: async (...args) => (down ? ((down = false), Promise.reject(new Error('no connection'))) : shared.take(...args)) });
    const settled = await Promise.allSettled(Array.from({ length: 3 }, () => ledger.take('a', 1, 100, minute, start)));
    expect(settled.map(({ status }) => status)).to.deep.equal(['rejected', 'fulfilled', 'fulfilled']);
  });

  it('calls that cost nothing ask as rarely, and are stopped by a ban all the same', async () => {
    const ledger = inBlocks(shared);
    await many(ledger, 16, 0, 100, () => start);
    expect(asked).to.have.length(2);
    await ledger.ban('a', start + 5_000);
    expect(await ledger.take('a', 0, 100, minute, start)).to.equal(5_000);
  });

  it('a ban that another process learnt of is heeded after 250 ms', async () => {
    const ledger = inBlocks(shared);
    await many(ledger, 4, 1, 4_800, () => start);
    await shared.ban('a', start + 5_000);
    expect(await many(ledger, 2, 1, 4_800, (index) => start + 249 + index)).to.deep.equal([0, 4_750]);
  });

  it('a window’s block does not serve the next window', async () => {
    const ledger = inBlocks(shared);
    expect(await many(ledger, 5, 1, 4_800, (index) => start + minute - 4 + index)).to.deep.equal([0, 0, 0, 0, 0]);
    expect(asked).to.deep.equal([1, 2, 4, 5]);
  });

  it('processes together never pass the ceiling, and use it to the last call', async () => {
    const processes = Array.from({ length: 3 }, () => inBlocks(shared));
    let taken = 0;
    for (let index = 0; index < 300; index += 1) if ((await processes[index % 3]!.take('a', 1, 100, minute, start)) === 0) taken += 1;
    expect(taken).to.equal(100);
  });
});
