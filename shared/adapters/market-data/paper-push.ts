import type { PriceStep } from '#shared/ports/market-data.port';
import type { Clock, Log } from '#shared/ports/system.port';
import { venueSymbolOf } from './pair.ts';

/** Hands prices to the paper exchange; rejects while it has not taken them. */
export type PaperPush = (steps: readonly PriceStep[]) => Promise<void>;

/** Where the paper exchange is. */
export interface PaperPushOptions {
  /** Origin, without a path. */
  url: string;
  log: Log;
  timeoutMs?: number;
}

/**
 * Posts steps to the paper exchange and waits until it has worked them. No answer, or a fault of its own, rejects, so that the
 * steps are offered again; steps it refuses as wrong would be refused for ever, so those are logged and let go.
 */
export function createPaperPush({ url, log, timeoutMs = 5000 }: PaperPushOptions): PaperPush {
  const target = `${url}/_sim/prices`;
  let refusedBefore = '';
  return async (steps) => {
    if (steps.length === 0) return;
    const body = JSON.stringify({ steps: steps.map(({ market, symbol, price, at }) => ({ market, symbol: venueSymbolOf(symbol), price, at })) });
    const answer = await fetch(target, { method: 'POST', headers: { 'content-type': 'application/json' }, body, signal: AbortSignal.timeout(timeoutMs) }).catch((error: Error) => {
      const cause = error.cause as { code?: string } | undefined;
      throw new Error(`the paper exchange at ${url} does not answer (${cause?.code ?? error.message})`);
    });
    const text = await answer.text().catch(() => '');
    if (answer.ok) return;
    if (answer.status >= 500 || answer.status === 429) throw new Error(`the paper exchange at ${url} answered ${answer.status}`);
    const refusal = `${answer.status} ${text.slice(0, 300)}`;
    if (refusal !== refusedBefore) log.error('market', 'the paper exchange refused prices; its orders do not see them', { answer: refusal });
    refusedBefore = refusal;
  };
}

const holdOffMs = 1000;

/**
 * A push that never holds up real prices: while the paper exchange is down it is owed the newest price of each symbol and gets
 * them with the first batch it takes, before its groups are woken.
 */
export function createLaggingPush(push: PaperPush, clock: Clock, log: Log): PaperPush {
  const owed = new Map<string, PriceStep>();
  let holdUntil = -Infinity;
  return async (steps) => {
    const batch = [...owed.values(), ...steps];
    if (batch.length === 0) return;
    if (clock.now() >= holdUntil) {
      try {
        await push(batch);
        if (owed.size > 0) log.info('market', 'the paper exchange takes prices again');
        owed.clear();
        return;
      } catch (error) {
        if (owed.size === 0) log.warn('market', 'the paper exchange lags behind the market', { reason: (error as Error).message });
        holdUntil = clock.now() + holdOffMs;
      }
    }
    for (const step of steps) owed.set(`${step.market} ${step.symbol}`, step);
  };
}
