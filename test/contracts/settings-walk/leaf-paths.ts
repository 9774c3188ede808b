import type Joi from 'joi';

type Described = Joi.Description & { keys?: Record<string, Described>; items?: Described[]; patterns?: { rule: Described }[] };

/**
 * Every setting below a schema by its dotted path: `app.log_level`, `grid_strategy.levels[].gap_percent` for a member of every element
 * of a list, `grid_strategy.pyramid_specific_levels.*[].gap_percent` for one under a name of the user's.
 */
export function leafPaths(described: Joi.Description, path = ''): string[] {
  const { keys, items, patterns } = described as Described;
  if (keys !== undefined) return Object.entries(keys).flatMap(([key, member]) => leafPaths(member, path === '' ? key : `${path}.${key}`));
  const inner = [...(items ?? []).map((item) => leafPaths(item, `${path}[]`)), ...(patterns ?? []).map(({ rule }) => leafPaths(rule, `${path}.*`))].flat();
  // A list or a map of single values is one setting; so is one whose elements have members, beside each of them.
  const members = inner.filter((each) => /(\[\]|\.\*)\./.test(each.slice(path.length)));
  return [path, ...members];
}
