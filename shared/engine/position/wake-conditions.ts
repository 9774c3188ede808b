import type { Price } from '../num/units.ts';

/** A price at which a group wants to be asked again; it fires once, until the group states its conditions anew. */
export interface WakeCondition {
  symbol: string;
  direction: 'at-or-above' | 'at-or-below';
  price: Price;
}
