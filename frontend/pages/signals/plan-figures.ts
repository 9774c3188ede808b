import type { LadderPlan } from '#shared/contracts/http';
import { negateDecimal, sumDecimals } from '../../data/decimal.ts';

/** Legs for which an order goes out. */
export const sentLegs = (plan: Pick<LadderPlan, 'legs'>): LadderPlan['legs'] => plan.legs.filter((leg) => leg.blocked === null && leg.price !== null);

/** What is free beyond the whole ladder; negative is what it lacks. Null where one of the two is not known. */
export const balanceLeft = ({ free, needed }: Pick<LadderPlan, 'free' | 'needed'>): string | null => (free === null || needed === null ? null : sumDecimals([free, negateDecimal(needed)]));
