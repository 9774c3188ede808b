import type { Market } from '#shared/engine/instrument/instrument';
import type { Price } from '#shared/engine/num/units';
import type { ReconcilePlan } from '#shared/engine/reconcile/reconcile-plan';
import type { ExchangePort } from '#shared/ports/exchange.port';
import type { JobQueue } from '#shared/ports/job-queue.port';
import type { OutboxClaim, Store, Work } from '#shared/ports/store.port';
import type { Bus, Clock, Log } from '#shared/ports/system.port';
import type { AtCrashPoint } from './crash-points.ts';
import { announce } from './announce.ts';
import { runDecision, type FactSource } from './run-decision.ts';

/** What the shell needs of the world. Live, paper and simulation plug in their own. */
export interface ShellPorts {
  store: Store;
  facts: FactSource;
  jobs: Pick<JobQueue, 'knock'>;
  bus: Pick<Bus, 'publish'>;
  clock: Clock;
  log: Log;
  /** The venue of an account. Rejects with `AccountClosed` where the account may not trade. */
  exchangeFor(accountId: string): Promise<ExchangePort>;
  atCrashPoint: AtCrashPoint;
  /** Fetches a market's rules anew, after a venue refused an order of this symbol by rules we thought it kept. Until it has, nothing is entered by them. */
  refreshRules?: (venue: string, market: Market, symbol: string) => Promise<unknown>;
  /** A group of the user has traded: its risk engine may want to look. Must cost nothing. */
  filled?: (userId: string) => void;
  /** How a user's accounts are compared with their venues; absent where nothing is configured, then as a fresh install has it. */
  reconcilePlan?: (userId: string) => Promise<ReconcilePlan>;
  /** The last price of a symbol, where it has just come; absent where every price has. */
  priceFresh?: (venue: string, market: Market, symbol: string) => Price | null;
  /** Carries out fresh outbox rows in this process; absent where each must be knocked for. */
  dispatch?: Dispatch;
}

/** First attempts without the queue. */
export interface Dispatch {
  /** Could it carry one more now, beside the `marked` that this decision has promised it already? */
  room(priority: number, marked: number): boolean;
  /** Takes a row that nobody has claimed; false where it must be knocked for. */
  take(outboxId: string, priority: number): boolean;
  /** Carries out a row claimed with the decision's commit; `askedAt` is when that was asked for, by `spanNow()`. */
  carry(claim: OutboxClaim, askedAt: number): void;
}

/** The account may not trade now: switched off, deleted, or not permitted in this mode. */
export class AccountClosed extends Error {
  override readonly name = 'AccountClosed';
}

/** Runs one event and, after the commit, tells everybody whom it concerns. False where it was heard before or changed nothing. */
export async function hear(ports: ShellPorts, work: Work): Promise<boolean> {
  const ran = await runDecision(ports, work);
  if (ran === null) return false;
  announce(ports, ran);
  return true;
}
