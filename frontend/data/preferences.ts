import { useSyncExternalStore } from 'react';

export type Theme = 'dark' | 'light';
export type Language = 'en' | 'uk';

/** What one browser remembers of its user's taste; nothing of the trading is kept in a browser. */
export interface Preferences {
  theme: Theme;
  language: Language;
  /** `zone` is that of the settings. */
  times: 'utc' | 'zone' | 'local';
  /** Of the settings; not a choice of the browser. */
  timezone: string;
  /** Times the usual size of text; of the settings as well. */
  textSize: number;
  navigation: 'wide' | 'narrow';
  /** Live values reach the page at most once in so many milliseconds. */
  refreshMs: number;
  /** Table name to the keys of its hidden columns. */
  columnsHidden: Record<string, string[]>;
}

const storageKey = 'tranche.preferences';
const suggestedKey = 'tranche.suggested';
const lightScheme = typeof matchMedia === 'undefined' ? null : matchMedia('(prefers-color-scheme: light)');
const systemTheme = (): Theme => (lightScheme?.matches === true ? 'light' : 'dark');
const defaults: Preferences = { theme: 'dark', language: 'en', times: 'utc', timezone: 'UTC', textSize: 1, navigation: 'wide', refreshMs: 500, columnsHidden: {} };

const among = <T>(allowed: readonly T[]) => (value: unknown): boolean => (allowed as readonly unknown[]).includes(value);
const usable: { [Key in keyof Omit<Preferences, 'timezone' | 'textSize'>]: (value: unknown) => boolean } = {
  theme: among<Theme>(['dark', 'light']),
  language: among<Language>(['en', 'uk']),
  times: among<Preferences['times']>(['utc', 'zone', 'local']),
  navigation: among<Preferences['navigation']>(['wide', 'narrow']),
  refreshMs: (value) => typeof value === 'number' && value >= 100 && value <= 60_000,
  columnsHidden: (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
};

/** What the user has chosen, out of the stored text; values a newer or older page does not know are left out. */
export function parseChoices(text: string | null): Partial<Preferences> {
  try {
    const stored = (JSON.parse(text ?? '{}') as Partial<Preferences> | null) ?? {};
    return Object.fromEntries(Object.entries(stored).filter(([key, value]) => usable[key as keyof typeof usable]?.(value) === true));
  } catch {
    return {};
  }
}

let chosen = parseChoices(typeof localStorage === 'undefined' ? null : localStorage.getItem(storageKey));
// What the settings said last time: until they are asked again the page should not change its colours.
let suggested: Partial<Preferences> = parseChoices(typeof localStorage === 'undefined' ? null : localStorage.getItem(suggestedKey));
const mixed = (): Preferences => ({ ...defaults, theme: systemTheme(), ...suggested, ...chosen });
let current = mixed();
const listeners = new Set<() => void>();

/** The preferences now, outside React. */
export function preferences(): Preferences {
  return current;
}

function announce(): void {
  current = mixed();
  for (const listener of listeners) listener();
}

lightScheme?.addEventListener('change', announce);

function store(key: string, value: Partial<Preferences>): void {
  try {
    localStorage.setItem(key, JSON.stringify(value));
  } catch {
    // A browser that forbids storage still shows the choice until it is closed.
  }
}

/** What stands where the user has not chosen, from the settings of the installation. */
export function suggestPreferences(change: Partial<Preferences>): void {
  suggested = change;
  announce();
  store(suggestedKey, change.theme === undefined ? {} : { theme: change.theme });
}

/** Stores the choice alone, so that what was not chosen goes on following the system and the installation. */
export function setPreferences(change: Partial<Preferences>): void {
  chosen = { ...chosen, ...change };
  announce();
  store(storageKey, chosen);
}

export function onPreferences(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function usePreferences(): Preferences {
  return useSyncExternalStore(onPreferences, preferences);
}
