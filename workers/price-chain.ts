import type { PaperPush } from '#shared/adapters/market-data/paper-push';
import type { PriceStep } from '#shared/ports/market-data.port';
import type { BusTopics, Clock, Log } from '#shared/ports/system.port';
import { priceKey, type PriceWatch } from '#shared/shell/price-watch';

/** What happens to prices, each piece given by whoever wires the process. */
export interface PriceChainOptions {
  /** Throws when this process must not pass on prices any more. */
  assertLeading: () => void;
  pushToPaper: PaperPush;
  storeLastPrices: (steps: readonly PriceStep[]) => Promise<void>;
  publish: (message: BusTopics['price']) => Promise<void>;
  watch: PriceWatch;
  knock: (groupId: string) => Promise<void>;
  record: (steps: readonly PriceStep[]) => void;
  /** Told about groups that were woken, so that their levels are read anew. */
  onWoken: (groupIds: readonly string[]) => void;
  clock: Clock;
  log: Log;
  /** Least time between two writes of last prices that wake nobody. */
  storeEveryMs: number;
  publishEveryMs: number;
}

/** The way of every price through the process. */
export interface PriceChain {
  /** Rejects when the steps must be offered again; then nobody has been woken by them. */
  take(steps: readonly PriceStep[]): Promise<void>;
  /** Wakes groups whose levels were met without a new price. */
  wake(groupIds: readonly string[]): Promise<void>;
  /** Does what a throttle has put off. */
  flush(): Promise<void>;
}

/**
 * Every batch goes to the paper exchange first, then into the table of last prices, then to whoever listens, and only then wakes
 * groups: a woken group must find the market, and the price it is valued with, where the price that woke it stood.
 */
export function createPriceChain(options: PriceChainOptions): PriceChain {
  const { watch, clock, log } = options;
  const unstored = new Map<string, PriceStep>();
  const unpublished = new Map<string, PriceStep>();
  /** Groups whose knock is due; a knock that failed stays here. */
  const due = new Set<string>();
  let storedAt = -Infinity;
  let publishedAt = -Infinity;
  let knockHoldUntil = -Infinity;

  async function store(): Promise<void> {
    if (unstored.size === 0) return;
    const steps = [...unstored.values()];
    await options.storeLastPrices(steps);
    for (const step of steps) if (unstored.get(keyOf(step)) === step) unstored.delete(keyOf(step));
    storedAt = clock.now();
  }

  async function publish(): Promise<void> {
    const messages = new Map<string, BusTopics['price']>();
    for (const { venue, market, symbol, price, at } of unpublished.values()) {
      const message = messages.get(`${venue} ${market}`) ?? { venue, market, prices: [] };
      message.prices.push({ symbol, price, at });
      messages.set(`${venue} ${market}`, message);
    }
    unpublished.clear();
    publishedAt = clock.now();
    // The bus may lose messages: whoever missed one reads the table.
    await Promise.all([...messages.values()].map((message) => options.publish(message).catch((error: Error) => log.debug('market', 'prices could not be published', { error: error.message }))));
  }

  async function knock(): Promise<void> {
    if (clock.now() < knockHoldUntil) return;
    for (const groupId of [...due]) {
      try {
        await within(knockMaxMs, options.knock(groupId));
        due.delete(groupId);
      } catch (error) {
        knockHoldUntil = clock.now() + knockMaxMs;
        log.warn('market', 'a group could not be woken yet', { groupId, error: (error as Error).message });
        return;
      }
    }
  }

  return {
    take: async (steps) => {
      options.assertLeading();
      await options.pushToPaper(steps);
      for (const step of steps) {
        unstored.set(keyOf(step), step);
        unpublished.set(keyOf(step), step);
      }
      const woken = steps.flatMap((step) => watch.onPrice(keyOf(step), step.price));
      for (const groupId of woken) due.add(groupId);
      if (due.size > 0 || clock.now() - storedAt >= options.storeEveryMs) await store();
      if (due.size > 0 || clock.now() - publishedAt >= options.publishEveryMs) await publish();
      options.record(steps);
      await knock();
      if (woken.length > 0) options.onWoken(woken);
    },
    wake: async (groupIds) => {
      for (const groupId of groupIds) due.add(groupId);
      await store();
      await publish();
      await knock();
    },
    flush: async () => {
      options.assertLeading();
      await options.pushToPaper([]);
      await store();
      await publish();
      await knock();
    },
  };
}

/** A queue that has lost its backend may never answer; prices must flow on. */
const knockMaxMs = 1000;

async function within(ms: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`the job queue did not answer within ${ms} ms`)), ms);
  });
  await Promise.race([work, late]).finally(() => clearTimeout(timer));
}

const keyOf = ({ venue, market, symbol }: PriceStep): string => priceKey(venue, market, symbol);
