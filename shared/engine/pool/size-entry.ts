import { levelsOf } from '../entry/grid.ts';
import { pyramidCapital, type Sized } from '../entry/sizing.ts';
import type { Instrument } from '../instrument/instrument.ts';
import type { Signal } from '../messages/signals.ts';
import type { Price } from '../num/units.ts';
import type { PoolFacts } from './pool-settings.ts';
import { equityOf } from './promised.ts';

/** The capital an entry asks for as the pyramid of this zero-based index, by the configuration and the balances at hand, or why it has none. */
export const sizeEntry = (signal: Signal, entryPrice: Price, instrument: Instrument, pyramidIndex: number, facts: Pick<PoolFacts, 'settings' | 'accounts'>): Sized =>
  pyramidCapital(facts.settings.sizing, { signal, entryPrice, instrument, levels: levelsOf(facts.settings.entryPlan, pyramidIndex), equity: equityOf(signal, instrument, facts) });
