/**
 * What the REST interface answers, as types. Prices, quantities and money are decimal text, times ISO-8601 UTC, ids text.
 * Requests and the answers' schemas stand in the route table (`api/routes`), from which the OpenAPI page is made.
 */
import type { LadderPlan } from '#shared/engine/entry/plan-check';
import type { ExecutionMode } from '#shared/engine/messages/signals';
import type { Side } from '#shared/engine/order/order';
import type { HaltKind } from '#shared/engine/pool/halts';
import type { FillView, OrderView, Pool } from './http-trading.ts';

export type * from './http-config.ts';
export type * from './http-reconcile.ts';
export type * from './http-risk.ts';
export type * from './http-trading.ts';
export type { HaltKind, LadderPlan };

/** Decimal text such as "98940.10". */
export type DecimalText = string;
/** ISO-8601 in UTC. */
export type Instant = string;
export type Id = string;
export type MarketName = 'spot' | 'usdm';

/** One page of a list; pass `nextCursor` back as `?cursor=` for the next. */
export interface Page<Item> {
  data: Item[];
  nextCursor: string | null;
}

/** RFC 9457 problem details. `code` is stable, `errors` names each wrong field. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: string;
  correlationId?: string;
  errors?: { path: string; message: string; code?: string }[];
}

export type UserRole = 'administrator' | 'trader' | 'viewer';
export interface User {
  id: Id;
  email: string;
  role: UserRole;
}
/** Of login, set-up and GET auth/session. `csrfToken` goes into `X-CSRF-Token` of every write. */
export interface SessionAnswer {
  user: User;
  csrfToken: string;
}
export interface Token {
  id: Id;
  name: string;
  createdAt: Instant;
  lastUsedAt: Instant | null;
}
/** The token itself is shown once. */
export interface TokenCreated {
  id: Id;
  name: string;
  token: string;
}

/** `auto` takes the mode that belongs to the payload: full is grid, simple is r_multiple. */
export type EndpointMode = 'auto' | ExecutionMode;
export interface WebhookEndpoint {
  id: string;
  name: string;
  accountId: Id;
  accountName: string;
  venue: string;
  market: MarketName;
  executionMode: EndpointMode;
  /** Path to post alerts to, below this server's address. */
  path: string;
  /** The same as an address, by the host this request named. */
  url: string;
  createdAt: Instant;
  lastDeliveryAt: Instant | null;
}
/** Of POST and rotate: the only answers that carry the secret, with the message to paste into TradingView. */
export interface WebhookEndpointCreated extends WebhookEndpoint {
  secret: string;
  template: string;
}
export interface AcceptedAlert {
  signalId: Id;
  status: 'accepted';
}
export interface DuplicateAlert {
  signalId: Id;
  duplicate: true;
}

export type SignalKind = 'entry' | 'exit' | 'reduce' | 'reverse';
export type SignalStatus = 'pending' | 'waiting' | 'accepted' | 'refused' | 'done';
export interface SignalSummary {
  id: Id;
  endpointId: string;
  accountId: Id;
  exchange: string;
  symbol: string;
  timeframe: string;
  kind: SignalKind;
  side: Side | null;
  status: SignalStatus;
  /** What became of it, such as opened, pyramid, queued, replaced, closed. */
  outcome: string | null;
  /** Code from the closed list of refusals. */
  reason: string | null;
  /** The reason in words with its numbers. */
  detail: string | null;
  groupId: Id | null;
  price: DecimalText | null;
  source: string | null;
  tradeId: string | null;
  alertName: string | null;
  alertMessage: string | null;
  alertAt: Instant | null;
  receivedAt: Instant;
  decidedAt: Instant | null;
}
/** One step of a signal's way, with the time since the delivery. */
export interface ChainStep {
  step: 'delivered' | 'decided' | 'ordered' | 'sent' | 'accepted' | 'filled';
  at: Instant;
  afterMs: number;
}
export interface Delivery {
  id: Id;
  receivedAt: Instant;
  answer: number;
  code: string | null;
  detail: string | null;
  contentType: string | null;
  /** As received, secrets hidden. */
  body: string;
}
/** What an alert asks for, as it was understood. */
export interface SignalIntent {
  kind: SignalKind;
  side: Side | null;
  symbol: string;
  timeframe: string;
  price: DecimalText | null;
  size: { type: 'contracts' | 'base' | 'quote'; amount: DecimalText } | null;
  /** Share of the position to close, 0 to 1. */
  reduceFraction: DecimalText | null;
  stopLoss: DecimalText | null;
  takeProfit: DecimalText | null;
  slippageMaxPercent: DecimalText | null;
  executionMode: ExecutionMode | null;
}
export const orderSteps = ['decided', 'sending', 'accepted', 'found', 'refused', 'unknown', 'absent', 'cancel_asked', 'withdrawn', 'filled', 'cancelled', 'expired', 'rejected'] as const;
/**
 * One moment in an order's life. `sending` is recorded before the socket is touched; `found` and `absent` are how an unknown outcome ended:
 * the venue showed it, or it was proved never to have arrived.
 */
