import { dec, max, money, price, qty } from '#shared/engine/num/units';
import type { Faults } from '#shared/simulation/faults';
import { isOpen } from '#shared/simulation/matching-state';
import { endOrder } from '#shared/simulation/order-execution';
import type { Chance } from '#shared/simulation/seeded-chance';
import { rulesKey, type SimulatedVenue } from '#shared/simulation/simulated-venue';
import type { VirtualClock } from '#shared/simulation/virtual-clock';
import type { SimulatedSymbol } from './random-configuration.ts';

/** What a venue does by itself within a second: it ends an order, it changes the rules of a symbol. */
export function strikeVenue({ clock, faults, venue, symbols, tell }: { clock: VirtualClock; faults: Faults; venue: SimulatedVenue; symbols: readonly SimulatedSymbol[]; tell: (line: string) => void }, life: Chance): void {
  if (faults.strike('venue-ends-order')) {
    const open = [...venue.world.accounts.values()].flatMap((account) => [...account.orders.values()].filter(isOpen));
    if (open.length > 0) {
      const order = life.pick(open);
      tell(`the venue ends ${order.clientOrderId}`);
      venue.change((draft) => endOrder(draft, draft.accounts.get(order.accountId)!.orders.get(order.id)!, 'EXPIRED', clock.now()));
    }
  }
  if (!faults.strike('rules-change')) return;
  const { rules } = life.pick(symbols);
  const now = venue.rules.get(rulesKey(rules.market, rules.symbol))!.at(-1)!;
  tell(`the rules of ${rules.symbol} change`);
  // A coarser step on USD-M would leave a rest nobody can trade, which nets against the next position of the other side.
  const stepSize = qty(dec(rules.stepSize).times(rules.market === 'spot' ? life.pick([1, 1, 2]) : 1));
  venue.list({ ...now, tickSize: price(dec(rules.tickSize).times(life.pick([1, 2, 5]))), stepSize, quantityMin: qty(max(stepSize, rules.quantityMin)), notionalMin: rules.notionalMin === null ? null : money(dec(rules.notionalMin).times(life.pick([1, 2]))) });
}
