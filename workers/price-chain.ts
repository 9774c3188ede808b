import type { PaperPush } from '#shared/adapters/market-data/paper-push';
import type { PriceStep } from '#shared/ports/market-data.port';
import type { BusTopics, Clock, Log } from '#shared/ports/system.port';
import { callOut, neverCrash, type AtCrashPoint } from '#shared/shell/crash-points';
import { priceKey, type PriceWatch } from '#shared/shell/price-watch';

/** What happens to prices, each piece given by whoever wires the process. */
export interface PriceChainOptions {
  /** Throws when this process must not pass on prices any more. */
  assertLeading: () => void;
  pushToPaper: PaperPush;
  storeLastPrices: (steps: readonly PriceStep[]) => Promise<void>;
  publish: (message: BusTopics['price']) => Promise<void>;
  watch: PriceWatch;
  /** `touched` are the prices that met the group's conditions; none where the last price met one already. */
  knock: (groupId: string, touched: string[]) => Promise<void>;
  record: (steps: readonly PriceStep[]) => void;
  /** Told about groups that were woken, so that their levels are read anew. */
  onWoken: (groupIds: readonly string[]) => void;
  clock: Clock;
  log: Log;
  /** Given by tests. */
  atCrashPoint?: AtCrashPoint;
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
  const { watch, clock, log, atCrashPoint = neverCrash } = options;
  const { due, knock } = createKnocks(options);
  const unstored = new Map<string, PriceStep>();
  const unpublished = new Map<string, PriceStep>();
  let storedAt = -Infinity;
  let publishedAt = -Infinity;

  async function store(): Promise<void> {
    if (unstored.size === 0) return;
    const steps = [...unstored.values()];
    await callOut({ atCrashPoint }, 'wake:store', () => options.storeLastPrices(steps));
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
    await Promise.all([...messages.values()].map((message) => callOut({ atCrashPoint }, 'wake:publish', () => options.publish(message)).catch((error: Error) => log.debug('market', 'prices could not be published', { error: error.message }))));
  }

  const toPaper = (steps: readonly PriceStep[]): ReturnType<PaperPush> => callOut({ atCrashPoint }, 'wake:paper', () => options.pushToPaper(steps));

  /** Prices that the paper exchange has taken. */
  async function pass(steps: readonly PriceStep[]): Promise<void> {
    for (const step of steps) {
      unstored.set(keyOf(step), step);
      unpublished.set(keyOf(step), step);
    }
    const woken: string[] = [];
    for (const step of steps)
      for (const groupId of watch.onPrice(keyOf(step), step.price)) {
        woken.push(groupId);
        due.set(groupId, [...(due.get(groupId) ?? []), step.price]);
      }
    if (due.size > 0 || clock.now() - storedAt >= options.storeEveryMs) await store();
    if (due.size > 0 || clock.now() - publishedAt >= options.publishEveryMs) await publish();
    options.record(steps);
    await knock();
    if (woken.length > 0) options.onWoken(woken);
  }

  return {
    take: async (steps) => {
      options.assertLeading();
      const byHand = await toPaper(steps);
      await pass(byHand === null ? steps : [...steps.filter((step) => !byHand.holds(step)), ...byHand.steps]);
    },
    wake: async (groupIds) => {
      for (const groupId of groupIds) if (!due.has(groupId)) due.set(groupId, []);
      await store();
      await publish();
      await knock();
    },
    flush: async () => {
      options.assertLeading();
      const byHand = await toPaper([]);
      if (byHand !== null && byHand.steps.length > 0) await pass(byHand.steps);
      await store();
      await publish();
      await knock();
    },
  };
}

/** A queue that has lost its backend may never answer; prices must flow on. */
const knockMaxMs = 1000;

/** Groups whose knock is due, with the prices that woke them; a knock that failed stays, and is tried again a little later. */
function createKnocks({ knock, clock, log, atCrashPoint = neverCrash }: Pick<PriceChainOptions, 'knock' | 'clock' | 'log' | 'atCrashPoint'>) {
  const due = new Map<string, string[]>();
  let holdUntil = -Infinity;
  return {
    due,
    knock: async (): Promise<void> => {
      if (clock.now() < holdUntil) return;
      for (const [groupId, touched] of [...due]) {
        try {
          await within(knockMaxMs, callOut({ atCrashPoint }, 'wake:knock', () => knock(groupId, touched)));
          // What touched the group while its knock was on the way is still to be told.
          if (due.get(groupId) === touched) due.delete(groupId);
        } catch (error) {
          holdUntil = clock.now() + knockMaxMs;
          log.warn('market', 'a group could not be woken yet', { groupId, error: (error as Error).message });
          return;
        }
      }
    },
  };
}

async function within(ms: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`the job queue did not answer within ${ms} ms`)), ms);
  });
  await Promise.race([work, late]).finally(() => clearTimeout(timer));
}

const keyOf = ({ venue, market, symbol }: PriceStep): string => priceKey(venue, market, symbol);
