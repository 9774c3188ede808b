import type { Money, Price, Qty } from '../num/units.ts';

/** How the venue's rules are applied to a group's orders; `effectiveRules` applies it. */
export interface PrecisionPlan {
  /** `force` uses the fallback rules whatever the venue says. */
  mode: 'auto' | 'force';
  /** Without rules an entry waits; otherwise the fallback rules are used, with a warning. */
  blockOnMissing: boolean;
  fallback: { tickSize: Price; stepSize: Qty; quantityMin: Qty; notionalMin: Money };
  enforceTick: boolean;
  enforceStep: boolean;
  enforceNotionalMin: boolean;
}
