import type { Venue } from '#shared/contracts/jobs';
import { carryOut } from '#shared/shell/carry-out';
import type { ShellPorts } from '#shared/shell/shell';
import type { JobHandler } from './job-handler.ts';

/**
 * Half of Binance's 300 orders per 10 s, because the queue's window may let twice its figure through in a sliding one. The account's
 * own budget, which protective orders have a reserve in, is kept by the exchange adapter.
 */
const binanceOrders = { max: 150, perMs: 10_000 };

/** Carries out one outbox row at its venue. */
export const orderJob = (ports: ShellPorts, venueLimits: boolean): JobHandler<`order-${Venue}`> => ({
  role: 'order',
  concurrency: 32,
  limit: venueLimits ? binanceOrders : null,
  handle: ({ outboxId }) => carryOut(ports, outboxId),
});
