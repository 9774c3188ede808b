import { turnsWait } from '#shared/ports/in-turns';
import type { Clock } from '#shared/ports/system.port';

/** Time that passes only when everything that could be done at this moment has been done. */
export interface VirtualClock extends Clock {
  /** Does something `ms` from now; the answer takes it back. */
  after(ms: number, task: () => void): () => void;
  sleep(ms: number): Promise<void>;
  /** Lets time pass until `until`, or until `enough` says so after a step. */
  run(until: number, enough?: () => boolean): Promise<void>;
  /** Steps so far: tasks whose time came. */
  steps(): number;
}

interface Entry {
  at: number;
  /** Tasks of one moment run in the order in which they were asked for. */
  turn: number;
  task: (() => void) | null;
}

// Timers may be replaced while a simulation runs; a step ends when the microtasks have, which only the real one tells.
const realImmediate = setImmediate;
const idle = async (): Promise<void> => {
  do await new Promise((resolve) => realImmediate(resolve));
  while (turnsWait());
};

/** A clock that starts at `startAt` (epoch milliseconds) and is driven by `run`. */
export function createVirtualClock(startAt: number): VirtualClock {
  const heap: Entry[] = [];
  let now = startAt;
  let turns = 0;
  let steps = 0;

  const after = (ms: number, task: () => void): (() => void) => {
    const entry: Entry = { at: now + Math.max(0, ms), turn: (turns += 1), task };
    push(heap, entry);
    return () => {
      entry.task = null;
    };
  };

  return {
    now: () => now,
    after,
    sleep: (ms) => new Promise((resolve) => void after(ms, resolve)),
    steps: () => steps,
    async run(until, enough) {
      for (let next = heap[0]; next !== undefined && next.at <= until; next = heap[0]) {
        pop(heap);
        if (next.task === null) continue;
        now = next.at;
        steps += 1;
        next.task();
        await idle();
        if (enough?.() === true) return;
      }
      now = Math.max(now, until);
    },
  };
}

const earlier = (a: Entry, b: Entry): boolean => a.at < b.at || (a.at === b.at && a.turn < b.turn);

function push(heap: Entry[], entry: Entry): void {
  let place = heap.push(entry) - 1;
  while (place > 0) {
    const parent = (place - 1) >> 1;
    if (!earlier(entry, heap[parent]!)) break;
    heap[place] = heap[parent]!;
    place = parent;
  }
  heap[place] = entry;
}

function pop(heap: Entry[]): void {
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return;
  let place = 0;
  for (let child = 1; child < heap.length; child = place * 2 + 1) {
    if (child + 1 < heap.length && earlier(heap[child + 1]!, heap[child]!)) child += 1;
    if (!earlier(heap[child]!, last)) break;
    heap[place] = heap[child]!;
    place = child;
  }
  heap[place] = last;
}
