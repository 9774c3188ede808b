/** Throws when something that must hold does not. Stays on in production: a broken invariant stops the decision, not the money. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new InvariantBroken(message);
}

export class InvariantBroken extends Error {
  override readonly name = 'InvariantBroken';
}

/** For the default branch of a switch over a union: a new member fails to compile here. */
export function unreachable(value: never): never {
  throw new InvariantBroken(`unexpected value: ${JSON.stringify(value)}`);
}
