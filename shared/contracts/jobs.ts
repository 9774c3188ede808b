import type { GroupEvent, PoolEvent, RiskEvent } from '#shared/engine/messages/events';

/**
 * Every queue and what its jobs carry. A payload holds ids, and for alerts a copy that their row must bear out: the work lies in the table, a job is a
 * knock on the door, so a job that arrives twice, late or never does no harm.
 */

/** An inbox row as it was when somebody knocked for it. Nothing is decided by it unless the row still waits and says the same (ADR 0022). */
export interface InboxCopy {
  id: string;
  key: string;
  aggregate: 'group' | 'pool' | 'risk';
  aggregateId: string;
  event: GroupEvent | PoolEvent | RiskEvent;
}

/** Queues that exist once. */
export interface SharedJobs {
  /** Events stored in the inbox wait to be decided. `copies` of some of them save their reading. */
  signal: { inboxIds: string[]; copies?: InboxCopy[] };
  /**
   * A group's wake condition was met by a price. `touched` are the prices that met one: a stop holds although the price has gone back before
   * the job is worked. Where the job is lost, the next reading of the conditions goes by the last price.
   */
  'tp-check': { groupId: string; touched?: string[] };
  /** A user's risk engine may want to look at the book: its interval is over, or a group has traded. */
  'risk-cycle': { userId: string; occasion: 'time' | 'fill' };
  /** An inbox row whose time has come. */
  timer: { inboxId: string };
  /** Compare one exchange account with what we believe; with `test`, see whether its keys work. */
  reconcile: { accountId: string; test?: true };
  /** Housekeeping, such as refreshing instrument metadata. */
  maintenance: { task: 'refresh-instruments'; venue: string; market: string } | { task: 'prune' };
}

/** Queues that exist once per venue, each under that venue's rate limit. */
export interface VenueJobs {
  /** An outbox row asks for a submit, a cancel or a query at the venue. */
  order: { outboxId: string };
  /** Ask the venue what became of an account's working orders. */
  'fill-poll': { accountId: string };
}

export type SharedQueue = keyof SharedJobs;
export type VenueQueue = keyof VenueJobs;

/** The venues Tranche can trade on. */
export const venues = ['binance'] as const;
export type Venue = (typeof venues)[number];

/** `order-binance`: the queue of one venue. */
export type VenueQueueName = `${VenueQueue}-${Venue}`;
export type QueueName = SharedQueue | VenueQueueName;

export type JobPayload<Q extends QueueName> = Q extends SharedQueue ? SharedJobs[Q] : Q extends `${infer K}-${Venue}` ? (K extends VenueQueue ? VenueJobs[K] : never) : never;

/** Every queue name, in the order in which the queue board shows them. */
export const queueNames: readonly QueueName[] = [
  'signal',
  ...venues.flatMap((venue): QueueName[] => [`order-${venue}`, `fill-poll-${venue}`]),
  'tp-check',
  'risk-cycle',
  'timer',
  'reconcile',
  'maintenance',
];

/** What a worker process can be told to do with `WORKER_ROLES`. */
export const workerRoles = ['signal', 'order', 'fill-poll', 'tp-check', 'risk-cycle', 'timer', 'reconcile', 'maintenance'] as const;
export type WorkerRole = (typeof workerRoles)[number];
