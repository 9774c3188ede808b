import type { PriceStep } from '#shared/ports/market-data.port';
import type { Clock, Log } from '#shared/ports/system.port';
import type { Market } from '#shared/engine/instrument/instrument';
import { marketsOf, readPair, venueSymbolOf } from './pair.ts';

/** What somebody has set by hand at the paper exchange: symbols it holds against the feed, and the prices since the last push. */
export interface SetByHand {
  holds(step: PriceStep): boolean;
  steps: PriceStep[];
}

/** Hands prices to the paper exchange and hears what was set there by hand, null where nothing is; rejects while it has not taken them. */
export type PaperPush = (steps: readonly PriceStep[]) => Promise<SetByHand | null>;

/** Where the paper exchange is. */
export interface PaperPushOptions {
  venue: string;
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
export function createPaperPush({ venue, url, token, log, timeoutMs = 5000 }: PaperPushOptions): PaperPush {
  const headers = { 'content-type': 'application/json', ...(token !== undefined && { authorization: `Bearer ${token}` }) };
  const refused = new Set<string>();
  let cursor = '-';
  let news: HandAnswer[] = [];

  async function post(steps: readonly PriceStep[]): Promise<{ status: number; text: string }> {
    const body = JSON.stringify({ steps: steps.map(({ market, symbol, price, at }) => ({ market, symbol: venueSymbolOf(symbol), price, at })), hand: cursor });
    try {
      const answer = await fetch(`${url}/_sim/prices`, { method: 'POST', headers, body, signal: AbortSignal.timeout(timeoutMs) });
      const text = await answer.text();
      if (answer.status === 200) hear(text);
      return { status: answer.status, text: text.slice(0, 300) };
    } catch (error) {
      const { cause, message } = error as Error & { cause?: { code?: string } };
      throw new Error(`the paper exchange at ${url} does not answer (${cause?.code ?? message})`, { cause: error });
    }
  }

  function hear(text: string): void {
    const { hand } = JSON.parse(text) as { hand?: HandAnswer };
    if (hand === undefined) return;
    cursor = hand.cursor;
    news.push(hand);
  }

  async function push(steps: readonly PriceStep[]): Promise<void> {
    const { status, text } = await post(steps);
    if (status === 200) return;
    if (!wrongSteps.has(status)) throw new Error(`the paper exchange at ${url} answered ${status}: ${text}`);
    const symbols = [...new Set(steps.map(keyOf))];
    if (symbols.length === 0) throw new Error(`the paper exchange at ${url} answered ${status}: ${text}`);
    if (symbols.length > 1) {
      for (const symbol of symbols) await push(steps.filter((step) => keyOf(step) === symbol));
      return;
    }
    if (!refused.has(symbols[0]!)) log.error('market', 'the paper exchange refuses prices of a symbol; its orders do not see them', { symbol: symbols[0], answer: `${status} ${text}` });
    refused.add(symbols[0]!);
  }

  return async (steps) => {
    news = [];
    await push(steps);
    return setByHand(venue, news);
  };
}

interface HandAnswer {
  cursor: string;
  held: { market: Market; symbol: string }[];
  steps: { market: Market; symbol: string; price: string; at: number }[];
}

function setByHand(venue: string, news: readonly HandAnswer[]): SetByHand | null {
  const held = new Set(news.at(-1)?.held.map(({ market, symbol }) => `${market} ${symbol}`));
  if (held.size === 0) return null;
  const steps = news.flatMap((each) => each.steps).flatMap(({ market, symbol, price, at }): PriceStep[] => {
    const pair = readPair(symbol);
    const unified = pair === null ? undefined : marketsOf(pair).find((each) => each.market === market)?.symbol;
    return unified === undefined ? [] : [{ venue, market, symbol: unified, price, at }];
  });
  return { holds: ({ market, symbol }) => held.has(`${market} ${venueSymbolOf(symbol)}`), steps };
}

const keyOf = ({ market, symbol }: PriceStep): string => `${market} ${symbol}`;

const holdOffMs = 1000;

/**
 * A push that never holds up real prices: while the paper exchange is down it is owed the newest price of each symbol and gets
 * them with the first batch it takes, before its groups are woken. Real prices are never replaced by what was set by hand.
 */
export function createLaggingPush(push: PaperPush, clock: Clock, log: Log): PaperPush {
  const owed = new Map<string, PriceStep>();
  let holdUntil = -Infinity;
  return async (steps) => {
    const batch = [...owed.values(), ...steps];
    if (batch.length === 0) return null;
    if (clock.now() >= holdUntil) {
      try {
        await push(batch);
        if (owed.size > 0) log.info('market', 'the paper exchange takes prices again');
        owed.clear();
        return null;
      } catch (error) {
        if (owed.size === 0) log.warn('market', 'the paper exchange lags behind the market', { reason: (error as Error).message });
        holdUntil = clock.now() + holdOffMs;
      }
    }
    for (const step of steps) owed.set(keyOf(step), step);
    return null;
  };
}
