import { exitPlanFor } from '../exit/tp-override.ts';
import { isPositive, type Money } from '../num/units.ts';
import { expectedProfit } from './expected-profit.ts';
import { groupOf } from './hindrance.ts';
import { symbolFactsKey, type PoolFacts } from './pool-settings.ts';
import type { Pool, QueuedEntry } from './pool.ts';
import { lossPercent, ranked, type Candidate } from './priority.ts';
import { sizeEntry } from './size-entry.ts';

/** A waiting entry as the selection rules see it. */
export interface Standing extends Candidate {
  entry: QueuedEntry;
}

/** These entries in the order in which they go; what is shown to people and what decides is this one line. */
export const lineUp = (pool: Pool, entries: readonly QueuedEntry[], facts: PoolFacts): Standing[] =>
  ranked(
    entries.map((entry) => standingOf(pool, entry, facts)),
    facts.settings.selection,
  );

function standingOf(pool: Pool, entry: QueuedEntry, facts: PoolFacts): Standing {
  const { signal } = entry;
  const priceLast = facts.symbols[symbolFactsKey(signal)]?.priceLast ?? null;
  const entryPrice = signal.priceSignal !== null && isPositive(signal.priceSignal) ? signal.priceSignal : null;
  return {
    id: entry.id,
    entry,
    continuation: groupOf(pool, signal) !== undefined,
    lossPercent: entryPrice === null || priceLast === null ? null : lossPercent(signal.side, entryPrice, priceLast),
    replacementCount: entry.replacementCount,
    expectedProfit: profitOf(pool, entry, facts),
    queuedAt: entry.queuedAt,
  };
}

/** Null where the capital is not known: no price, no rules, no balance. */
function profitOf(pool: Pool, { signal }: QueuedEntry, facts: PoolFacts): Money | null {
  const known = facts.symbols[symbolFactsKey(signal)];
  const entryPrice = signal.priceSignal ?? known?.priceLast ?? null;
  if (known === undefined || typeof known.instrument === 'string' || entryPrice === null || !isPositive(entryPrice)) return null;
  const index = groupOf(pool, signal)?.pyramids ?? 0;
  const sized = sizeEntry(signal, entryPrice, known.instrument, index, facts);
  return sized.ok ? expectedProfit(sized.capital, facts.settings.entryPlan, exitPlanFor(facts.settings, signal), index) : null;
}
