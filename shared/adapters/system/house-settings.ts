import { logCode } from '#shared/contracts/log-codes';
import { defaultSettings, type Settings } from '#shared/contracts/settings';
import { checkSettings } from '#shared/contracts/settings-document';
import type { Bus, Log } from '#shared/ports/system.port';

/**
 * The settings that concern a whole installation and not one user: how much is logged, what is kept, who restarts. They are those of
 * the first administrator; every process follows them.
 */
export interface House {
  /** As applied; the defaults before the first version. */
  settings(): Settings;
  /** Null before somebody has applied one: then the environment's start values stand. */
  version(): number | null;
  /** Calls `listener` now, if a version is applied, and after every change, until the returned function is called. It must not throw. */
  follow(listener: (settings: Settings) => void): () => void;
  close(): Promise<void>;
}

/** An applied configuration as it is stored. */
export interface StoredVersion {
  userId: string;
  version: number;
  document: unknown;
}

export interface HouseOptions {
  /** The first administrator's active configuration; null before one is applied. */
  read(): Promise<StoredVersion | null>;
  /** Tells of new versions; without it the poll alone finds them. */
  bus: Pick<Bus, 'subscribe'> | null;
  log: Log;
  pollMs?: number;
}

/** Messages may be lost; a setting of the house may be this late then. */
const pollMsDefault = 30_000;

/** Reads the house's settings once, and again whenever a version is applied. */
export async function watchHouse({ read, bus, log, pollMs = pollMsDefault }: HouseOptions): Promise<House> {
  const listeners = new Set<(settings: Settings) => void>();
  let known: { key: string; version: number | null; settings: Settings } = { key: '', version: null, settings: defaultSettings };
  let line: Promise<void> = Promise.resolve();

  const take = async (): Promise<void> => {
    const stored = await read();
    const key = stored === null ? '' : `${stored.userId} ${stored.version}`;
    if (key === known.key) return;
    const checked = stored === null ? null : checkSettings(stored.document);
    if (stored !== null && checked?.settings == null) {
      known = { ...known, key };
      const faults = (checked?.faults ?? []).map(({ path, message }) => `${path}: ${message}`).join('; ');
      return log.alert('config', `Version ${stored.version} of the configuration is not valid; the settings of the house stay as they were: ${faults}`, logCode('config_house', { version: String(stored.version), faults }));
    }
    known = { key, version: stored?.version ?? null, settings: checked?.settings ?? defaultSettings };
    for (const listener of listeners) listener(known.settings);
  };
  /** One reading after the other, so that an older answer never overwrites a newer one. */
  const look = (): Promise<void> => (line = line.then(take).catch((error: unknown) => log.warn('config', `the settings of the house could not be read, those known so far stay: ${error instanceof Error ? error.message : String(error)}`)));

  await look();
  const timer = setInterval(() => void look(), pollMs);
  timer.unref();
  const unsubscribe = await bus?.subscribe('config', () => void look());
  return {
    settings: () => known.settings,
    version: () => known.version,
    follow: (listener) => {
      listeners.add(listener);
      if (known.version !== null) listener(known.settings);
      return () => void listeners.delete(listener);
    },
    close: async () => {
      clearInterval(timer);
      await unsubscribe?.();
      await line;
    },
  };
}

/** A house that stays as `settings` say, for tests. */
export const standingHouse = (settings: Settings = defaultSettings): House => ({ settings: () => settings, version: () => null, follow: () => () => {}, close: async () => {} });
