import type { Price, Qty } from '../num/units.ts';
import type { OrderReport } from '../order/order.ts';

/**
 * fills_missed: the venue has filled more of an order · order_ended: it has ended one we thought working · order_found: one whose outcome
 * nobody knew is there · order_missing: it does not know one it had accepted · orphan_order: an order of our scheme that no open group
 * wants · position_reduced: less is held than our groups say · orphan_position: more is held, or on the other side · missing_exit: an
 * exit that should rest does not · other_deployment: another Tranche, with a database of its own, works on the account.
 */
export const differenceKinds = ['fills_missed', 'order_ended', 'order_found', 'order_missing', 'orphan_order', 'position_reduced', 'orphan_position', 'missing_exit', 'other_deployment'] as const;
export type DifferenceKind = (typeof differenceKinds)[number];

/** A part of a group that is not at the venue any more. */
export interface ReducedPart {
  groupId: string;
  /** What the group held when it was compared. */
  held: Qty;
  quantity: Qty;
}

/** What is done about a difference. Nothing here can add exposure. */
export type Remedy =
  /** Its group hears what the venue says, with the order's trades. */
  | { do: 'take-report'; report: OrderReport }
  /** Its group hears that the order is no more. */
  | { do: 'end-order'; report: OrderReport }
  | { do: 'cancel'; venueOrderId: string }
  /** Its groups hear that a part of them is gone. `netted`: groups of both sides held it, so that nobody has traded it. */
  | { do: 'reduce'; parts: ReducedPart[]; netted?: true }
  /** Its group decides anew what should rest. */
  | { do: 'look-again' }
  /** A person decides. Where there is a `stop`, the position is closed when the last price reaches it meanwhile. */
  | { do: 'ask'; side: 'long' | 'short'; quantity: Qty; priceEntry: Price | null; stop: Price | null }
  /** A person decides whether it is cancelled. */
  | { do: 'ask-cancel'; venueOrderId: string }
  /** Nothing new is entered until a person has stopped the other one, or accepts it. */
  | { do: 'ask-deployment'; prefix: string };

/** One place where the venue and our rows say different things. `key` is its name as long as it lasts. */
export interface Difference {
  kind: DifferenceKind;
  key: string;
  /** The symbol, or on spot the asset. */
  symbol: string;
  groupId: string | null;
  clientOrderId: string | null;
  /** A quantity, or a status. */
  ours: string | null;
  venue: string | null;
  /** By how much, where it is a quantity: two looks must agree on it. */
  amount: Qty | null;
  remedy: Remedy;
}
