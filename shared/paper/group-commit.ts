import type { Clock, Log } from '#shared/ports/system.port';
import type { FillModel } from '#shared/simulation/fill-model';
import { closeDraft, openDraft, type Draft } from '#shared/simulation/matching-draft';
import type { Happening, World } from '#shared/simulation/matching-state';
import { noExtras, type Extras, type SimStore, type Stored } from './sim-store.ts';

/** What one request does to the world: pure, on the batch's draft. A throw refuses the request. */
export type Work<Result> = (draft: Draft, at: number, extras: Extras & { createdAccounts: string[] }) => Result;

/** The request's batch may or may not have been committed. */
export class CommitUnknown extends Error {
  override readonly name = 'CommitUnknown';
}

/** The store is away and the request was not run. */
export class StoreAway extends Error {
  override readonly name = 'StoreAway';
}

interface Waiting {
  work: Work<unknown>;
  resolve: (result: never) => void;
  reject: (error: unknown) => void;
}

/** A request that refuses by throwing must have thrown before it changed the draft; this marks such throws. */
export class RefusedWork extends Error {
  override readonly name: string = 'RefusedWork';
}

// Enough that a commit is shared by every request that waited for the one before, few enough that the first answer is not held up.
const batchLimit = 256;

export interface GroupCommit {
  /** The committed world. */
  readonly world: World;
  /** Runs `work` on the next batch; resolves once that batch is committed and its happenings are published. */
  submit<Result>(work: Work<Result>): Promise<Result>;
  /** Waits until everything submitted so far is settled. */
  idle(): Promise<void>;
  /** The store was lost: refuses requests until it has been opened and read again. */
  recover(): void;
  readonly store: SimStore;
}

interface GroupCommitOptions {
  store: SimStore;
  world: World;
  model: FillModel;
  clock: Clock;
  log: Log;
  publish: (happenings: Happening[], world: World) => void;
  /** Opens and reads the store anew; null when the exchange is closing. */
  reopen: () => Promise<{ store: SimStore; stored: Stored } | null>;
}

/**
 * Runs requests in batches: all that came in while the last commit was under way share the next one. Memory moves on only with the
 * commit, so that what was answered is stored, and what was not stored is forgotten.
 */
export function createGroupCommit(options: GroupCommitOptions): GroupCommit {
  let { store, world } = options;
  let away = false;
  let queue: Waiting[] = [];
  let running: Promise<void> | null = null;
  const dirtyPrices = new Set<string>();

  const compute = (batch: Waiting[]) => {
    const at = options.clock.now();
    for (let members = batch; ; ) {
      const draft = openDraft(world, options.model);
      const extras = { ...noExtras(), createdAccounts: [] as string[] };
      const settled: (() => void)[] = [];
      let culprit: Waiting | null = null;
      for (const each of members) {
        try {
          const result = each.work(draft, at, extras);
          settled.push(() => each.resolve(result as never));
        } catch (error) {
          if (!(error instanceof RefusedWork)) {
            culprit = each;
            each.reject(error);
            break;
          }
          settled.push(() => each.reject(error));
        }
      }
      if (culprit === null) return { at, draft, extras, settled, members };
      // It may have left the draft half changed: the others start again without it.
      const guilty: Waiting = culprit;
      members = members.filter((each) => each !== guilty);
    }
  };

  const runBatch = async (batch: Waiting[]): Promise<void> => {
    const { at, draft, extras, settled, members } = compute(batch);
    const { touched } = draft;
    const writes = touched.orders.size + touched.balances.size + touched.positions.size + touched.instruments.size + draft.ledger.length;
    const others = extras.keys.length + extras.listenKeys.length + extras.removedListenKeys.length + extras.createdAccounts.length + (extras.flushPrices ? dirtyPrices.size : 0);
    for (const key of touched.prices) dirtyPrices.add(key);
    if (writes + others > 0) {
      const prices = [...dirtyPrices];
      try {
        await store.commit(draft, extras.createdAccounts, prices, extras, at);
      } catch (error) {
        options.log.error('paper', 'a commit of the paper exchange failed', { error: String(error), requests: members.length });
        for (const each of members) each.reject(new CommitUnknown(String(error)));
        recover();
        return;
      }
      for (const key of prices) dirtyPrices.delete(key);
    }
    world = closeDraft(draft);
    options.publish(draft.happenings, world);
    for (const settle of settled) settle();
  };

  const recover = (): void => {
    if (away) return;
    away = true;
    const old = store;
    void options.reopen().then((opened) => {
      if (opened === null) return;
      store = opened.store;
      world = opened.stored.world;
      away = false;
      options.log.info('paper', 'the paper exchange has read its books again');
    });
    old.close();
  };

  const drain = async (): Promise<void> => {
    while (queue.length > 0) {
      if (away) {
        for (const each of queue.splice(0)) each.reject(new StoreAway('the books of the paper exchange are being read again'));
        break;
      }
      const batch = queue.slice(0, batchLimit);
      queue = queue.slice(batchLimit);
      await runBatch(batch);
      // Lets what came in meanwhile join the next batch.
      await new Promise((resolve) => setImmediate(resolve));
    }
    running = null;
  };

  return {
    get world() {
      return world;
    },
    get store() {
      return store;
    },
    submit<Result>(work: Work<Result>): Promise<Result> {
      return new Promise<Result>((resolve, reject) => {
        queue.push({ work, resolve: resolve as (result: never) => void, reject });
        running ??= Promise.resolve().then(drain);
      });
    },
    async idle() {
      while (running !== null) await running;
    },
    recover,
  };
}
