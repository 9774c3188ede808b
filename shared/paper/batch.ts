import type { FillModel } from '#shared/simulation/fill-model';
import { openDraft, type Draft } from '#shared/simulation/matching-draft';
import type { World } from '#shared/simulation/matching-state';
import { noExtras, type Extras } from './sim-store.ts';

/** What a batch creates beside the changes of its draft. */
export type BatchExtras = Extras & { createdAccounts: string[] };

/** What one request does to the world: pure, on the batch's draft. A throw refuses the request. */
export type Work<Result> = (draft: Draft, at: number, extras: BatchExtras) => Result;

/** A request that refuses by throwing must have thrown before it changed the draft; this marks such throws. */
export class RefusedWork extends Error {
  override readonly name: string = 'RefusedWork';
}

/** A request that waits for its batch. */
export interface Waiting {
  work: Work<unknown>;
  resolve: (result: unknown) => void;
  reject: (error: unknown) => void;
}

/** A batch that has run on its draft and waits for its commit. */
export interface Batch {
  at: number;
  draft: Draft;
  extras: BatchExtras;
  members: Waiting[];
  /** Tells each request its result or its refusal. */
  settle(): void;
}

/** Runs requests one after the other on one draft. One that fails otherwise than by refusing may have left it half changed: the others start again without it. */
export function runBatch(waiting: readonly Waiting[], world: World, model: FillModel, at: number): Batch {
  for (let members = [...waiting]; ; ) {
    const draft = openDraft(world, model);
    const extras: BatchExtras = { ...noExtras(), createdAccounts: [] };
    const settled: (() => void)[] = [];
    const failed = members.find((each) => !attempt(each, draft, at, extras, settled));
    if (failed === undefined) return { at, draft, extras, members, settle: () => settled.forEach((tell) => tell()) };
    members = members.filter((each) => each !== failed);
  }
}

/** Runs one request; false when it failed, which it has then been told. */
function attempt(each: Waiting, draft: Draft, at: number, extras: BatchExtras, settled: (() => void)[]): boolean {
  try {
    const result = each.work(draft, at, extras);
    settled.push(() => each.resolve(result));
    return true;
  } catch (error) {
    if (error instanceof RefusedWork) {
      settled.push(() => each.reject(error));
      return true;
    }
    each.reject(error);
    return false;
  }
}

/** Has the batch anything to store beside prices? */
export function hasWrites({ draft, extras }: Batch): boolean {
  const { orders, balances, positions, instruments } = draft.touched;
  return orders.size + balances.size + positions.size + instruments.size + draft.ledger.length > 0 || extras.keys.length + extras.listenKeys.length + extras.removedListenKeys.length + extras.createdAccounts.length > 0;
}
