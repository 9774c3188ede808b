import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { logCode } from '#shared/contracts/log-codes';
import type { Log } from '#shared/ports/system.port';
import { callOut, neverCrash, type AtCrashPoint } from '#shared/shell/crash-points';
import { setHaltAndTell } from '#shared/shell/safe-mode';
import type { ShellPorts } from '#shared/shell/shell';

/** The file is looked for this often: new entries stop within two seconds of its appearing. */
const everyMs = 500;

/** Path of the file that stops everything new while it is there. */
export const stopFileOf = (dataDir: string): string => join(dataDir, 'STOP');

/** Watches for the STOP file until stopped. */
export interface StopFileWatch {
  stop(): Promise<void>;
}

/**
 * Halts new exposure while `file` exists, and until a person re-arms after it has gone. Every worker looks for itself, so it needs no api
 * and no other process. Resolves after the first look: whoever begins to send afterwards goes by a file that was there before.
 */
export async function watchStopFile(ports: Pick<ShellPorts, 'store' | 'bus'> & { log: Log; atCrashPoint?: AtCrashPoint }, file: string): Promise<StopFileWatch> {
  const { store, atCrashPoint = neverCrash } = ports;
  let present = false;
  const look = async (): Promise<void> => {
    const there = await callOut({ atCrashPoint }, 'halt:stop-file', () => access(file).then(() => true, () => false));
    if (present && !there) ports.log.warn('system', `The file ${file} is gone. New positions stay stopped until a person re-arms in the web app`);
    present = there;
    if (!there || (await callOut({ atCrashPoint }, 'halt:see-file', () => store.seeStopFile()))) return;
    await setHaltAndTell(ports, { scope: 'global', scopeId: '', kind: 'stop_file', code: null, reason: `the file ${file} exists`, by: null }, () => `STOP file found (${file}): nothing new is entered. Remove the file and re-arm in the web app to go on; exits and protection go on`, logCode('stop_file', { file }));
  };
  await look();
  let running: Promise<void> = Promise.resolve();
  let busy = false;
  const timer = setInterval(() => {
    if (busy) return;
    busy = true;
    running = look()
      .catch((error: unknown) => ports.log.warn('system', `The STOP file could not be told to the database and is tried again: ${error instanceof Error ? error.message : String(error)}`))
      .finally(() => (busy = false));
  }, everyMs);
  return {
    async stop() {
      clearInterval(timer);
      await running;
    },
  };
}
