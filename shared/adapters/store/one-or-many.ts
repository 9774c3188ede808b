/**
 * A statement over an array in `$1`, prepared once for a single member and once for many. PostgreSQL plans `= any($1)` anew at each run, because
 * it knows no length beforehand: 0.4 ms for a claim. With one member, which is the rule, one plan serves for ever.
 */
export function oneOrMany(name: string, column: string, type: 'bigint' | 'text', text: (is: string) => string): (members: readonly unknown[]) => { name: string; text: string } {
  const one = { name: `${name}-one`, text: text(`${column} = ($1::${type}[])[1]`) };
  const many = { name, text: text(`${column} = any($1::${type}[])`) };
  return (members) => (members.length === 1 ? one : many);
}
