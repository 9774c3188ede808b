/** Reading and changing a settings document by dotted paths. */
export type Tree = Record<string, unknown>;

/** The part of a JSON Schema that a control needs. */
export interface FieldSchema {
  type?: string | string[];
  enum?: unknown[];
  const?: unknown;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  exclusiveMaximum?: number;
  maxLength?: number;
  description?: string;
  default?: unknown;
  properties?: Record<string, FieldSchema>;
}

export const isTree = (value: unknown): value is Tree => typeof value === 'object' && value !== null && !Array.isArray(value);

export function valueAt(tree: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((node, key) => (typeof node === 'object' && node !== null ? (node as Tree)[key] : undefined), tree);
}

/** A copy of the tree with one value changed; `undefined` takes the key away. */
export function withValue(tree: Tree, path: string, value: unknown): Tree {
  const [key = '', ...rest] = path.split('.');
  const copy = { ...tree };
  if (rest.length > 0) copy[key] = withValue(isTree(tree[key]) ? tree[key] : {}, rest.join('.'), value);
  else if (value === undefined) delete copy[key];
  else copy[key] = value;
  return copy;
}

export function schemaAt(schema: FieldSchema | undefined, path: string): FieldSchema {
  return path.split('.').reduce<FieldSchema>((node, key) => node.properties?.[key] ?? {}, schema ?? {});
}

/** Paths edited by a control of their own instead of one per value in them. */
const whole = new Set(['grid_strategy.levels', 'grid_strategy.pyramid_specific_levels', 'grid_strategy.pyramid_tp_percents', 'waiting_rule.selection_priority', 'UI.column_visibility']);

/** Every path that has a control, in the order of the document. */
export function controlPaths(tree: Tree, path = ''): string[] {
  return Object.entries(tree).flatMap(([key, value]) => {
    const at = path === '' ? key : `${path}.${key}`;
    return isTree(value) && !whole.has(at) ? controlPaths(value, at) : [at];
  });
}

/** Paths with a control in which two documents differ. */
export function differences(a: Tree, b: Tree): string[] {
  return controlPaths(b).filter((path) => JSON.stringify(valueAt(a, path)) !== JSON.stringify(valueAt(b, path)));
}

/** What a number is counted in, by the name of its key. */
export function unitOf(path: string): 'percent' | 'minutes' | 'seconds' | 'days' | 'milliseconds' | 'quote' | 'perMinute' | null {
  if (/percent$/.test(path)) return 'percent';
  if (/minutes$/.test(path)) return 'minutes';
  if (/(_seconds|_sec)$/.test(path)) return 'seconds';
  if (/_days$/.test(path)) return 'days';
  if (/_ms$/.test(path)) return 'milliseconds';
  if (/(notional|fixed_quote)$/.test(path) && !/enforce/.test(path)) return 'quote';
  return path === 'exchange.rate_limit' ? 'perMinute' : null;
}

/** The error that belongs to a path: its own, or the first of what lies in it. */
export function errorAt(errors: ReadonlyMap<string, string>, path: string): string | undefined {
  return errors.get(path) ?? [...errors.entries()].find(([at]) => at.startsWith(`${path}.`))?.[1];
}
