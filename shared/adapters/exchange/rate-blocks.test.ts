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

  it('a ladder of 25 calls asks four times', async () => {
    expect(await many(inBlocks(shared), 25, 1, 4_800, (index) => start + index)).to.deep.equal(Array<number>(25).fill(0));
    expect(asked).to.deep.equal([8, 8, 8, 8]);
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
    await ledger.take('a', 1, 4_800, minute, start);
    await shared.ban('a', start + 5_000);
    expect(await many(ledger, 2, 1, 4_800, (index) => start + 249 + index)).to.deep.equal([0, 4_750]);
  });

  it('a window’s block does not serve the next window', async () => {
    const ledger = inBlocks(shared);
    expect(await many(ledger, 2, 1, 4_800, (index) => start + minute - 1 + index)).to.deep.equal([0, 0]);
    expect(asked).to.deep.equal([8, 8]);
  });

  it('processes together never pass the ceiling, and use it to the last call', async () => {
    const processes = Array.from({ length: 3 }, () => inBlocks(shared));
    let taken = 0;
    for (let index = 0; index < 300; index += 1) if ((await processes[index % 3]!.take('a', 1, 100, minute, start)) === 0) taken += 1;
    expect(taken).to.equal(100);
  });
});
