import { isTighter, stopFault, stopOnTick, stopPassed, type WatchedStop } from '../exit/stop-price.ts';
import type { Instrument } from '../instrument/instrument.ts';
import type { GroupCommand } from '../messages/commands.ts';
import { said } from '../messages/said.ts';
import type { Signal } from '../messages/signals.ts';
import type { Price } from '../num/units.ts';
import type { PositionGroup } from './position-group.ts';

interface Facts {
  instrument: Instrument;
  priceLast: Price | null;
}

/** The stop a group begins with: that of the opening signal where its plan enforces it. */
export const openingStop = ({ stopLoss }: Pick<Signal, 'stopLoss'>, { signalStop }: PositionGroup['exitPlan'], { instrument }: Pick<Facts, 'instrument'>): WatchedStop | null =>
  stopLoss === null || signalStop !== true ? null : { price: stopOnTick(stopLoss, instrument), from: 'signal' };

/** A person must know that nothing rests at the venue. */
const watched = (group: Pick<PositionGroup, 'symbol'>, stop: WatchedStop): GroupCommand => ({
  type: 'tell',
  level: 'info',
  category: 'order',
  message: `The stop-loss of ${group.symbol} is ${stop.price}; Tranche watches it, it does not rest at the venue`,
  ...said('stop_watched', { symbol: group.symbol, price: stop.price }),
});

export const tellStop = (group: Pick<PositionGroup, 'symbol' | 'stop'>): GroupCommand[] => (group.stop === null ? [] : [watched(group, group.stop)]);

/** What a further entry's stop does to the group's: a tighter one takes its place, a looser one is not taken and that is told. */
export function followStop(group: PositionGroup, { signalId, stopLoss }: Pick<Signal, 'signalId' | 'stopLoss'>, entryPrice: Price, facts: Facts): { fault: string } | { fault: null; stop: WatchedStop | null; commands: GroupCommand[] } {
  if (group.exitPlan.signalStop !== true || stopLoss === null) return { fault: null, stop: group.stop, commands: [] };
  const fault = stopFault(group.side, stopLoss, entryPrice, facts.priceLast, facts.instrument);
  if (fault !== null) return { fault };
  const stop: WatchedStop = { price: stopOnTick(stopLoss, facts.instrument), from: 'signal' };
  if (group.stop === null || isTighter(group.side, stop.price, group.stop.price)) return { fault: null, stop, commands: [watched(group, stop)] };
  if (stop.price === group.stop.price) return { fault: null, stop: group.stop, commands: [] };
  const message = `The stop-loss ${stop.price} of signal ${signalId} is looser than the ${group.stop.price} of ${group.symbol} and is not taken`;
  return { fault: null, stop: group.stop, commands: [{ type: 'tell', level: 'warn', category: 'order', message, ...said('stop_looser', { symbol: group.symbol, price: stop.price, signal: signalId, stop: group.stop.price }) }] };
}

/** Has one of these prices reached the group's stop? A stop that was touched holds although the price has gone back since. */
export const stopReached = ({ side, stop }: PositionGroup, prices: readonly Price[]): boolean => stop !== null && prices.some((at) => stopPassed(side, stop.price, at));
