import { useSyncExternalStore } from 'react';

export type Theme = 'dark' | 'light';
export type Language = 'en' | 'uk';

/** What one browser remembers of its user's taste; nothing of the trading is kept in a browser. */
export interface Preferences {
  theme: Theme;
  language: Language;
  times: 'utc' | 'local';
  navigation: 'wide' | 'narrow';
  /** Live values reach the page at most once in so many milliseconds. */
  refreshMs: number;
  /** Table name to the keys of its hidden columns. */
  columnsHidden: Record<string, string[]>;
}

const storageKey = 'tranche.preferences';
const defaults: Preferences = { theme: 'dark', language: 'en', times: 'utc', navigation: 'wide', refreshMs: 500, columnsHidden: {} };

function oneOf<T>(value: unknown, allowed: readonly T[], otherwise: T): T {
  return allowed.includes(value as T) ? (value as T) : otherwise;
}

/** The stored text made usable: values a newer or older page does not know fall back to the default. */
export function parsePreferences(text: string | null): Preferences {
  let stored: Partial<Preferences> = {};
  try {
    stored = (JSON.parse(text ?? '{}') as Partial<Preferences> | null) ?? {};
  } catch {
    return defaults;
  }
  return {
    theme: oneOf(stored.theme, ['dark', 'light'], defaults.theme),
    language: oneOf(stored.language, ['en', 'uk'], defaults.language),
    times: oneOf(stored.times, ['utc', 'local'], defaults.times),
    navigation: oneOf(stored.navigation, ['wide', 'narrow'], defaults.navigation),
    refreshMs: typeof stored.refreshMs === 'number' && stored.refreshMs >= 100 && stored.refreshMs <= 60_000 ? stored.refreshMs : defaults.refreshMs,
    columnsHidden: typeof stored.columnsHidden === 'object' && stored.columnsHidden !== null ? stored.columnsHidden : {},
  };
}

/** Has this browser made a choice of its own yet? */
let chosen = typeof localStorage !== 'undefined' && localStorage.getItem(storageKey) !== null;

let current = parsePreferences(typeof localStorage === 'undefined' ? null : localStorage.getItem(storageKey));
const listeners = new Set<() => void>();

/** The preferences now, outside React. */
export function preferences(): Preferences {
  return current;
}

/** What a browser without a choice starts with, from the settings of the installation; it is not stored. */
export function suggestPreferences(change: Partial<Preferences>): void {
  if (!chosen) announce({ ...current, ...change });
}

function announce(next: Preferences): void {
  current = next;
  for (const listener of listeners) listener();
}

export function setPreferences(change: Partial<Preferences>): void {
  chosen = true;
  announce({ ...current, ...change });
  try {
    localStorage.setItem(storageKey, JSON.stringify(current));
  } catch {
    // A browser that forbids storage still shows the choice until it is closed.
  }
}

export function onPreferences(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function usePreferences(): Preferences {
  return useSyncExternalStore(onPreferences, preferences);
}
