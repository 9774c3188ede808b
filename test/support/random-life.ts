import { expect } from 'chai';
import fc from 'fast-check';
import type { EntryPlan } from '#shared/engine/entry/entry-plan';
import type { ExitPlan, TpOverrideRule } from '#shared/engine/exit/exit-plan';
import { exitPlanFor } from '#shared/engine/exit/tp-override';
import type { Instrument } from '#shared/engine/instrument/instrument';
import { money, price, qty, ratio } from '#shared/engine/num/units';
import type { FeeMode } from './model-exchange.ts';
import { gridPlan, instrument, level } from './engine-story.ts';

/** What a random life of a group is lived under. */
export interface LifePlan {
  instrument: Instrument;
  fees: FeeMode;
  side: 'long' | 'short';
  entry: string;
  capital: string;
  entryPlan: EntryPlan;
  exitPlan: ExitPlan;
  /** How far its first stop is from its entry; null has none, though later entries may bring one. */
  stopPercent: string | null;
  /** Orders that were proved absent may turn up all the same. */
  ghosts: boolean;
}

/** One random choice: which of the things that can happen now, and how. */
export interface Turn {
  pick: number;
  how: number;
  much: number;
}

const percent = (low: number, high: number): fc.Arbitrary<string> => fc.integer({ min: low, max: high }).map((hundredths) => (hundredths / 100).toString());

const levels = fc
  .array(fc.record({ gap: percent(0, 300), weight: percent(500, 4000), tp: fc.option(percent(20, 500), { nil: null }) }), { minLength: 1, maxLength: 4 })
  .map((rows) => rows.map(({ gap, weight, tp }, index) => level(index === 0 || gap === '0' ? '0' : `-${gap}`, weight, tp)));

const entryPlan: fc.Arbitrary<EntryPlan> = fc.record({ levels, own: fc.option(levels, { nil: null }), maxPyramids: fc.integer({ min: 1, max: 3 }), orderType: fc.constantFrom('limit' as const, 'limit' as const, 'market' as const) }).map(({ own, ...plan }) =>
  gridPlan({ ...plan, pyramidLevels: own === null ? {} : { '1': own } }),
);

const rule: fc.Arbitrary<TpOverrideRule> = fc.record({
  symbol: fc.constantFrom(null, 'BTCUSDT', 'ETHUSDT'),
  timeframe: fc.constant(null),
  strategy: fc.constant(null),
  pyramid: fc.constantFrom(null, null, 0, 1),
  mode: fc.constantFrom(null, 'per_leg' as const, 'hybrid' as const, 'aggregate' as const, 'pyramid_aggregate' as const),
  tpPercent: fc.option(percent(20, 500).map(ratio), { nil: null }),
});

const configured: fc.Arbitrary<ExitPlan> = fc
  .record({ kind: fc.constantFrom('per_leg' as const, 'per_leg' as const, 'hybrid' as const, 'aggregate' as const, 'pyramid_aggregate' as const), tpPercent: percent(20, 300).map(ratio), closeWhenFlat: fc.boolean() })
  .map((plan) => ({ ...plan, pyramidTpPercents: { '1': ratio('2') } }));

/** The plan of a group as its override rules leave it, with or without a stop that is enforced. */
const exitPlan: fc.Arbitrary<ExitPlan> = fc
  .record({ exitPlan: configured, tpOverrides: fc.array(rule, { maxLength: 2 }), signalStopEnforced: fc.boolean() })
  .map((settings) => exitPlanFor(settings, { symbol: 'BTC/USDT', timeframe: '15m', alertName: null }));

const rules = fc
  .record({
    market: fc.constantFrom('spot' as const, 'usdm' as const),
    tickSize: fc.constantFrom('0.01', '0.05', '0.25', '0.1').map(price),
    stepSize: fc.constantFrom('0.001', '0.01', '0.005', '0.1').map(qty),
    minimumSteps: fc.constantFrom(1, 1, 1, 5),
    notionalMin: fc.constantFrom(null, '5', '5', '20').map((least) => (least === null ? null : money(least))),
    notionalMinSparesReduceOnly: fc.boolean(),
    quantityMaxMarket: fc.constantFrom(null, null, '3.3333').map((most) => (most === null ? null : qty(most))),
  })
  .map(({ minimumSteps, ...changes }) => instrument({ ...changes, symbol: changes.market === 'spot' ? 'BTC/USDT' : 'BTC/USDT:USDT', quantityMin: qty(String((minimumSteps * Math.round(Number(changes.stepSize) * 1000)) / 1000)), notionalMinSparesReduceOnly: changes.market === 'usdm' && changes.notionalMinSparesReduceOnly }));

/** Random configurations: instruments, sides, ladders, pyramids, exits and fees. */
export const lifePlan = (ghosts: boolean): fc.Arbitrary<LifePlan> =>
  fc
    .record({ instrument: rules, fees: fc.constantFrom<FeeMode>('quote', 'base', 'bnb', 'none'), short: fc.boolean(), entry: percent(5_000, 20_000), capital: percent(10_000, 200_000), entryPlan, exitPlan, stopPercent: fc.option(percent(20, 600), { nil: null }) })
    .map(({ short, ...plan }) => ({ ...plan, ghosts, side: short && plan.instrument.market === 'usdm' ? 'short' : 'long', fees: plan.fees === 'base' && plan.instrument.market === 'usdm' ? 'quote' : plan.fees }));

const turn: fc.Arbitrary<Turn> = fc.record({ pick: fc.nat(999), how: fc.nat(99), much: fc.integer({ min: 1, max: 100 }) });
export const turns = fc.array(turn, { minLength: 5, maxLength: 90, size: 'max' });

/** Asserts with the number of the invariant in front. */
export function holds(invariant: number, what: string, condition: boolean): void {
  expect(condition, `invariant ${invariant}: ${what}`).to.equal(true);
}
