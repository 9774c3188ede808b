import { pyramidCapital } from '../entry/sizing.ts';
import type { PyramidStart } from '../messages/events.ts';
import type { Signal } from '../messages/signals.ts';
import { isPositive } from '../num/units.ts';
import { anyTradable, buildPyramid } from '../position/on-request.ts';
import { symbolFactsKey, type PoolFacts } from './pool-settings.ts';
import { sameGroup, type Pool } from './pool.ts';
import { refuse, type PoolDecision } from './settle-signal.ts';
import { enqueue } from './waiting-queue.ts';

/** Opens a group or adds a pyramid, or refuses with the reason. */
export function admit(pool: Pool, signal: Signal, facts: PoolFacts): PoolDecision {
  const known = facts.symbols[symbolFactsKey(signal)];
  if (known === undefined || typeof known.instrument === 'string') return refuse(pool, signal, 'precision_unavailable', `${signal.venue} ${signal.market} does not list ${signal.symbol}`);
  const entryPrice = signal.priceSignal ?? known.priceLast;
  if (entryPrice === null || !isPositive(entryPrice)) return refuse(pool, signal, 'no_price', `no price for ${signal.symbol} yet`);
  const capital = pyramidCapital(facts.settings.sizing, signal.size, entryPrice, known.instrument);
  if (capital === null) return refuse(pool, signal, 'no_size', 'order_size is absent or zero and grid_strategy.fixed_quote is not set');
  const start: PyramidStart = { signalId: signal.signalId, entryPrice, capital };
  const open = pool.open.find((each) => sameGroup(each, signal));
  if (open !== undefined) return { state: pool, commands: [{ type: 'tell-group', groupId: open.groupId, event: { type: 'add-pyramid', signal, start }, key: `signal:${signal.signalId}:pyramid:${open.groupId}` }] };
  const { entryPlan, exitPlan, slippage: slippagePlan } = facts.settings;
  const precisionPlan = { ...facts.settings.precision, mode: signal.precisionMode };
  const ladder = buildPyramid(entryPlan, exitPlan, signal.side, 0, start, known.instrument);
  if (!anyTradable(ladder)) return refuse(pool, signal, 'every_leg_blocked', ladder.legs[0]?.blocked ?? 'the ladder is empty');
  const groupId = facts.groupIds[0];
  if (groupId === undefined) return enqueue(pool, signal, 'pool_full', facts);
  return {
    state: { ...pool, open: [...pool.open, { groupId, userId: signal.userId, accountId: signal.accountId, symbol: signal.symbol, timeframe: signal.timeframe, side: signal.side }] },
    commands: [{ type: 'open-group', groupId, event: { type: 'open', groupId, signal, start, entryPlan, exitPlan, precisionPlan, slippagePlan } }],
  };
}
