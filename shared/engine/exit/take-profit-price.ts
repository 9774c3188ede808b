import { dec, type Dec, type Decimalish } from '../num/units.ts';
import type { Side } from '../order/order.ts';

/** The price `percent` beyond `from` in the direction that profits: up for a long, down for a short. Not rounded (R-068, E-02, E-03). */
export function takeProfitPrice(side: Side, from: Decimalish, percent: Decimalish): Dec {
  const share = dec(percent).dividedBy(100);
  return dec(from).times(side === 'long' ? share.plus(1) : dec(1).minus(share));
}
