import type { Ratio } from '../num/units.ts';
import type { ExitPlan } from './exit-plan.ts';

/** The target of one leg: a rule for its pyramid, a rule for the group, its level's own, the common one. */
export const legTpPercent = (plan: ExitPlan, pyramidIndex: number, own: Ratio | null): Ratio => plan.pyramidTpForced?.[String(pyramidIndex)] ?? plan.tpPercentForced ?? own ?? plan.tpPercent;

/** What one pyramid adds to the combined target: a rule for it, its configured target, the common one. */
export const pyramidTpPercent = (plan: ExitPlan, pyramidIndex: number): Ratio => plan.pyramidTpForced?.[String(pyramidIndex)] ?? plan.pyramidTpPercents?.[String(pyramidIndex)] ?? plan.tpPercent;
