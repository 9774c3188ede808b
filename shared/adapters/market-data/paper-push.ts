import type { PriceStep } from '#shared/ports/market-data.port';
import type { Clock, Log } from '#shared/ports/system.port';
import { venueSymbolOf } from './pair.ts';

/** Hands prices to the paper exchange; rejects while it has not taken them. */
export type PaperPush = (steps: readonly PriceStep[]) => Promise<void>;

/** Where the paper exchange is. */
export interface PaperPushOptions {
  /** Origin, without a path. */
  url: string;
  /** Proves that we belong to the same deployment, where the paper exchange is on another machine. */
  token?: string;
  log: Log;
  timeoutMs?: number;
}

/** Statuses that say the steps themselves are wrong: offering them again would be refused for ever. */
const wrongSteps = new Set([400, 413, 422]);

/**
 * Posts steps to the paper exchange and waits until it has worked them. No answer, or one that says it cannot just now, rejects, so
 * that the steps are offered again. A symbol whose steps it refuses as wrong is logged and left out; the others go on without it.
 */
export function createPaperPush({ url, token, log, timeoutMs = 5000 }: PaperPushOptions): PaperPush {
  const headers = { 'content-type': 'application/json', ...(token !== undefined && { authorization: `Bearer ${token}` }) };
  const refused = new Set<string>();

  async function post(steps: readonly PriceStep[]): Promise<{ status: number; text: string }> {
    const body = JSON.stringify({ steps: steps.map(({ market, symbol, price, at }) => ({ market, symbol: venueSymbolOf(symbol), price, at })) });
    try {
      const answer = await fetch(`${url}/_sim/prices`, { method: 'POST', headers, body, signal: AbortSignal.timeout(timeoutMs) });
      return { status: answer.status, text: (await answer.text()).slice(0, 300) };
    } catch (error) {
      const { cause, message } = error as Error & { cause?: { code?: string } };
      throw new Error(`the paper exchange at ${url} does not answer (${cause?.code ?? message})`, { cause: error });
    }
  }

  async function push(steps: readonly PriceStep[]): Promise<void> {
    const { status, text } = await post(steps);
    if (status === 200) return;
    if (!wrongSteps.has(status)) throw new Error(`the paper exchange at ${url} answered ${status}: ${text}`);
    const symbols = [...new Set(steps.map(keyOf))];
    if (symbols.length > 1) {
      for (const symbol of symbols) await push(steps.filter((step) => keyOf(step) === symbol));
      return;
    }
    if (!refused.has(symbols[0]!)) log.error('market', 'the paper exchange refuses prices of a symbol; its orders do not see them', { symbol: symbols[0], answer: `${status} ${text}` });
    refused.add(symbols[0]!);
  }

  return async (steps) => {
    if (steps.length > 0) await push(steps);
  };
}

const keyOf = ({ market, symbol }: PriceStep): string => `${market} ${symbol}`;

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
    for (const step of steps) owed.set(keyOf(step), step);
  };
}
