import { legTpPercent } from '../exit/target-percent.ts';
import { stopOnTick, stopPassed, type WatchedStop } from '../exit/stop-price.ts';
import type { Instrument } from '../instrument/instrument.ts';
import type { GroupCommand } from '../messages/commands.ts';
import type { GroupEvent } from '../messages/events.ts';
import { said } from '../messages/said.ts';
import { dec, money, price, ratio, zeroMoney, type Price } from '../num/units.ts';
import type { Side } from '../order/order.ts';
import type { Time } from '../time.ts';
import { nothingTraded } from './exposure.ts';
import { bareGroup } from './on-request.ts';
import type { Leg, PositionGroup } from './position-group.ts';
import { tellStop } from './signal-stop.ts';

interface Facts {
  now: Time;
  instrument: Instrument;
  priceLast: Price | null;
}

/** How far from its entry a position that was found is stopped (A-65, E-48). */
export const emergencyStopPercent = ratio('2');

/** The stop of a position that was found: from its entry, or from the last price where that has passed it already (E-48). */
export function emergencyStop(side: Side, priceEntry: Price, last: Price | null, instrument: Pick<Instrument, 'tickSize'>): Price {
  const share = dec(emergencyStopPercent).dividedBy(100);
  const beside = (from: Price): Price => stopOnTick(price(dec(from).times(side === 'long' ? dec(1).minus(share) : share.plus(1))), instrument);
  const first = beside(priceEntry);
  return last !== null && stopPassed(side, first, last) ? beside(last) : first;
}

/**
 * A group that begins with what was found at the venue, as one leg that was bought at the venue's entry price. It enters nothing more; it
 * leaves by its plan, its stop or a person.
 */
export function adoptPosition(event: Extract<GroupEvent, { type: 'adopt' }>, facts: Facts): { state: PositionGroup; commands: GroupCommand[] } {
  const { signal, exitPlan, quantity, priceEntry } = event;
  const notional = money(dec(quantity).times(priceEntry));
  const leg: Leg = {
    index: 0,
    gapPercent: ratio('0'),
    weightPercent: ratio('100'),
    tpPercent: legTpPercent(exitPlan, 0, null),
    priceLimit: null,
    quantity,
    blocked: 'adopted: it was found at the venue, nothing is entered for it',
    entered: { quantity, notional, fees: zeroMoney },
    exited: nothingTraded,
    exitedBy: null,
  };
  const stop: WatchedStop = { price: emergencyStop(signal.side, priceEntry, facts.priceLast, facts.instrument), from: 'adopted' };
  const group: PositionGroup = {
    ...bareGroup(event, facts),
    // No further entry can come for it, so it is done when it is flat.
    entryPlan: { ...event.entryPlan, maxPyramids: 1 },
    exitPlan: { ...exitPlan, closeWhenFlat: true },
    stop: event.close ? null : stop,
    priceBaseEntry: priceEntry,
    pyramids: [{ index: 0, signalId: signal.signalId, entryPrice: priceEntry, capital: notional, slippageMaxPercent: null, legs: [leg] }],
    windDown: event.close ? { reason: event.stopped === true ? 'stop_loss' : 'manual', signalId: null, slippageMaxPercent: null, at: facts.now } : null,
  };
  const message = `${signal.symbol} ${signal.side} ${quantity}, found at the venue, is ${event.close ? 'closed' : 'taken over'} by ${event.stopped === true ? 'its emergency stop' : `a person's decision`}`;
  const code = event.stopped === true ? 'adopted_stopped' : event.close ? 'adopted_to_close' : 'adopted';
  return { state: group, commands: [{ type: 'tell', level: 'warn', category: 'order', message, ...said(code, { symbol: signal.symbol, side: signal.side, quantity }) }, ...tellStop(group)] };
}
