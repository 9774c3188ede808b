import type { Market } from '../instrument/instrument.ts';
import type { Price, Qty, Ratio } from '../num/units.ts';
import type { Side } from '../order/order.ts';
import type { Time } from '../time.ts';

export const executionModes = ['grid', 'r_multiple', 'decision', 'strategy'] as const;
/** Which style works a signal. */
export type ExecutionMode = (typeof executionModes)[number];

/** How an alert states its size. */
export interface SignalSize {
  type: 'contracts' | 'base' | 'quote';
  amount: Qty;
}

/** An alert, understood: normalised, authenticated, and tied to the account it trades on. */
export interface Signal {
  signalId: string;
  userId: string;
  accountId: string;
  venue: string;
  market: Market;
  /** Unified symbol. */
  symbol: string;
  timeframe: string;
  kind: 'entry' | 'exit' | 'reduce' | 'reverse';
  /** The side to open; for exit and reduce the side to close; for reverse the new side. */
  side: Side;
  /** The alert's own price; null where it carries none. */
  priceSignal: Price | null;
  size: SignalSize | null;
  /** Share of the position to close, 0 to 1 (E-50). */
  reduceFraction: Ratio | null;
  stopLoss: Price | null;
  takeProfit: Price | null;
  slippageMaxPercent: Ratio | null;
  precisionMode: 'auto' | 'force';
  executionMode: ExecutionMode;
  /** When the alert fired, by its own account. */
  alertAt: Time | null;
  tradeId: string | null;
  alertName: string | null;
  alertMessage: string | null;
  receivedAt: Time;
}
