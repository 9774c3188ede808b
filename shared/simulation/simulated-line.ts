import type { ExchangePort, OrderRequest } from '#shared/ports/exchange.port';
import type { Faults, FaultKind } from './faults.ts';
import type { Chance } from './seeded-chance.ts';
import type { SimRefusal } from './sim-refusal.ts';
import type { SimulatedVenue, VenueTrade } from './simulated-venue.ts';
import type { VirtualClock } from './virtual-clock.ts';

export interface SimulatedExchangeOptions {
  venue: SimulatedVenue;
  clock: VirtualClock;
  faults: Faults;
  chance: Chance;
  access: ExchangePort['access'];
  /** In how many portions the next order fills. */
  portions: () => number;
  tell: (line: string) => void;
  /** Told of every order the matching core refuses: a refusal that no fault drew. */
  refused: (request: OrderRequest, reason: SimRefusal) => void;
}

/** The longest time after sending at which the venue may still accept an order: as the adapter for Binance has it. */
export const lateArrivalMs = 17_000;
export const answerWithinMs = 10_000;
export const noAnswer = { kind: 'unknown', message: 'no answer within 10 s' } as const;

/** One way between us and the venue. */
export const travel = ({ clock, chance }: SimulatedExchangeOptions): Promise<void> => clock.sleep(chance.between(3, 60));

/** Does this fault strike now? It is told of. */
export function strike({ faults, tell }: SimulatedExchangeOptions, kind: FaultKind, about: string): boolean {
  const struck = faults.strike(kind);
  if (struck) tell(`${kind} ${about}`);
  return struck;
}

/** A trade as an answer states it. */
export const bare = ({ clientOrderId, tradeId, price: at, quantity, fee, feeAsset, at: time }: VenueTrade) => ({ clientOrderId, tradeId, price: at, quantity, fee, feeAsset, at: time });
