/** What broke. The number is the architecture's. */
export class Violation extends Error {
  override readonly name = 'Violation';
  readonly invariant: number;

  constructor(invariant: number, message: string) {
    super(`invariant ${invariant}: ${message}`);
    this.invariant = invariant;
  }
}

/** Asserts with the number of the invariant. */
export function holds(invariant: number, condition: boolean, message: () => string): asserts condition {
  if (!condition) throw new Violation(invariant, message());
}
