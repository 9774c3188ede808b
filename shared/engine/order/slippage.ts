import type { Ratio } from '../num/units.ts';

/** What a market order may slip, and what is made of more. */
export interface SlippagePlan {
  maxPercent: Ratio;
  action: 'warn' | 'reject';
}
