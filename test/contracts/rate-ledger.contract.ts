import { expect } from 'chai';
import type { RateLedger } from '#shared/ports/rate-ledger.port';

/** What every rate ledger must do; `make` gives an empty one. */
export function rateLedgerContract(name: string, make: () => Promise<RateLedger>): void {
  describe(`rate ledger: ${name}`, () => {
    const start = 1_700_000_040_000; // the start of a minute
    const minute = 60_000;
    let ledger: RateLedger;
    beforeEach(async () => (ledger = await make()));

    it('gives up to the ceiling, then names the time until the next window', async () => {
      for (const cost of [4, 5, 1]) expect(await ledger.take('a', cost, 10, minute, start)).to.equal(0);
      expect(await ledger.take('a', 1, 10, minute, start + 15_000)).to.equal(45_000);
      expect(await ledger.take('a', 0, 9, minute, start), 'what costs nothing').to.equal(0);
      expect(await ledger.take('a', 1, 11, minute, start), 'another lane has another ceiling').to.equal(0);
      expect(await ledger.take('b', 1, 10, minute, start), 'another key').to.equal(0);
      expect(await ledger.take('a', 10, 10, minute, start + minute), 'the next window').to.equal(0);
    });

    it('is raised by the venue’s figure, never lowered within a window', async () => {
      await ledger.take('a', 3, 10, minute, start);
      await ledger.raise('a', 8, minute, start);
      await ledger.raise('a', 2, minute, start);
      expect(await ledger.take('a', 3, 10, minute, start)).to.be.greaterThan(0);
      expect(await ledger.take('a', 2, 10, minute, start)).to.equal(0);
      await ledger.raise('a', 1, minute, start + minute);
      expect(await ledger.take('a', 9, 10, minute, start + minute)).to.equal(0);
    });

    it('who asks with a time before the running window takes of that one: it never goes back', async () => {
      await ledger.take('a', 8, 10, minute, start + minute);
      expect(await ledger.take('a', 3, 10, minute, start + minute - 1)).to.be.greaterThan(0);
      expect(await ledger.take('a', 2, 10, minute, start + minute - 1)).to.equal(0);
      expect(await ledger.take('a', 1, 10, minute, start + minute + 1), 'nothing is forgotten').to.be.greaterThan(0);
    });

    it('gives nothing while a ban runs, the longest one', async () => {
      await ledger.ban('a', start + 100_000);
      await ledger.ban('a', start + 5_000);
      expect(await ledger.take('a', 0, 10, minute, start)).to.equal(100_000);
      expect(await ledger.take('a', 1, 10, minute, start + minute)).to.equal(40_000);
      expect(await ledger.take('b', 1, 10, minute, start)).to.equal(0);
      expect(await ledger.take('a', 1, 10, minute, start + 100_000)).to.equal(0);
    });

    it('never gives more than the ceiling to many at once', async () => {
      const taken = await Promise.all(Array.from({ length: 50 }, () => ledger.take('a', 1, 20, minute, start)));
      expect(taken.filter((wait) => wait === 0)).to.have.length(20);
    });
  });
}
