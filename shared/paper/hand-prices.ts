import { randomUUID } from 'node:crypto';
import { bookKey, type SimMarket } from '#shared/simulation/matching-state';
import type { IncomingStep } from './price-intake.ts';

/** A price that was set by hand, as whoever leads the market feed is told of it. */
export interface HandStep {
  market: SimMarket;
  symbol: string;
  price: string;
  at: number;
}

/** What has been set by hand since a cursor, and which symbols are held. */
export interface HandNews {
  cursor: string;
  held: { market: SimMarket; symbol: string }[];
  steps: HandStep[];
}

/**
 * Prices that somebody set or walked hold their symbols: what the feed says of them is left out, and the feed follows, until they are
 * released or the process ends. Otherwise the next tick would undo a price at once, and Tranche would never see it.
 */
export interface HandPrices {
  note(steps: readonly IncomingStep[]): void;
  holds(market: SimMarket, symbol: string): boolean;
  /** Lets the feed have one symbol again, or all of them. */
  release(symbol: string | null): void;
  since(cursor: string | null): HandNews;
  /** Resolves once a follower has worked all that was noted so far, or after `mostMs`; true where one has. */
  followed(mostMs: number): Promise<boolean>;
}

/** Steps kept for a follower; one that was away for longer is told the last price of each held symbol. */
const stepsKept = 10_000;

export function createHandPrices(): HandPrices {
  const epoch = randomUUID().slice(0, 8);
  const held = new Map<string, HandStep>();
  let steps: { number: number; step: HandStep }[] = [];
  let count = 0;
  let workedTo = 0;
  const waiting = new Set<() => void>();
  return {
    note(noted) {
      for (const { market, symbol, price, at } of noted) {
        const step = { market, symbol, price, at };
        held.set(bookKey(market, symbol), step);
        steps.push({ number: (count += 1), step });
      }
      steps = steps.slice(-stepsKept);
    },
    holds: (market, symbol) => held.has(bookKey(market, symbol)),
    release(symbol) {
      for (const [key, step] of [...held]) if (symbol === null || step.symbol === symbol) held.delete(key);
    },
    since(cursor) {
      const [theirs, number] = (cursor ?? '').split(':');
      const from = Number(number);
      // Whoever comes back with a cursor has worked what it was told with it.
      if (theirs === epoch && from > workedTo) workedTo = from;
      for (const look of [...waiting]) look();
      const known = theirs === epoch && Number.isSafeInteger(from) && (steps[0]?.number ?? 1) <= from + 1;
      const news = known ? steps.filter((each) => each.number > from).map(({ step }) => step) : [...held.values()];
      return { cursor: `${epoch}:${count}`, held: [...held.values()].map(({ market, symbol }) => ({ market, symbol })), steps: news.filter(({ market, symbol }) => held.has(bookKey(market, symbol))) };
    },
    followed: (mostMs) =>
      new Promise((resolve) => {
        const until = count;
        const end = (done: boolean): void => {
          clearTimeout(timer);
          waiting.delete(look);
          resolve(done);
        };
        const look = (): void => void (workedTo >= until && end(true));
        const timer = setTimeout(() => end(false), mostMs);
        waiting.add(look);
        look();
      }),
  };
}
