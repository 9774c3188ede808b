import { isTree, valueAt, type Tree } from '#shared/contracts/settings-difference';

/** Reading and changing a settings document by dotted paths. */
export { isTree, valueAt, type Tree };

/** The part of a JSON Schema that a control needs. */
export interface FieldSchema {
  type?: string | string[];
  enum?: unknown[];
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  exclusiveMaximum?: number;
  maxLength?: number;
  maxItems?: number;
  description?: string;
  default?: unknown;
  properties?: Record<string, FieldSchema>;
  patternProperties?: Record<string, FieldSchema>;
  items?: FieldSchema;
}

/** A copy of the tree with one value changed. */
export function withValue(tree: Tree, path: string, value: unknown): Tree {
  const [key = '', ...rest] = path.split('.');
  const below = tree[key];
  return { ...tree, [key]: rest.length === 0 ? value : withValue(isTree(below) ? below : {}, rest.join('.'), value) };
}

export function schemaAt(schema: FieldSchema | undefined, path: string): FieldSchema {
  return path.split('.').reduce<FieldSchema>((node, key) => node.properties?.[key] ?? {}, schema ?? {});
}

/** Paths edited by a control of their own instead of one per value in them. */
const whole = new Set(['grid_strategy.pyramid_specific_levels', 'grid_strategy.pyramid_tp_percents', 'UI.column_visibility']);

/** Every path that has a control, in the order of the document. */
export function controlPaths(tree: Tree, path = ''): string[] {
  return Object.entries(tree).flatMap(([key, value]) => {
    const at = path === '' ? key : `${path}.${key}`;
    return isTree(value) && !whole.has(at) ? controlPaths(value, at) : [at];
  });
}

/** The path with a control that a dotted path belongs to: its own, or the one it lies in. */
export const controlOf = (paths: readonly string[], path: string): string | undefined => paths.find((each) => path === each || path.startsWith(`${each}.`));

/** Equal as documents: the order of keys says nothing, which of two equal ladders says nothing either. */
export function sameValue(a: unknown, b: unknown): boolean {
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((each, index) => sameValue(each, b[index]));
  if (isTree(a) && isTree(b)) return Object.keys({ ...a, ...b }).every((key) => sameValue(a[key], b[key]));
  return a === b;
}

/** Paths with a control in which two documents differ. */
export const differences = (a: Tree, b: Tree): string[] => controlPaths(b).filter((path) => !sameValue(valueAt(a, path), valueAt(b, path)));

const units: [name: RegExp, unit: Unit][] = [
  [/percents?$/, 'percent'],
  [/minutes$/, 'minutes'],
  [/(_seconds|_sec)$/, 'seconds'],
  [/_days$/, 'days'],
  [/_ms$/, 'milliseconds'],
  [/^precision\.enforce/, null],
  [/(notional|_quote)$/, 'quote'],
  [/font_size$/, 'pixels'],
  [/history_keep$/, 'versions'],
  [/^exchange\.rate_limit$/, 'perMinute'],
];
export type Unit = 'percent' | 'minutes' | 'seconds' | 'days' | 'milliseconds' | 'quote' | 'pixels' | 'versions' | 'perMinute' | null;

/** What a number is counted in, by the name of its key. */
export const unitOf = (path: string): Unit => units.find(([name]) => name.test(path))?.[1] ?? null;

const unitMs: Partial<Record<NonNullable<Unit>, number>> = { minutes: 60_000, seconds: 1000, milliseconds: 1 };
/** How long a value lasts, where its unit is one of time. */
export function spanMs(path: string, value: unknown): number | null {
  const unit = unitOf(path);
  const each = unit === null ? undefined : unitMs[unit];
  return each === undefined || typeof value !== 'number' ? null : value * each;
}

/** What is said against a path: its own, or the first of what lies in it. */
export function errorAt(errors: ReadonlyMap<string, string>, path: string): string | undefined {
  return errors.get(path) ?? [...errors].find(([at]) => at.startsWith(`${path}.`))?.[1];
}
