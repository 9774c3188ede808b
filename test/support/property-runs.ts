import type { Parameters } from 'fast-check';

/**
 * How a property test runs: `PROPERTY_RUNS` stories, 300 unless it says more. A failure prints its seed and path;
 * `PROPERTY_SEED` and `PROPERTY_PATH` tell the same story again.
 */
export function runs<Values>(most = Infinity): Parameters<Values> {
  const { PROPERTY_RUNS, PROPERTY_SEED, PROPERTY_PATH } = process.env;
  return {
    numRuns: Math.min(most, Number(PROPERTY_RUNS ?? 300)),
    ...(PROPERTY_SEED === undefined ? {} : { seed: Number(PROPERTY_SEED) }),
    ...(PROPERTY_PATH === undefined ? {} : { path: PROPERTY_PATH }),
  };
}
