/** A value of unknown kind as text a person can read. */
export function plainText(value: unknown): string {
  if (typeof value === 'string') return value;
  return value === null || value === undefined ? '\u2013' : JSON.stringify(value);
}
