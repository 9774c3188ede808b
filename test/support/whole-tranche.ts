import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '#scripts/free-port';
import { waitFor } from './wait-for.ts';

/** All of Tranche, started the way `npm start` does, from source. */
export interface WholeTranche {
  supervisor: ChildProcess;
  url: string;
  paperUrl: string;
  /** Everything it has printed so far. */
  output(): string;
  /** The process ids of its children, by the name of their entry file. */
  pids(): Map<string, number>;
  /** Sends a signal to the supervisor and waits for its end; answers the exit code. */
  end(signal: NodeJS.Signals): Promise<number | null>;
}

const root = join(import.meta.dirname, '../..');

/** Entry files of running processes whose DATA_DIR is `dataDir`, with their process ids. Linux only, as the tests are. */
export function processesOf(dataDir: string): Map<string, number> {
  const found = new Map<string, number>();
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      if (!readlinkSync(`/proc/${pid}/exe`).endsWith('node')) continue;
      if (!readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(`DATA_DIR=${dataDir}`)) continue;
      const entry = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').find((part) => /\.(ts|js)$/.test(part));
      if (entry) found.set(entry.replace(`${root}/`, ''), Number(pid));
    } catch {
      // It ended while we looked.
    }
  }
  return found;
}

/** Runs the supervisor to its end; for starts that are refused. */
export async function refusedStart(env: Record<string, string>): Promise<{ code: number | null; errors: string }> {
  const child = launch(env);
  let errors = '';
  child.stderr?.on('data', (chunk) => (errors += String(chunk)));
  const code = await new Promise<number | null>((resolve) => child.once('exit', resolve));
  return { code, errors };
}

const launch = (env: Record<string, string>): ChildProcess =>
  spawn(process.execPath, ['--conditions=source', '--import', 'tsx/esm', 'scripts/supervisor.ts'], {
    cwd: root,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, LOG_FORMAT: 'json', MARKET_DATA: 'synthetic', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });

/** Starts everything in `dataDir` and waits for the banner. */
export async function startWholeTranche(dataDir: string, env: Record<string, string> = {}): Promise<WholeTranche> {
  const port = Number(env.PORT ?? (await freePort()));
  const supervisor = launch({ DATA_DIR: dataDir, PORT: String(port), ...env });
  let output = '';
  for (const stream of [supervisor.stdout, supervisor.stderr]) stream?.on('data', (chunk) => (output += String(chunk)));
  const ended = new Promise<number | null>((resolve) => supervisor.once('exit', (code) => resolve(code)));
  await waitFor('Tranche to be ready', () => output.includes('Tranche is ready') || supervisor.exitCode !== null, { timeoutMs: 60_000 });
  if (supervisor.exitCode !== null) throw new Error(`Tranche did not start:\n${output}`);
  return {
    supervisor,
    url: `http://127.0.0.1:${port}`,
    paperUrl: /Paper exchange {2}(\S+)/.exec(output)?.[1] ?? '',
    output: () => output,
    pids: () => processesOf(dataDir),
    end: (signal) => {
      supervisor.kill(signal);
      return ended;
    },
  };
}
