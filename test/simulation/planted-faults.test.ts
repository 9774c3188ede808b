import { expect } from 'chai';
import { catchPlant } from './planted-run.ts';
import type { PlantName } from './planted-faults.ts';

/** The mistakes that cost the most, and the invariants that may name them first. */
const rows: [PlantName, number[]][] = [
  ['skip-sending-commit', [0, 2, 4, 8]],
  ['timeout-is-refused', [8]],
  ['inbox-not-unique', [4]],
  ['closed-rests-forgotten', [0, 11]],
  ['rest-left-too-large', [3, 11]],
  ['adoption-enters', [11]],
];

describe('a mistake planted in what a worker reaches', function () {
  this.timeout(60_000);
  for (const [name, invariants] of rows) {
    it(`${name} is found within twenty seeds`, async () => {
      const caught = await catchPlant(name, { from: 1, seeds: 20 });
      expect(caught, 'no seed has found it').not.to.equal(null);
      expect(invariants, caught?.message).to.include(caught?.invariant);
    });
  }
});
