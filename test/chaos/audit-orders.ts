import { purposeOf } from '#shared/engine/ids';
import { compare, dec, sum } from '#shared/engine/num/units';
import { endedStatuses, passingStatuses, worksThere, type Breach, type Evidence, type VenueOrderEvidence } from './evidence.ts';
import { grouped } from './grouped.ts';

/** Each purpose has one order, both sides agree on what became of it, and the venue has none that nobody here knows. */
export function auditOrders(evidence: Evidence): Breach[] {
  return [...doubledIds(evidence), ...doubledPurposes(evidence), ...leftOver(evidence), ...orphans(evidence), ...disagreeing(evidence)];
}

function doubledIds({ venue }: Evidence): Breach[] {
  return [...grouped(venue.orders, ({ clientOrderId }) => clientOrderId)].flatMap(([id, same]) =>
    same.length < 2 ? [] : [{ promise: 'order doubled', id, what: `the venue accepted it ${same.length} times: ${same.map((order) => `${order.id} ${order.status} ${order.filled}`).join(', ')}` }],
  );
}

const slotOf = (prefix: string, { clientOrderId }: VenueOrderEvidence): string | null => {
  const purpose = purposeOf(prefix, clientOrderId);
  return purpose === null ? null : `${purpose.role}:${purpose.pyramid ?? '-'}:${purpose.leg ?? '-'} of group ${purpose.groupId}`;
};

/** A later generation follows an order that has ended; together they buy no more than a leg wants. */
function doubledPurposes({ prefix, venue }: Evidence): Breach[] {
  return [...grouped(venue.orders, (order) => slotOf(prefix, order))].flatMap(([slot, same]): Breach[] => {
    if (slot === null) return [];
    const breaches: Breach[] = [];
    const working = same.filter(worksThere);
    if (working.length > 1) breaches.push({ promise: 'order doubled', id: working.map(({ clientOrderId }) => clientOrderId).join(' '), what: `${working.length} orders work at the venue for ${slot}` });
    const most = same.reduce((largest, { quantity }) => (compare(quantity, largest) > 0 ? dec(quantity) : largest), dec(0));
    const bought = sum(same.map(({ filled }) => filled));
    if (slot.startsWith('entry:') && bought.greaterThan(most)) breaches.push({ promise: 'order doubled', id: slot, what: `its ${same.length} orders have filled ${bought.toFixed()}, one was to fill ${most.toFixed()}` });
    return breaches;
  });
}

function leftOver({ orders }: Evidence): Breach[] {
  return orders.filter(({ status }) => passingStatuses.has(status)).map(({ clientOrderId, groupId, status }) => ({ promise: 'order left unknown', id: clientOrderId, what: `order of group ${groupId} is still ${status}` }));
}

function orphans({ prefix, orders, groups, venue }: Evidence): Breach[] {
  const ours = new Map(orders.map((order) => [order.clientOrderId, order]));
  const closed = new Set(groups.filter(({ group }) => group.status === 'closed').map(({ group }) => group.id));
  return venue.orders.filter(worksThere).flatMap(({ clientOrderId, symbol }): Breach[] => {
    const order = ours.get(clientOrderId);
    const why =
      purposeOf(prefix, clientOrderId) === null ? 'is no id of this deployment' : order === undefined ? 'is not among our orders' : endedStatuses.has(order.status) ? `is ${order.status} here` : closed.has(order.groupId) ? `belongs to group ${order.groupId}, which is closed` : null;
    return why === null ? [] : [{ promise: 'orphan order at the venue', id: clientOrderId, what: `it works on ${symbol} and ${why}` }];
  });
}

function disagreeing({ orders, venue }: Evidence): Breach[] {
  const there = new Map(venue.orders.map((order) => [order.clientOrderId, order]));
  return orders.flatMap(({ clientOrderId, groupId, status, quantityFilled }): Breach[] => {
    const order = there.get(clientOrderId);
    const sent = status === 'open' || status === 'partially_filled' || status === 'filled';
    if (order === undefined) return sent ? [{ promise: 'order as at the venue', id: clientOrderId, what: `it is ${status} here (group ${groupId}), the venue never had it` }] : [];
    if (status === order.status && compare(quantityFilled, order.filled) === 0) return [];
    return [{ promise: 'order as at the venue', id: clientOrderId, what: `it is ${status} with ${quantityFilled} filled here (group ${groupId}), at the venue ${order.status} with ${order.filled}` }];
  });
}
