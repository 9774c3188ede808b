import { join } from 'node:path';
import type { Settings } from '#shared/contracts/settings';
import type { House } from './house-settings.ts';
import { createLogFile, type LogPlace } from './log-file.ts';
import type { ProcessLog } from './log.ts';

/** What the supervisor is told of the house's settings: it has no database of its own to ask. */
export interface HouseMessage {
  type: 'house';
  logLevel: Settings['app']['log_level'];
  autoRestart: boolean;
  logPlace: LogPlace;
}

/** The folder of the house below the data directory: logs, exports. */
export const houseFolder = (dataDir: string, settings: Settings): string => join(dataDir, settings.app.data_dir);

/** The settings of the house in the words of the supervisor. */
export const houseMessage = (dataDir: string, settings: Settings): HouseMessage => ({
  type: 'house',
  logLevel: settings.app.log_level,
  autoRestart: settings.app.auto_restart,
  logPlace: { folder: join(houseFolder(dataDir, settings), 'logs'), daily: settings.logging.rotate_daily },
});

export interface ObeyOptions {
  house: House;
  log: ProcessLog;
  dataDir: string;
  now(): number;
  /** Reaches the supervisor, where there is one. */
  tell?: (message: HouseMessage) => void;
}

// Without a callback a supervisor that is just gone would end us by an uncaught error.
const tellSupervisor = (message: HouseMessage): void => void process.send?.(message, undefined, undefined, () => {});

/** Makes a process log as the house says, to its file too, and lets its supervisor know. The returned function writes what is left. */
export function obeyHouse({ house, log, dataDir, now, tell = tellSupervisor }: ObeyOptions): () => Promise<void> {
  const file = createLogFile({ now, onFault: (fault) => log.warn('system', `the log cannot be written to its file: ${fault}`) });
  const removeStream = log.addStream(file.stream);
  file.place(houseMessage(dataDir, house.settings()).logPlace);
  const unfollow = house.follow((settings) => {
    const message = houseMessage(dataDir, settings);
    log.setLevel(message.logLevel);
    file.place(message.logPlace);
    tell(message);
  });
  return async () => {
    unfollow();
    removeStream();
    await file.close();
  };
}
