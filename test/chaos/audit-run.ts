import { runningDatabaseUrl } from '#scripts/running-database';
import type { RunningStack } from '#test/support/running-stack';
import type { Acknowledgement } from './acknowledgements.ts';
import { auditBooks } from './audit-books.ts';
import { auditExits } from './audit-exits.ts';
import { auditJournals } from './audit-journals.ts';
import { auditOrders } from './audit-orders.ts';
import { auditSignals } from './audit-signals.ts';
import { auditSlots } from './audit-slots.ts';
import type { Breach, Evidence } from './evidence.ts';
import { readEvidence } from './read-evidence.ts';
import { untilSettled } from './settle.ts';

/**
 * Every promise that the evidence shows broken; for a deployment at rest. What is held, targets and profit are worked out from the venue's
 * trades and compared with what the engine says of them.
 */
export const audit = (evidence: Evidence): Breach[] => [
  ...evidence.undone.map((what): Breach => ({ promise: 'settled', id: '-', what })),
  ...auditSignals(evidence),
  ...auditOrders(evidence),
  ...auditBooks(evidence),
  ...auditExits(evidence),
  ...auditSlots(evidence),
  ...auditJournals(evidence),
];

/** Waits until a stack with an embedded PostgreSQL is at rest, a minute at most, and audits it. `acknowledged` is what its senders were promised. */
export async function auditStack({ dataDir }: Pick<RunningStack, 'dataDir'>, acknowledged: Acknowledgement[]): Promise<Breach[]> {
  const databaseUrl = (): string => runningDatabaseUrl({ databaseUrl: null, dataDir });
  await untilSettled(databaseUrl);
  return audit(await readEvidence(databaseUrl(), acknowledged));
}