export interface OrderStep {
  step: (typeof orderSteps)[number];
  at: Instant;
  /** Since the step before; null for the first, and where two clocks contradict each other. */
  afterMs: number | null;
  /** The venue's words, or the evidence; of `found` the status the venue showed, or `trades` where it showed those alone. */
  detail: string | null;
}
/** What proves an order's way: which of how many of its signal it is, which attempt at its purpose, and what happened when. */
export interface OrderEvidence {
  clientOrderId: string;
  number: number;
  total: number;
  /** Among the orders of the same role, pyramid and leg, counted over the whole position. */
  attempt: number;
  attempts: number;
  /** Times a worker has taken it to be sent or asked about, and what came of the last time, while that stands; null where the record was pruned. */
  handling: { taken: number; done: boolean; note: string | null } | null;
  steps: OrderStep[];
}
export interface SignalChain extends SignalSummary {
  /** The payload as understood, secrets removed, numbers as text. */
  payload: unknown;
  deliveries: Delivery[];
  decision: { at: Instant | null; attempts: number; error: string | null; commands: unknown } | null;
  /** The ladder after rounding, minimums and balance, as it was before its first order left; null where the signal did not get as far. */
  plan: LadderPlan | null;
  orders: OrderView[];
  fills: FillView[];
  steps: ChainStep[];
  /** Null for signals of versions that did not keep it. */
  intent: SignalIntent | null;
  /** One for each of `orders`, in the same order. */
  evidence: OrderEvidence[];
}

export type AccountMode = 'paper' | 'testnet' | 'live';
export interface Account {
  id: Id;
  name: string;
  venue: string;
  market: MarketName;
  mode: AccountMode;
  /** Masked. */
  apiKey: string;
  secret: 'set';
  passphrase: 'set' | null;
  enabled: boolean;
  liveEnabledAt: Instant | null;
  /** May it trade now? */
  tradable: boolean;
  /** Why not, in words. */
  tradableReason: string | null;
  createdAt: Instant;
}
/** Of POST accounts/:id/test: the check runs in a worker; `status` is `pending` when it did not end within the wait. */
export interface AccountTest {
  status: 'ok' | 'failed' | 'pending';
  checkedAt: Instant | null;
  detail: string;
  balances: { asset: string; free: DecimalText; total: DecimalText }[];
}

/** The last fetch of a market's instrument rules. */
export interface PrecisionSync {
  exchange: string;
  market: MarketName;
  /** Instruments that are kept. */
  count: number;
  /** When the rules now in use were fetched; null before the first time. */
  fetchedAt: Instant | null;
  /** The last fetch, where it failed. */
  failedAt: Instant | null;
  error: string | null;
}
export interface PrecisionRule {
  exchange: string;
  market: MarketName;
  symbol: string;
  venueSymbol: string;
  tickSize: DecimalText;
  stepSize: DecimalText;
  quantityMin: DecimalText;
  notionalMin: DecimalText | null;
  active: boolean;
  fetchedAt: Instant;
}
export interface CandleView {
  /** Opening time. */
  time: Instant;
  open: DecimalText;
  high: DecimalText;
  low: DecimalText;
  close: DecimalText;
  volume: DecimalText;
}
export type Severity = 'debug' | 'info' | 'warn' | 'error' | 'alert';
export interface LogEntry {
  id: Id;
  at: Instant;
  severity: Severity;
  category: string;
  message: string;
  fields: Record<string, unknown>;
  process: string | null;
}

export type EngineState = 'running' | 'paused' | 'error';
/** Where prices of one venue come from, as the market process states it. */
export interface PriceSource {
  venue: string;
  source: 'live' | 'replay' | 'synthetic';
  /** True where `auto` could not reach the venue and fell back. */
  fallback: boolean;
  reason: string;
  /** Of a replay the time of its candle, so its age says nothing; `heardAt` is when the market process last spoke. */
  lastPriceAt: Instant | null;
  heardAt: Instant;
  connected: boolean;
  /** True where a replay has come to the end of its file. */
  ended: boolean;
}
export interface HaltView {
  scope: 'global' | 'account';
  /** The account's id; empty for everything. */
  scopeId: string;
  accountName: string | null;
  /** A person's pause, the engine's safe mode, the STOP file, a person's kill switch. */
  kind: HaltKind;
  /** Of safe mode: what for, such as `key_refused`. */
  code: string | null;
  reason: string;
  /** E-mail of the person who set it; null where nobody did. */
  by: string | null;
  /** The STOP file is still there: it must go before anybody can re-arm. */
  fileStands: boolean;
  createdAt: Instant;
}
/** Of POST status/kill: how many positions are told to end their entries or to close, and how many waiting entries are taken out of the queue. */
export interface KillAnswer {
  status: 'requested';
  positions: number;
  queued: number;
}
export interface Status {
  engine: { state: EngineState; reason: string | null };
  /** The most serious mode among the enabled accounts: what the mode badge shows. */
  mode: AccountMode;
  trading: { mode: 'simulation' | 'dry_run' | 'live'; approved: boolean };
  accounts: { id: Id; name: string; venue: string; market: MarketName; mode: AccountMode; tradable: boolean }[];
  prices: PriceSource[];
  venues: { venue: string; state: 'up' | 'down' | 'unknown'; detail: string; checkedAt: Instant | null; rateLimit: unknown }[];
  processes: { name: string; up: boolean; updatedAt: Instant; status: unknown }[];
  lastWebhook: { at: Instant; answer: number; code: string | null } | null;
  queueBackend: 'redis' | 'postgres';
  queues: Record<string, { waiting: number; active: number; delayed: number; failed: number }>;
  /** What stops new positions: everything, or one of the caller's accounts. Oldest first. */
  halts: HaltView[];
  /** What is set up so that somebody should know of it all the time. */
  warnings: { code: 'webhook_signature_off' | 'config_mirror_failed'; path: string; message: string }[];
  /** Severe log rows of the last seven days that nobody has acknowledged. */
  alerts: LogEntry[];
  pool: Pool;
  pnl: { realised: DecimalText; unrealised: DecimalText; unrealisedPercent: DecimalText; currency: string };
  serverTime: Instant;
  version: string;
}

/** Of the actions that only ask for something: it is stored and will be done. */
export interface Requested {
  status: 'requested';
  requestId: Id;
}
export interface RequestedMany {
  status: 'requested';
  requested: Id[];
}
