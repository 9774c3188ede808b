import type { Clock, Log } from '#shared/ports/system.port';
import type { FillModel } from '#shared/simulation/fill-model';
import { closeDraft } from '#shared/simulation/matching-draft';
import type { Happening, World } from '#shared/simulation/matching-state';
import { hasWrites, runBatch, type Waiting, type Work } from './batch.ts';
import type { SimStore, Stored } from './sim-store.ts';

/** The request's batch may or may not have been committed. */
export class CommitUnknown extends Error {
  override readonly name = 'CommitUnknown';
}

/** The store is away and the request was not run. */
export class StoreAway extends Error {
  override readonly name = 'StoreAway';
}

/** For so long after its store was lost the exchange lets requests wait, as a venue under strain does: well within any `recvWindow`, so that a short restart is felt as delay only. */
const patienceMs = 1_500;

// Enough that a commit is shared by every request that waited for the one before, few enough that the first answer is not held up.
const batchLimit = 256;

export interface GroupCommit {
  /** The committed world. */
  readonly world: World;
  /** Runs `work` on the next batch; resolves once that batch is committed and its happenings are published. */
  submit<Result>(work: Work<Result>): Promise<Result>;
  /** Waits until everything submitted so far is settled. */
  idle(): Promise<void>;
  /** The store was lost: requests wait for a moment, then are refused, until it has been opened and read again. */
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

/** A time without the store. */
interface Absence {
  /** Resolves to true once the store is back, to false when patience has run out, and at once after either. */
  overInTime(): Promise<boolean>;
  end(): void;
}

function newAbsence(): Absence {
  let end = (): void => {};
  const inTime = new Promise<boolean>((resolve) => {
    const timer = setTimeout(() => resolve(false), patienceMs);
    end = () => {
      clearTimeout(timer);
      resolve(true);
    };
  });
  return { overInTime: () => inTime, end };
}

/**
 * Runs requests in batches: all that came in while the last commit was under way share the next one. Memory moves on only with the
 * commit, so that what was answered is stored, and what was not stored is forgotten.
 */
export function createGroupCommit(options: GroupCommitOptions): GroupCommit {
  let { store, world } = options;
  let away: Absence | null = null;
  let queue: Waiting[] = [];
  let running: Promise<void> | null = null;
  const dirtyPrices = new Set<string>();

  const recover = (): void => {
    if (away !== null) return;
    const absence = newAbsence();
    away = absence;
    // The old session holds the writer's lock until its last transaction has ended, so what is read next is all there will be.
    store.close();
    void options.reopen().then((opened) => {
      if (opened === null) return;
      store = opened.store;
      world = opened.stored.world;
      away = null;
      absence.end();
      options.log.info('paper', 'the paper exchange has read its books again');
    });
  };
  const carryOut = async (waiting: readonly Waiting[]): Promise<void> => {
    const batch = runBatch(waiting, world, options.model, options.clock.now());
    for (const key of batch.draft.touched.prices) dirtyPrices.add(key);
    if (hasWrites(batch) || (batch.extras.flushPrices && dirtyPrices.size > 0)) {
      const prices = [...dirtyPrices];
      try {
        await store.commit(batch.draft, batch.extras.createdAccounts, prices, batch.extras, batch.at);
      } catch (error) {
        options.log.error('paper', 'a commit of the paper exchange failed', { error: String(error), requests: batch.members.length });
        for (const each of batch.members) each.reject(new CommitUnknown(String(error)));
        recover();
        return;
      }
      for (const key of prices) dirtyPrices.delete(key);
    }
    world = closeDraft(batch.draft);
    options.publish(batch.draft.happenings, world);
    batch.settle();
  };
  const drain = async (): Promise<void> => {
    while (queue.length > 0) {
      if (away !== null && !(await away.overInTime())) {
        for (const each of queue.splice(0)) each.reject(new StoreAway('the books of the paper exchange are being read again'));
        break;
      }
      const waiting = queue.slice(0, batchLimit);
      queue = queue.slice(batchLimit);
      await carryOut(waiting);
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
    submit: <Result>(work: Work<Result>): Promise<Result> =>
      new Promise<Result>((resolve, reject) => {
        queue.push({ work, resolve: (result) => resolve(result as Result), reject });
        running ??= Promise.resolve().then(drain);
      }),
    async idle() {
      while (running !== null) await running;
    },
    recover,
  };
}
