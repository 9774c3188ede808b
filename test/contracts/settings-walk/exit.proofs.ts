import type { Settings, TpOverride } from '#shared/contracts/settings';
import type { Signal } from '#shared/engine/messages/signals';
import { price } from '#shared/engine/num/units';
import { statusOf } from '#shared/engine/position/group-status';
import { wakeConditions } from '#shared/engine/position/wake-conditions';
import { filledOnce, groupUnder, ordersOf, type OpenedGroup } from './group-under.ts';
import { proofOf, type Proofs } from './proof.ts';

const at = (key: keyof Settings['grid_strategy']): string => `grid_strategy.${key}`;

/** What is at work to take profit, at the venue and watched for, when the first leg has filled. */
const exitsOf = (opened: OpenedGroup): unknown => [ordersOf(opened, 'take-profit'), ordersOf(opened, 'stop'), wakeConditions(opened.group.state, opened.group.facts.instrument)];
const exits =
  (changes: Partial<Signal> = {}) =>
  (settings: Settings): unknown =>
    exitsOf(filledOnce(groupUnder(settings, { changes })));
/** Levels that name no target of their own. */
const plainLevels = ({ grid_strategy: grid }: Settings): void => grid.levels.forEach((level) => (level.tp_percent = null));
const modeOf = (mode: Settings['grid_strategy']['tp_mode']) => ({ given: ({ grid_strategy: grid }: Settings) => (grid.tp_mode = mode) });

/** The group's status when all that the first leg bought has been sold again, while the others still wait. */
function soldOut(settings: Settings): string {
  const opened = filledOnce(groupUnder(settings));
  opened.group.acceptAll();
  opened.group.fill(opened.group.order('take-profit', 0, 0));
  return statusOf(opened.group.state);
}

const rule = (changes: Partial<TpOverride>): TpOverride => ({ symbol: null, timeframe: null, strategy: null, pyramid: null, tp_mode: null, tp_percent: 5, ...changes });
const ruled = (changes: (value: never) => Partial<TpOverride>) => ({ set: ({ grid_strategy: grid }: Settings, value: unknown) => (grid.tp_overrides = [rule(changes(value as never))]) });

/** Proofs of the exits in the group `grid_strategy`. */
export const exitProofs: Proofs = {
  'grid_strategy.tp_mode': proofOf(at('tp_mode'), ['per_leg', 'aggregate'], exits()),
  'grid_strategy.tp_percent': proofOf(at('tp_percent'), [1, 2], exits(), { given: plainLevels }),
  'grid_strategy.pyramid_tp_percents': proofOf(at('pyramid_tp_percents'), [{}, { 0: 4 }], exits(), modeOf('pyramid_aggregate')),
  'grid_strategy.tp_overrides': proofOf(at('tp_overrides'), [[], [rule({})]], exits()),
  'grid_strategy.tp_overrides[].symbol': proofOf('', ['BTCUSDT', 'ETHUSDT'], exits(), ruled((symbol) => ({ symbol }))),
  'grid_strategy.tp_overrides[].timeframe': proofOf('', ['15m', '1h'], exits(), ruled((timeframe) => ({ timeframe }))),
  'grid_strategy.tp_overrides[].strategy': proofOf('', ['trend', 'range'], exits({ alertName: 'trend' }), ruled((strategy) => ({ strategy }))),
  'grid_strategy.tp_overrides[].pyramid': proofOf('', [0, 1], exits(), ruled((pyramid) => ({ pyramid }))),
  'grid_strategy.tp_overrides[].tp_mode': proofOf('', ['aggregate', 'per_leg'], exits(), ruled((tp_mode) => ({ tp_mode }))),
  'grid_strategy.tp_overrides[].tp_percent': proofOf('', [3, 5], exits(), ruled((tp_percent) => ({ tp_percent }))),
  'grid_strategy.close_when_flat': proofOf(at('close_when_flat'), [true, false], soldOut),
  'grid_strategy.use_signal_stop_loss': proofOf(at('use_signal_stop_loss'), [false, true], exits({ stopLoss: price('90') })),
};
