import { exitPlanFor } from '../exit/tp-override.ts';
import type { PoolEvent } from '../messages/events.ts';
import { said } from '../messages/said.ts';
import { symbolFactsKey, type PoolFacts } from './pool-settings.ts';
import type { OpenGroup, Pool } from './pool.ts';
import type { PoolDecision } from './settle-signal.ts';

/** A group's timeframe says that it was adopted: no alert names it, so no alert adds to it. */
export const adoptedTimeframe = (number: number): string => (number === 0 ? 'adopted' : `adopted-${number + 1}`);

/** Opens a group for a position that a person takes over. It takes a slot, free or not: the exposure is there already. */
export function adopt(pool: Pool, event: Extract<PoolEvent, { type: 'adopt-position' }>, facts: PoolFacts): PoolDecision {
  const { groupId, quantity, close, stopped } = event;
  const { accountId, symbol, side } = event.signal;
  const known = facts.adopted ?? facts.symbols[symbolFactsKey(event.signal)];
  const priceEntry = event.priceEntry ?? known?.priceLast ?? null;
  if (known === undefined || typeof known.instrument === 'string' || priceEntry === null) {
    return { state: pool, commands: [{ type: 'tell', level: 'alert', category: 'pool', message: `${symbol} ${side} ${quantity} cannot be taken over: ${priceEntry === null ? 'it has no price' : 'the rules of its symbol are not known'}`, ...said(priceEntry === null ? 'adopt_no_price' : 'adopt_no_rules', { symbol, side, quantity }) }] };
  }
  const taken = new Set(pool.open.filter((open) => open.accountId === accountId && open.symbol === symbol && open.side === side).map(({ timeframe }) => timeframe));
  const timeframe = Array.from({ length: taken.size + 1 }, (_, number) => adoptedTimeframe(number)).find((each) => !taken.has(each)) ?? adoptedTimeframe(taken.size);
  const signal = { ...event.signal, timeframe };
  const { entryPlan, precision: precisionPlan, slippage: slippagePlan } = facts.settings;
  const opened: OpenGroup = { groupId, userId: signal.userId, accountId, symbol, timeframe, side, pyramids: 1, legsOpen: 0 };
  return {
    state: { ...pool, open: [...pool.open, opened] },
    commands: [{ type: 'adopt-group', groupId, event: { type: 'adopt', groupId, signal, quantity, priceEntry, close, ...(stopped === undefined ? {} : { stopped }), entryPlan, exitPlan: exitPlanFor(facts.settings, signal), precisionPlan, slippagePlan } }],
  };
}
