import { purposeOf, type OrderPurpose } from '#shared/engine/ids';
import { compare, dec, sum } from '#shared/engine/num/units';
import type { PositionGroup } from '#shared/engine/position/position-group';
import type { OrderRequest } from '#shared/ports/exchange.port';
import type { Happening } from '#shared/simulation/matching-state';
import { isWorking, remainingOf, rulesKey, stateOf, type SimulatedVenue, type VenueOrder } from '#shared/simulation/simulated-venue';
import type { SimRefusal } from '#shared/simulation/sim-refusal';
import type { Instrument } from '#shared/engine/instrument/instrument';
import { isStrict } from './check-group.ts';
import { checkForeignEnd } from './check-reconcile.ts';
import { quantityOf, type Counted } from './oracle.ts';
import type { OutsideLedger } from './outside-ledger.ts';
import { holds } from './violation.ts';

/** Everything the venue knows of one group, found by the client order ids alone. */
export class VenueView {
  readonly ofGroup = new Map<string, { purpose: OrderPurpose; order: VenueOrder }[]>();
  private readonly venue: SimulatedVenue;
  private readonly prefix: string;
  private readonly ledger: OutsideLedger;
  private readonly entered: (clientOrderId: string) => void;

  /** `entered` is told of every entry that the venue accepts. */
  constructor({ venue, prefix, ledger, entered }: { venue: SimulatedVenue; prefix: string; ledger: OutsideLedger; entered: (clientOrderId: string) => void }) {
    this.venue = venue;
    this.prefix = prefix;
    this.ledger = ledger;
    this.entered = entered;
  }

  /** Invariants 2, 4 and 12 as the venue sees them, at every order it accepts; 11 at every order it ends. */
  heard = (happening: Happening): void => {
    if (happening.kind !== 'order') return;
    const { clientOrderId, id } = happening.order;
    checkForeignEnd(this.ledger, clientOrderId, happening.execution);
    if (happening.execution !== 'NEW' || this.ledger.orders.has(clientOrderId)) return;
    const purpose = purposeOf(this.prefix, clientOrderId);
    holds(4, purpose !== null, () => `the venue accepted ${clientOrderId}, which is no id of ours`);
    const accepted = this.venue.ordersOf(clientOrderId);
    holds(4, accepted.length === 1, () => `the venue accepted ${clientOrderId} ${accepted.length} times`);
    const all = this.ofGroup.get(purpose.groupId) ?? [];
    const order = this.venue.orders.get(id)!;
    const beside = all.filter((each) => each.purpose.role === purpose.role && each.purpose.pyramid === purpose.pyramid && each.purpose.leg === purpose.leg && isWorking(each.order));
    holds(4, beside.length === 0, () => `the venue accepted ${clientOrderId} while generation ${beside[0]?.purpose.generation} of the same purpose works`);
    const unwanted = all.find((each) => each.purpose.role === purpose.role && each.purpose.pyramid === purpose.pyramid && each.purpose.leg === purpose.leg && this.ledger.unwanted.has(stateOf(each.order).clientOrderId));
    holds(11, purpose.role !== 'entry' || unwanted === undefined, () => `the venue accepted ${clientOrderId} for a leg whose entry a person has cancelled by hand`);
    all.push({ purpose, order });
    this.ofGroup.set(purpose.groupId, all);
    if (purpose.role === 'entry') this.entered(clientOrderId);
    else this.checkExits(purpose.groupId, clientOrderId);
  };

  private checkExits(groupId: string, clientOrderId: string): void {
    const all = this.ofGroup.get(groupId) ?? [];
    const working = sum(all.filter(({ purpose }) => purpose.role !== 'entry').map(({ order }) => remainingOf(order)));
    const base = this.venue.rules.get(rulesKey(all[0]!.order.versions[0]!.order.market, all[0]!.order.symbol))?.at(-1)?.base ?? '';
    // Exits that are out when somebody closes a part stay out until the venue has cancelled them.
    const held = quantityOf([...this.tradesOf(groupId), ...this.ledger.bookedOf(groupId).filter(({ role }) => role === 'entry')], base);
    holds(2, working.lessThanOrEqualTo(held), () => `with ${clientOrderId} the exits of group ${groupId} at the venue are ${working.toFixed()}, it holds ${held.toFixed()}`);
  }

  /** The trades of a group, by the venue's books. */
  tradesOf(groupId: string): Counted[] {
    return (this.ofGroup.get(groupId) ?? []).flatMap(({ purpose, order }) => order.trades.map((trade): Counted => ({ ...trade, role: purpose.role, pyramid: purpose.pyramid, leg: purpose.leg })));
  }
}

const filters: ReadonlySet<SimRefusal> = new Set<SimRefusal>(['price_precision', 'price_tick', 'price_range', 'quantity_precision', 'quantity_step', 'quantity_zero', 'quantity_min', 'quantity_max', 'market_quantity_max', 'notional_min']);
const nothingHeld: ReadonlySet<SimRefusal> = new Set<SimRefusal>(['reduce_only', 'insufficient_balance']);

/** Invariants 2, 4 and 9: what a faultless venue refuses, we should not have sent. */
export function checkRefusal(request: OrderRequest, reason: SimRefusal, versions: readonly Instrument[], last: string | null, group: PositionGroup | undefined, shared: boolean): void {
  const id = request.clientOrderId;
  const exit = group?.orders.find(({ clientOrderId }) => clientOrderId === id)?.role !== 'entry';
  holds(4, reason !== 'duplicate_client_id', () => `${id} was sent while an order of that id works`);
  // Where others have traded, what an exit wants to sell may be gone already.
  holds(2, shared || !(exit && nothingHeld.has(reason)), () => `the exit ${id} was refused: ${reason}`);
  if (!filters.has(reason) || group === undefined || !isStrict(group)) return;
  const fits = versions.some((rules) => suits(request, rules, last));
  holds(9, fits, () => `${id} left and was refused: ${reason}; ${request.side} ${request.quantity} at ${request.price ?? `market, last ${last}`}`);
}

/** Does an order keep these rules? The price of a market order may have moved since it was decided, by a twentieth at most. */
function suits({ price, quantity, reduceOnly, type }: OrderRequest, rules: Instrument, last: string | null): boolean {
  const most = (type === 'market' ? rules.quantityMaxMarket : null) ?? rules.quantityMax;
  const notional = dec(price ?? last ?? '0').times(quantity).times(price === null ? '1.05' : '1');
  return (
    (price === null || dec(price).modulo(rules.tickSize).isZero()) &&
    dec(quantity).modulo(rules.stepSize).isZero() &&
    compare(quantity, rules.quantityMin) >= 0 &&
    (most === null || compare(quantity, most) <= 0) &&
    (rules.notionalMin === null || (reduceOnly && rules.notionalMinSparesReduceOnly) || notional.greaterThanOrEqualTo(rules.notionalMin))
  );
}
