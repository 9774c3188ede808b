import { compare, type Price, type Qty } from '../num/units.ts';
import type { Time } from '../time.ts';
import type { Difference } from './difference.ts';
import type { KnownDifference } from './judge-differences.ts';

/** A decision of an emergency stop that could not be carried out within this is of another market: the stop must be reached again. */
export const firedForMs = 120_000;

type Orphan = Pick<Difference, 'ours'> & { remedy: Extract<Difference['remedy'], { do: 'ask' }> };
type Before = Pick<KnownDifference, 'amount' | 'ours' | 'priceEntry'>;

const apart = (a: Price | Qty | null, b: Price | Qty | null): boolean => a !== null && b !== null && compare(a, b) !== 0;

/**
 * Has a person traded a position since it was last looked at? More of it was bought, or the venue's entry price is another one; that alone
 * says nothing where our own groups of the symbol have traded, which blends it.
 */
export function tradedByPerson({ amount, ours, priceEntry }: Before, { ours: oursNow, remedy }: Orphan): boolean {
  if (amount !== null && compare(remedy.quantity, amount) > 0) return true;
  return apart(priceEntry, remedy.priceEntry) && (ours === oursNow || apart(amount, remedy.quantity));
}

/** Why the decision of an emergency stop does not hold any more; null where it is still to be carried out. */
export function whyNotFired(known: Before & Pick<KnownDifference, 'firedAt'>, found: Orphan, now: Time): string | null {
  if (found.remedy.stop === null) return 'it has no emergency stop any more';
  if (tradedByPerson(known, found)) return 'a person has traded the position since';
  return known.firedAt === null || now - known.firedAt > firedForMs ? 'it could not be closed in time, and the price may be another' : null;
}
