import { defaultSettings, type Settings } from '#shared/contracts/settings';
import type { Stage } from './stage.ts';

/** How one setting is shown to act: two values, and what the product's own code does under each. */
export interface Proof {
  /** Two documents that differ in this setting alone. */
  a: Settings;
  b: Settings;
  /** What can be seen from outside with these settings; must be the same whenever it is asked for the same settings. */
  outcome(settings: Settings, stage: Stage): unknown;
  /** Why the two documents need not be valid ones. */
  beyondSchema?: string;
}
export type Proofs = Readonly<Record<string, Proof>>;

/** The shipped settings after `change`. */
export function settingsWith(change: (settings: Settings) => void, from: Settings = defaultSettings): Settings {
  const settings = structuredClone(from);
  change(settings);
  return settings;
}

/**
 * A proof of the setting `path` by two of its values, everything else as `given`. A path with `[]` or `*` needs `set`, which puts a
 * value where it belongs.
 */
export function proofOf(
  path: string,
  [a, b]: readonly [unknown, unknown],
  outcome: Proof['outcome'],
  { given = () => {}, set = (settings, value) => setAt(settings, path, value), beyondSchema }: { given?: (settings: Settings) => void; set?: (settings: Settings, value: unknown) => void; beyondSchema?: string } = {},
): Proof {
  const document = (value: unknown): Settings =>
    settingsWith((settings) => {
      given(settings);
      set(settings, structuredClone(value));
    });
  return { a: document(a), b: document(b), outcome, ...(beyondSchema === undefined ? {} : { beyondSchema }) };
}

/** Puts `value` at a dotted path that is there already. */
export function setAt(settings: Settings, path: string, value: unknown): void {
  const keys = path.split('.');
  const last = keys.pop() ?? '';
  let place = settings as unknown as Record<string, unknown>;
  for (const key of keys) {
    const inner = place[key];
    if (typeof inner !== 'object' || inner === null) throw new Error(`${path}: there is no ${key}`);
    place = inner as Record<string, unknown>;
  }
  if (!Object.hasOwn(place, last)) throw new Error(`${path}: there is no ${last}`);
  place[last] = value;
}
