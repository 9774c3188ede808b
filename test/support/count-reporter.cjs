// Mocha's spec reporter, which also leaves its totals in the file named by TRANCHE_TEST_TOTALS, for the sum over all runs.
const { writeFileSync } = require('node:fs');
const { reporters } = require('mocha');

module.exports = class CountReporter extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    runner.once('end', () => {
      const { passes, failures, pending } = runner.stats;
      writeFileSync(process.env.TRANCHE_TEST_TOTALS, JSON.stringify({ passes, failures, pending }));
    });
  }
};
