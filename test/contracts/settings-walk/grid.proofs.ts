import type { LevelSettings, Settings } from '#shared/contracts/settings';
import { checkSettings } from '#shared/contracts/settings-document';
import { price } from '#shared/engine/num/units';
import { filledOnce, groupUnder, ordersOf, type OpenedGroup } from './group-under.ts';
import { proofOf, type Proofs } from './proof.ts';

const level = (gap: number, weight: number, tp: number | null = null): LevelSettings => ({ gap_percent: gap, weight_percent: weight, tp_percent: tp });
const twoLevels = [level(0, 50), level(-1, 50)];
const at = (key: keyof Settings['grid_strategy']): string => `grid_strategy.${key}`;
const ladder = (settings: Settings): string[] => ordersOf(groupUnder(settings), 'entry');
/** The ladder of the second pyramid. */
const secondLadder = (settings: Settings): string[] => ordersOf(groupUnder(settings, { more: [{}] }), 'entry').filter((order) => order.startsWith('entry 1.'));
const secondLevels = ({ grid_strategy: grid }: Settings): LevelSettings[] => (grid.pyramid_specific_levels['1'] ??= structuredClone(twoLevels));

/** What is wrong with a ladder of seven rungs. */
const sevenRungs = (settings: Settings): unknown => {
  const levels = [0, -1, -2, -3, -4, -5, -6].map((gap) => level(gap, gap === 0 ? 40 : 10));
  return checkSettings({ ...settings, grid_strategy: { ...settings.grid_strategy, levels } }).faults;
};

/** Weights must make 100, so what one rung gains the next loses. */
const shift = (levels: LevelSettings[], weight: unknown): void => {
  const [first, second] = levels;
  if (first === undefined || second === undefined) return;
  second.weight_percent += first.weight_percent - Number(weight);
  first.weight_percent = Number(weight);
};
const put = (levels: LevelSettings[], change: Partial<LevelSettings>): void => void Object.assign(levels[1] ?? {}, change);
/** Where the second rung of a ladder, filled, is sold again. */
const secondTarget = (opened: OpenedGroup, pyramid: number): string[] => ordersOf(filledOnce(opened, { pyramid, leg: 1 }), 'take-profit');

const ladders: Proofs = {
  'grid_strategy.max_pyramids_per_group': proofOf(at('max_pyramids_per_group'), [1, 2], (settings) => groupUnder(settings, { more: [{}] }).group.state.pyramids.length, { given: ({ risk_engine: risk }) => (risk.required_pyramids_for_timer = 0) }),
  'grid_strategy.max_dca_per_pyramid': proofOf(at('max_dca_per_pyramid'), [7, 6], sevenRungs),
  'grid_strategy.levels': proofOf(at('levels'), [twoLevels, [level(0, 100)]], ladder),
  'grid_strategy.levels[].gap_percent': proofOf('', [-0.5, -0.7], ladder, { set: ({ grid_strategy: grid }, gap) => put(grid.levels, { gap_percent: Number(gap) }) }),
  'grid_strategy.levels[].weight_percent': proofOf('', [20, 30], ladder, { set: ({ grid_strategy: grid }, weight) => shift(grid.levels, weight) }),
  'grid_strategy.levels[].tp_percent': proofOf('', [1, 3], (settings) => secondTarget(groupUnder(settings), 0), { set: ({ grid_strategy: grid }, tp) => put(grid.levels, { tp_percent: Number(tp) }) }),
  'grid_strategy.pyramid_specific_levels': proofOf(at('pyramid_specific_levels'), [{}, { 1: twoLevels }], secondLadder),
  'grid_strategy.pyramid_specific_levels.*[].gap_percent': proofOf('', [-1, -2], secondLadder, { set: (settings, gap) => put(secondLevels(settings), { gap_percent: Number(gap) }) }),
  'grid_strategy.pyramid_specific_levels.*[].weight_percent': proofOf('', [50, 60], secondLadder, { set: (settings, weight) => shift(secondLevels(settings), weight) }),
  'grid_strategy.pyramid_specific_levels.*[].tp_percent': proofOf('', [1, 3], (settings) => secondTarget(groupUnder(settings, { more: [{}] }), 1), { set: (settings, tp) => put(secondLevels(settings), { tp_percent: Number(tp) }) }),
  'grid_strategy.entry_order_type': proofOf(at('entry_order_type'), ['limit', 'market'], ladder),
};

const purse = { free: '10000', total: '10000' };
const sized = (settings: Settings): string[] => ordersOf(groupUnder(settings, { purse, changes: { stopLoss: price('90') } }), 'entry');
const mode = (name: Settings['grid_strategy']['sizing_mode']) => ({ given: ({ grid_strategy: grid }: Settings) => (grid.sizing_mode = name) });
/** A ladder of 1000 USDT with 500 in the purse. */
const shortOfMoney = (settings: Settings): string[] => ordersOf(groupUnder(settings, { purse: { free: '500', total: '500' } }), 'entry');

const capital: Proofs = {
  'grid_strategy.sizing_mode': proofOf(at('sizing_mode'), ['signal', 'fixed_quote'], sized, { given: ({ grid_strategy: grid }) => (grid.fixed_quote = 500) }),
  'grid_strategy.fixed_quote': proofOf(at('fixed_quote'), [1000, 500], sized, mode('fixed_quote')),
  'grid_strategy.equity_percent': proofOf(at('equity_percent'), [10, 20], sized, mode('equity_percent')),
  'grid_strategy.risk_percent': proofOf(at('risk_percent'), [1, 2], sized, mode('risk_percent')),
  'grid_strategy.exposure_max_quote': proofOf(at('exposure_max_quote'), [0, 500], sized),
  'grid_strategy.plan_check': proofOf(at('plan_check'), ['trim', 'refuse'], shortOfMoney),
};

/** Proofs of the ladders and their capital in the group `grid_strategy`. */
export const gridProofs: Proofs = { ...ladders, ...capital };
