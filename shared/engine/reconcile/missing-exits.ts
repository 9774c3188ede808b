import { desiredExits } from '../exit/desired-exits.ts';
import type { Instrument } from '../instrument/instrument.ts';
import type { Price } from '../num/units.ts';
import { slotOf, workingIn, type PositionGroup } from '../position/position-group.ts';
import type { Time } from '../time.ts';
import { youngMs } from './compare-orders.ts';
import type { Difference } from './difference.ts';

/** What is known of a group's symbol. */
export interface ExitFacts {
  now: Time;
  instrument: Instrument;
  priceLast: Price | null;
}

/** Is there a stated reason why this slot is empty? A pause after a refusal is one until a while after its end: the wake for it may be on its way. */
function waits({ held, retries }: PositionGroup, slot: string, now: Time): boolean {
  const retry = retries[slot];
  if (retry !== undefined && retry.notBefore + youngMs > now) return true;
  return held[slot] !== undefined && (retry === undefined || held[slot]?.startsWith('refused by the venue') === false);
}

/** Exits the group's plan demands, that neither work nor wait for a stated reason (invariant 3). What it should be is the engine's word, not ours. */
export function missingExits({ group, changedAt }: { group: PositionGroup; changedAt: Time }, { now, instrument, priceLast }: ExitFacts): Difference[] {
  if (group.closedAt !== null || now - changedAt < youngMs) return [];
  const missing = desiredExits(group, instrument, priceLast).orders.filter(({ role, pyramid, leg }) => {
    const slot = slotOf(role, pyramid, leg);
    return workingIn(group, slot) === undefined && !waits(group, slot, now);
  });
  return missing.map(({ role, pyramid, leg, quantity }) => {
    const slot = slotOf(role, pyramid, leg);
    return { kind: 'missing_exit', key: `missing_exit:${group.id}:${slot}`, symbol: group.symbol, groupId: group.id, clientOrderId: null, ours: quantity, venue: null, amount: null, remedy: { do: 'look-again' } };
  });
}
