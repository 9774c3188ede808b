import { marginAtMost } from '../entry/plan-check.ts';
import { planPyramid } from '../entry/plan-pyramid.ts';
import { stopFault } from '../exit/stop-price.ts';
import { exitPlanFor } from '../exit/tp-override.ts';
import type { PyramidStart } from '../messages/events.ts';
import type { Signal } from '../messages/signals.ts';
import { isPositive, min, money, zeroMoney } from '../num/units.ts';
import { symbolFactsKey, type PoolFacts } from './pool-settings.ts';
import { sameGroup, type OpenGroup, type Pool } from './pool.ts';
import { budgetOf, withPromise } from './promised.ts';
import { refuse, settle, type PoolDecision } from './settle-signal.ts';
import { sizeEntry } from './size-entry.ts';
import { enqueue } from './waiting-queue.ts';

/** Opens a group or adds a pyramid, or refuses with the reason. */
export function admit(pool: Pool, signal: Signal, facts: PoolFacts): PoolDecision {
  const known = facts.symbols[symbolFactsKey(signal)];
  if (known === undefined || typeof known.instrument === 'string') return refuse(pool, signal, 'precision_unavailable', `${signal.venue} ${signal.market} does not list ${signal.symbol}`);
  const entryPrice = signal.priceSignal ?? known.priceLast;
  if (entryPrice === null || !isPositive(entryPrice)) return refuse(pool, signal, 'no_price', `no price for ${signal.symbol} yet`);
  const { sizing } = facts.settings;
  const open = pool.open.find((each) => sameGroup(each, signal));
  const sized = sizeEntry(signal, entryPrice, known.instrument, open?.pyramids ?? 0, facts);
  if (!sized.ok) return refuse(pool, signal, sized.code, sized.detail);
  const budget = budgetOf(pool, signal, known.instrument, sizing.planCheck, facts);
  const start: PyramidStart = {
    signalId: signal.signalId,
    entryPrice,
    capital: sized.capital,
    slippageMaxPercent: signal.slippageMaxPercent,
    ...(sized.risk === null ? {} : { risk: sized.risk }),
    ...(sizing.exposureMax === null ? {} : { exposureMax: sizing.exposureMax }),
    budget,
  };
  if (open !== undefined) return addTo(pool, open, signal, start, facts);
  const wrongStop = facts.settings.signalStopEnforced && signal.stopLoss !== null ? stopFault(signal.side, signal.stopLoss, entryPrice, known.priceLast, known.instrument) : null;
  if (wrongStop !== null) return refuse(pool, signal, 'stop_on_wrong_side', wrongStop);
  const { entryPlan, slippage: slippagePlan } = facts.settings;
  const exitPlan = exitPlanFor(facts.settings, signal);
  const precisionPlan = { ...facts.settings.precision, mode: signal.precisionMode };
  const { plan, bound, refusal } = planPyramid({ entryPlan, exitPlan, side: signal.side, index: 0, start, used: zeroMoney, instrument: known.instrument });
  if (refusal !== null) return { state: pool, commands: [{ ...settle(signal, 'refused', 'refused', refusal.code, refusal.detail), plan }] };
  const groupId = facts.groupIds[0];
  if (groupId === undefined) return enqueue(pool, signal, { reason: 'pool_full', detail: 'it goes with the next decision' }, facts);
  const opened: OpenGroup = { groupId, userId: signal.userId, accountId: signal.accountId, symbol: signal.symbol, timeframe: signal.timeframe, side: signal.side, pyramids: 1, legsOpen: plan.legs.filter((leg) => leg.blocked === null).length };
  return {
    state: withPromise({ ...pool, open: [...pool.open, opened] }, signal, budget.asset, bound, facts),
    commands: [{ type: 'open-group', groupId, event: { type: 'open', groupId, signal, start, entryPlan, exitPlan, precisionPlan, slippagePlan } }],
  };
}

/**
 * Asks an open group for one more ladder. What the group makes of it follows from its own plan, so the most it can bind is promised: its
 * whole capital, or all that is free.
 */
function addTo(pool: Pool, open: OpenGroup, signal: Signal, start: PyramidStart, facts: PoolFacts): PoolDecision {
  const { budget, capital } = start;
  const most = budget === undefined ? null : marginAtMost(capital, budget);
  const granted = most === null || budget === undefined || budget.free === null || budget.check === 'off' ? most : money(min(most, budget.free));
  return {
    // Its pyramid counts from now on, though the group has not heard of it yet; its legs count when it has.
    state: withPromise({ ...pool, open: pool.open.map((each) => (each === open ? { ...open, pyramids: open.pyramids + 1 } : each)) }, signal, budget?.asset ?? '', granted, facts),
    commands: [{ type: 'tell-group', groupId: open.groupId, event: { type: 'add-pyramid', signal, start }, key: `signal:${signal.signalId}:pyramid:${open.groupId}` }],
  };
}
