import { deploymentOf, purposeOf } from '../ids.ts';
import { compare } from '../num/units.ts';
import type { OrderReport } from '../order/order.ts';
import { isEnded } from '../order/transition.ts';
import type { Time } from '../time.ts';
import type { OwnAccount, OwnOrder, VenueAccount } from './account-state.ts';
import type { Difference } from './difference.ts';
import type { ReconcilePlan } from './reconcile-plan.ts';

/** What changed this lately is on its way by answer, stream or poll: it is no difference yet. */
export const youngMs = 5_000;
/** An order that is being sent belongs to its sender for so long. */
const sendingMs = 15_000;

const working = (status: OrderReport['status']): boolean => status === 'open' || status === 'partially_filled';

/** What the venue says of an order of ours, as far as it was asked. */
const toldOf = (venue: VenueAccount, { clientOrderId }: OwnOrder): OrderReport | 'not-found' | undefined => venue.open[clientOrderId]?.report ?? venue.answers[clientOrderId];

/** Does the venue say something else of this order than our row, young or not? */
export function disagrees(venue: VenueAccount, order: OwnOrder): boolean {
  const told = toldOf(venue, order);
  if (told === undefined || told === 'not-found') return order.sent;
  if (compare(told.quantityFilled, order.quantityFilled) !== 0) return true;
  return isEnded(order.status) !== !working(told.status) || order.status === 'unknown' || order.status === 'sending';
}

interface Facts extends Pick<ReconcilePlan, 'orphanOrders'> {
  now: Time;
  deploymentPrefix: string;
  /** Other deployments of which an order has been heard lately, open or not. */
  heard: readonly string[];
}

/** Orders of ours of which the venue knows better, orders of our scheme at the venue that nobody here wants, and other deployments. */
export const orderDifferences = (venue: VenueAccount, own: OwnAccount, facts: Facts): Difference[] => [
  ...own.orders.flatMap((order) => ownDifference(venue, order, facts.now) ?? []),
  ...strangeOrders(venue, own, facts),
  ...otherDeployments(venue, own, facts),
];

function ownDifference(venue: VenueAccount, order: OwnOrder, now: Time): Difference | null {
  const told = toldOf(venue, order);
  if (!order.sent || told === undefined || !disagrees(venue, order)) return null;
  const { clientOrderId, groupId, symbol, status } = order;
  if (now - order.changedAt < (status === 'sending' ? sendingMs : youngMs)) return null;
  const about = { symbol, groupId, clientOrderId, amount: null };
  if (told === 'not-found') {
    // A submit without an outcome has its own way to a proof of absence.
    if (status !== 'open' && status !== 'partially_filled') return null;
    const report: OrderReport = { clientOrderId, venueOrderId: '', status: 'expired', quantityFilled: order.quantityReported, reason: 'the venue does not know it any more', at: now };
    return { ...about, kind: 'order_missing', key: `order_missing:${clientOrderId}`, ours: status, venue: null, remedy: { do: 'end-order', report } };
  }
  if (now - told.at < youngMs) return null;
  const remedy = { do: 'take-report', report: told } as const;
  if (status === 'unknown' || status === 'sending') return { ...about, kind: 'order_found', key: `order_found:${clientOrderId}`, ours: status, venue: told.status, remedy };
  if (compare(told.quantityFilled, order.quantityFilled) > 0) return { ...about, kind: 'fills_missed', key: `fills_missed:${clientOrderId}:${told.quantityFilled}`, ours: order.quantityFilled, venue: told.quantityFilled, remedy };
  if (working(told.status) || isEnded(status)) return null;
  return { ...about, kind: 'order_ended', key: `order_ended:${clientOrderId}`, ours: status, venue: told.status, remedy };
}

/** Orders that carry our scheme; every other belongs to a person or another program and is left alone. */
function strangeOrders(venue: VenueAccount, own: OwnAccount, { now, deploymentPrefix: prefix, orphanOrders }: Facts): Difference[] {
  return Object.entries(venue.open).flatMap(([clientOrderId, { symbol, report }]): Difference[] => {
    if (!(clientOrderId in own.strangers) || purposeOf(prefix, clientOrderId) === null) return [];
    // Asked for by name once more: lists can be older than our rows.
    const told = venue.answers[clientOrderId];
    if (told === undefined || told === 'not-found' || !working(told.status) || now - told.at < youngMs) return [];
    const row = own.strangers[clientOrderId] ?? null;
    // One that was proved absent, or refused, and is there all the same: its group takes it back, and cancels what it does not want.
    const takenBack = row !== null && ['abandoned', 'rejected', 'ready'].includes(row.status);
    return [
      {
        kind: 'orphan_order', key: `orphan_order:${clientOrderId}`, symbol, groupId: row?.groupId ?? null, clientOrderId, ours: row?.status ?? null, venue: told.status, amount: null,
        remedy: takenBack ? { do: 'take-report', report: told } : { do: orphanOrders === 'cancel' ? 'cancel' : 'ask-cancel', venueOrderId: report.venueOrderId },
      },
    ];
  });
}

/** The name of the difference that another deployment is. */
export const deploymentKey = (prefix: string): string => `other_deployment:${prefix}`;

/**
 * Tranche under another mark works on the account, or did and has left orders; or another account of this one has its keys. Each of two such
 * would take the other's positions for a person's.
 */
function otherDeployments({ open }: VenueAccount, { elsewhere }: OwnAccount, { deploymentPrefix, heard }: Facts): Difference[] {
  const nameOf = (id: string): string => (elsewhere[id] === undefined ? (deploymentOf(id) ?? deploymentPrefix) : `account ${elsewhere[id]}`);
  const orders = Object.entries(open).map(([clientOrderId, { symbol }]) => ({ name: nameOf(clientOrderId), clientOrderId, symbol }));
  const names = new Set([...orders.map(({ name }) => name), ...heard].filter((name) => name !== deploymentPrefix));
  return [...names].map((name): Difference => {
    const first = orders.find((each) => each.name === name);
    return { kind: 'other_deployment', key: deploymentKey(name), symbol: first?.symbol ?? '', groupId: null, clientOrderId: first?.clientOrderId ?? null, ours: deploymentPrefix, venue: name, amount: null, remedy: { do: 'ask-deployment', prefix: name } };
  });
}
