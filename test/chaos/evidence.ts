import type { OrderRole, OrderStatus } from '#shared/engine/order/order';
import type { PositionGroup } from '#shared/engine/position/position-group';
import type { WakeCondition } from '#shared/engine/position/wake-conditions';
import type { QueuedEntry } from '#shared/engine/pool/pool';
import type { JournalRow } from '#shared/ports/store.port';
import type { Acknowledgement } from './acknowledgements.ts';

/**
 * Everything the audit judges, read at one moment: what the sender was promised, our tables, the books of the paper exchange. Of one
 * USD-M account. Amounts are decimal text.
 */
export interface Evidence {
  /** Of this deployment's client order ids. */
  prefix: string;
  acknowledged: Acknowledgement[];
  signals: SignalEvidence[];
  groups: GroupEvidence[];
  /** Entries in the waiting queue. */
  waiting: QueuedEntry[];
  groupsMax: number;
  orders: OrderEvidence[];
  fills: FillEvidence[];
  /** What is due and not done: events, orders on their way, signals without an outcome. */
  undone: string[];
  venue: VenueEvidence;
}

export interface SignalEvidence {
  id: string;
  tradeId: string | null;
  kind: string;
  symbol: string;
  status: string;
  outcome: string | null;
  reason: string | null;
  groupId: string | null;
  /** Epoch ms. */
  receivedAt: number;
  decidedAt: number | null;
  /** How often the pool has decided it, by its journal. */
  decisions: number;
}

export interface GroupEvidence {
  group: PositionGroup;
  version: number;
  wake: WakeCondition[];
  stepSize: string;
  tickSize: string;
  journal: JournalRow[];
}

export interface OrderEvidence {
  clientOrderId: string;
  groupId: string;
  role: OrderRole;
  pyramid: number | null;
  leg: number | null;
  symbol: string;
  quantity: string;
  quantityFilled: string;
  status: OrderStatus;
}

export interface FillEvidence {
  tradeId: string;
  clientOrderId: string;
  symbol: string;
  price: string;
  quantity: string;
  fee: string;
}

export interface VenueEvidence {
  orders: VenueOrderEvidence[];
  fills: (FillEvidence & { feeAsset: string; at: number })[];
  /** Below zero is short. */
  positions: { symbol: string; quantity: string }[];
  /** What trading has added to the wallet: profit less fees. */
  walletChange: string;
  /** Last price by symbol. */
  prices: Record<string, string>;
}

/** An order as the paper exchange keeps it; `status` in our words. */
export interface VenueOrderEvidence {
  id: string;
  clientOrderId: string;
  symbol: string;
  status: OrderStatus;
  quantity: string;
  filled: string;
}

/** What is wrong, by the name of the promise that was broken. */
export interface Breach {
  promise: string;
  /** Of the signal, order, trade, group or symbol concerned. */
  id: string;
  what: string;
}

/** `BTC/USDT:USDT` as the venue writes it. */
export const venueSymbolOf = (symbol: string): string => (symbol.split(':')[0] ?? symbol).replace('/', '');

export const endedStatuses: ReadonlySet<OrderStatus> = new Set<OrderStatus>(['filled', 'cancelled', 'rejected', 'expired', 'abandoned']);
export const passingStatuses: ReadonlySet<OrderStatus> = new Set<OrderStatus>(['ready', 'sending', 'cancelling', 'unknown']);
export const worksThere = ({ status }: VenueOrderEvidence): boolean => status === 'open' || status === 'partially_filled';
