/** The time for an answer ran out. Says nothing about whether the work was done. */
export class DeadlinePassed extends Error {
  override readonly name = 'DeadlinePassed';
}

/**
 * Settles as `work` does, or rejects with `DeadlinePassed` after `ms`. The work itself runs on: its late end is swallowed here, so
 * that it cannot become an unhandled rejection.
 */
export function beforeDeadline<T>(work: Promise<T>, ms: number, what: string): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const timer = setTimeout(() => reject(new DeadlinePassed(`${what}: no answer within ${ms} ms`)), ms);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
