import { expect } from 'chai';
import type { RateLedger } from '#shared/ports/rate-ledger.port';
import { waitFor } from '#test/support/wait-for';

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

    for (const windowMs of [minute, 10_000]) {
      it(`a clock that was two hours ahead blocks nobody once it is right, window of ${windowMs / 1000} s`, async () => {
        await ledger.take('a', 40, 2_400, windowMs, start + 2 * 60 * minute);
        for (let n = 0; n < 30; n += 1) expect(await ledger.take('a', 100, 2_400, windowMs, start + n * minute), `after ${n} minutes`).to.equal(0);
        await ledger.raise('b', 2_400, windowMs, start + 2 * 60 * minute);
        await ledger.raise('b', 10, windowMs, start);
        expect(await ledger.take('b', 100, 2_400, windowMs, start), 'nor what the venue said then').to.equal(0);
      });
    }

    it('a worker whose clock is 45 s behind takes of the running windows', async () => {
      for (const windowMs of [minute, 10_000]) {
        const key = `k${windowMs}`;
        await ledger.take(key, 8, 10, windowMs, start + 45_000);
        expect(await ledger.take(key, 3, 10, windowMs, start), `${windowMs}`).to.be.greaterThan(0);
      }
    });

    it('gives nothing while a ban runs, the longest one', async () => {
      const now = Date.now();
      await ledger.ban('a', 100_000);
      await ledger.ban('a', 5_000);
      expect(await ledger.take('a', 0, 10, minute, now)).to.be.within(90_000, 100_000);
      expect(await ledger.take('b', 1, 10, minute, now)).to.equal(0);
      await ledger.ban('c', 20);
      await waitFor('the ban to end', async () => (await ledger.take('c', 1, 10, minute, Date.now())) === 0);
    });

    it('a ban lasts as long as the venue said, whatever clocks who asks has', async () => {
      await ledger.ban('a', 30_000);
      for (const hours of [-2, 0, 2]) expect(await ledger.take('a', 0, 10, minute, Date.now() + hours * 60 * minute), `${hours} hours off`).to.be.within(20_000, 30_000);
    });

    it('never gives more than the ceiling to many at once', async () => {
      const taken = await Promise.all(Array.from({ length: 50 }, () => ledger.take('a', 1, 20, minute, start)));
      expect(taken.filter((wait) => wait === 0)).to.have.length(20);
    });
  });
}
