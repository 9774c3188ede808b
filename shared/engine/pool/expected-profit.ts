import { unreachable } from '../assert.ts';
import type { EntryPlan } from '../entry/entry-plan.ts';
import { levelsOf } from '../entry/grid.ts';
import type { ExitPlan } from '../exit/exit-plan.ts';
import { legTpPercent, pyramidTpPercent } from '../exit/target-percent.ts';
import { dec, money, sum, type Money } from '../num/units.ts';

/** What a pyramid earns when every leg fills and meets its target: capital x weight x target per leg, capital x target in aggregate modes (E-44). Nominal: neither rounding nor fees. */
export function expectedProfit(capital: Money, entryPlan: EntryPlan, exitPlan: ExitPlan, pyramidIndex: number): Money {
  switch (exitPlan.kind) {
    case 'per_leg':
    case 'hybrid': {
      const weighted = levelsOf(entryPlan, pyramidIndex).map((level) => dec(level.weightPercent).times(legTpPercent(exitPlan, pyramidIndex, level.tpPercent)));
      return money(dec(capital).times(sum(weighted)).dividedBy(10_000));
    }
    case 'aggregate':
      return money(dec(capital).times(exitPlan.tpPercent).dividedBy(100));
    case 'pyramid_aggregate':
      return money(dec(capital).times(pyramidTpPercent(exitPlan, pyramidIndex)).dividedBy(100));
    default:
      return unreachable(exitPlan);
  }
}
