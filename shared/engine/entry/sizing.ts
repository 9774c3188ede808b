import { unreachable } from '../assert.ts';
import type { Instrument } from '../instrument/instrument.ts';
import type { SignalSize } from '../messages/signals.ts';
import { dec, isPositive, money, type Money, type Price } from '../num/units.ts';
import type { SizingPlan } from './entry-plan.ts';

/** Quote capital one signal gives its pyramid (A-29, E-49), or null where neither the signal nor the plan names any. */
export function pyramidCapital(plan: SizingPlan, size: SignalSize | null, entryPrice: Price, instrument: Pick<Instrument, 'contractSize'>): Money | null {
  const chosen = plan.mode === 'signal' && size !== null ? fromSignal(size, entryPrice, instrument) : plan.fixedQuote;
  return isPositive(chosen) ? chosen : null;
}

function fromSignal(size: SignalSize, entryPrice: Price, instrument: Pick<Instrument, 'contractSize'>): Money {
  switch (size.type) {
    case 'quote':
      return money(size.amount);
    case 'base':
      return money(dec(size.amount).times(entryPrice));
    case 'contracts':
      return money(dec(size.amount).times(instrument.contractSize).times(entryPrice));
    default:
      return unreachable(size.type);
  }
}
