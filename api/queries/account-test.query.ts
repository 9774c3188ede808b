import { setTimeout as sleep } from 'node:timers/promises';
import type { AccountTest } from '#shared/contracts/http';
import type { ApiDeps } from '../api-deps.ts';

const waitMs = 8_000;
const lookEveryMs = 150;

/**
 * Lets a worker check an account: only workers talk to venues. Knocks `reconcile` and waits for the status `account-test:<id>` that
 * its job leaves, newer than the request by the database's clock.
 */
export async function testAccount({ pool, jobs, clock }: Pick<ApiDeps, 'pool' | 'jobs' | 'clock'>, accountId: string): Promise<AccountTest> {
  const asked = await pool.query<{ at: string }>('select clock_timestamp()::text as at');
  const pending: AccountTest = { status: 'pending', checkedAt: null, detail: 'No worker has answered yet; try again in a moment.', balances: [] };
  try {
    await jobs.knock('reconcile', { accountId, test: true }, { dedupeKey: `account-test:${accountId}`, priority: 1 });
  } catch {
    return { ...pending, detail: 'The job queue cannot be reached.' };
  }
  const until = clock.now() + waitMs;
  while (clock.now() < until) {
    const { rows } = await pool.query<{ status: AccountTest }>('select status from process_status where name = $1 and updated_at > $2::timestamptz', [`account-test:${accountId}`, asked.rows[0]?.at]);
    if (rows[0] !== undefined) return rows[0].status;
    await sleep(lookEveryMs);
  }
  return pending;
}
