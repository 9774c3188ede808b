import { weightSum, type Level } from './even-levels.ts';
import { isTree, valueAt, type FieldSchema, type Tree } from './settings-tree.ts';

/** What the page itself sees to be wrong with a value, before the server is asked; the words are in `settingFault`. */
export type Fault =
  | { code: 'missing' | 'whole' | 'zone' | 'override_empty' }
  | { code: 'least' | 'above' | 'most'; bound: number }
  | { code: 'weights'; sum: number }
  | { code: 'too_many_levels'; most: number };

const isNumeric = (schema: FieldSchema): boolean => schema.type === 'number' || schema.type === 'integer';
const mayBeNull = (schema: FieldSchema): boolean => Array.isArray(schema.type) && schema.type.includes('null');

function numberFault(value: number, schema: FieldSchema): Fault | null {
  if ([schema.type].flat().includes('integer') && !Number.isInteger(value)) return { code: 'whole' };
  if (schema.exclusiveMinimum !== undefined && value <= schema.exclusiveMinimum) return { code: 'above', bound: schema.exclusiveMinimum };
  if (schema.minimum !== undefined && value < schema.minimum) return { code: 'least', bound: schema.minimum };
  const most = schema.maximum;
  return most !== undefined && value > most ? { code: 'most', bound: most } : null;
}

/** Bounds of every number below `path`. */
function boundFaults(value: unknown, schema: FieldSchema, path: string): [string, Fault][] {
  const at = (key: string | number): string => (path === '' ? String(key) : `${path}.${key}`);
  if (typeof value === 'number') {
    const fault = numberFault(value, schema);
    return fault === null ? [] : [[path, fault]];
  }
  if (value === null) return isNumeric(schema) && !mayBeNull(schema) ? [[path, { code: 'missing' }]] : [];
  if (Array.isArray(value)) return value.flatMap((each, index) => boundFaults(each, schema.items ?? {}, at(index)));
  if (!isTree(value)) return [];
  const anyName = Object.values(schema.patternProperties ?? {})[0];
  return Object.entries(value).flatMap(([key, each]) => boundFaults(each, schema.properties?.[key] ?? anyName ?? {}, at(key)));
}

const weightTolerance = 0.01;

function ladderFaults(draft: Tree): [string, Fault][] {
  const most = valueAt(draft, 'grid_strategy.max_dca_per_pyramid');
  const own = valueAt(draft, 'grid_strategy.pyramid_specific_levels');
  const ladders: [string, unknown][] = [['levels', valueAt(draft, 'grid_strategy.levels')], ...Object.entries(isTree(own) ? own : {}).map(([index, levels]): [string, unknown] => [`pyramid_specific_levels.${index}`, levels])];
  return ladders.flatMap(([name, levels]): [string, Fault][] => {
    if (!Array.isArray(levels)) return [];
    const sum = weightSum(levels as Level[]);
    const path = `grid_strategy.${name}`;
    if (Math.abs(sum - 100) > weightTolerance + 1e-9) return [[path, { code: 'weights', sum }]];
    return typeof most === 'number' && levels.length > most ? [[path, { code: 'too_many_levels', most }]] : [];
  });
}

function overrideFaults(draft: Tree): [string, Fault][] {
  const rules = valueAt(draft, 'grid_strategy.tp_overrides');
  if (!Array.isArray(rules)) return [];
  return rules.flatMap((rule, index): [string, Fault][] => (isTree(rule) && rule['tp_mode'] === null && rule['tp_percent'] === null ? [[`grid_strategy.tp_overrides.${index}`, { code: 'override_empty' }]] : []));
}

/** Rules between two settings and what no schema can say. */
function otherFaults(draft: Tree): [string, Fault][] {
  const faults: [string, Fault][] = [];
  const zone = valueAt(draft, 'app.timezone');
  if (typeof zone === 'string' && !isZone(zone)) faults.push(['app.timezone', { code: 'zone' }]);
  return faults;
}

function isZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** Everything the page can tell to be wrong with a draft, by path. The server has the last word; this one is at once, and in the user's language. */
export const draftFaults = (draft: Tree, schema: FieldSchema): Map<string, Fault> => new Map([...boundFaults(draft, schema, ''), ...ladderFaults(draft), ...overrideFaults(draft), ...otherFaults(draft)]);
