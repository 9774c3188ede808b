import { sleep } from '#shared/adapters/market-data/market-feed';
import type { Lease } from '#shared/adapters/market-data/venue-lease';
import type { Log } from '#shared/ports/system.port';

/** One time of leading, from winning the lease to losing it. */
export interface Term {
  stop(): Promise<void>;
}

/** How leading is shared. */
export interface LeaderOptions {
  lease: Lease;
  /** How often the lease is renewed, or asked for. */
  everyMs: number;
  lead: () => Promise<Term>;
  onFault: (error: unknown) => void;
  log: Log;
}

/** Leads whenever the lease is ours and stands by otherwise, until `signal`; resolves when the last term has stopped. */
export async function leadOrStandBy({ lease, everyMs, lead, onFault, log }: LeaderOptions, signal: AbortSignal): Promise<void> {
  let term: Promise<Term | null> | null = null;
  let standingBy = false;
  const end = async (): Promise<void> => {
    const ending = term;
    term = null;
    await (await ending)?.stop();
  };
  while (!signal.aborted) {
    // A database that does not answer takes nothing away: until the lease has run out nobody else can have it.
    const ours = await lease.take().catch((error: unknown) => {
      log.warn('market', 'the lease could not be renewed', { error: error instanceof Error ? error.message : String(error) });
      return lease.held();
    });
    if (ours && term === null) {
      log.info('market', 'leading the market feed');
      term = lead().catch((error: unknown) => {
        onFault(error);
        return null;
      });
    }
    if (!ours && term !== null) {
      log.warn('market', 'the lease is lost; standing by');
      await end();
    } else if (!ours && !standingBy) log.info('market', 'another market process leads; standing by');
    standingBy = !ours;
    await sleep(everyMs, signal);
  }
  await end();
  await lease.release().catch(() => {});
}
