import type { Instrument } from '../instrument/instrument.ts';
import type { GroupCommand } from '../messages/commands.ts';
import type { GroupEvent } from '../messages/events.ts';
import { said } from '../messages/said.ts';
import { floorTo } from '../num/rounding.ts';
import { compare, isPositive } from '../num/units.ts';
import { isSettled } from '../order/apply-fill.ts';
import type { Time } from '../time.ts';
import { bookOutside } from './book-fill.ts';
import { groupQuantity } from './exposure.ts';
import type { PositionGroup } from './position-group.ts';

type Reduced = Extract<GroupEvent, { type: 'position-reduced' }>;
interface Facts {
  now: Time;
  instrument: Instrument;
}

const pricedBy: Record<Reduced['priceFrom'], string> = {
  trades: 'by the venue\'s trades',
  last_price: 'by the last price, because no trade was found that closed it',
  entry_price: 'by its own entry price, because neither a trade nor a price was found',
};

/**
 * What was closed at the venue without us is taken off the group, and never bought again: where nothing is left to sell, the group ends
 * and what waits to enter is cancelled. What happened after the comparison makes it void. A closed group hears it too: what a late fill
 * has left in it would be sold again and again, one day out of somebody else's position.
 */
export function positionReduced(group: PositionGroup, event: Reduced, { now, instrument }: Facts): { state: PositionGroup; commands: GroupCommand[] } {
  const held = groupQuantity(group);
  // A market exit was decided after the comparison: its fills may be of what is booked here, and would be more than the group holds.
  const isSelling = group.orders.some((order) => order.role !== 'entry' && order.type === 'market' && !isSettled(order));
  const overtaken = isSelling || compare(held, event.held) !== 0 || !isPositive(event.quantity) || compare(event.quantity, held) > 0;
  if (overtaken) return { state: group, commands: [] };
  // An exit that the venue refused because this was not there any more is asked for anew at once, in what is left. Entries keep their pauses: a comparison lets none go.
  const booked = { ...bookOutside(group, event), retries: Object.fromEntries(Object.entries(group.retries).filter(([slot]) => slot.startsWith('entry:'))) };
  const left = groupQuantity(booked);
  const flat = floorTo(left, instrument.stepSize).isZero();
  const state: PositionGroup = flat && booked.windDown === null ? { ...booked, windDown: { reason: 'manual', signalId: null, slippageMaxPercent: null, at: now } } : booked;
  const what = flat ? 'all' : `${event.quantity} of ${held}`;
  const message = `${what} of ${group.symbol} ${group.timeframe} ${group.side} was closed at the venue without Tranche: booked at ${event.price}, ${pricedBy[event.priceFrom]}. Nothing is bought again`;
  return { state, commands: [{ type: 'tell', level: 'alert', category: 'order', message, ...said('closed_outside', { symbol: group.symbol, timeframe: group.timeframe, side: group.side, quantity: event.quantity, held, price: event.price, priceFrom: event.priceFrom }) }] };
}
