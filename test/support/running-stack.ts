import { spawn, type ChildProcess } from 'node:child_process';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '#scripts/free-port';
import { signIn, type RestClient } from './rest-client.ts';
import { openDirectory } from './open-directory.ts';
import { waitFor } from './wait-for.ts';

/** Whom every test stack lets in. */
export const admin = { email: 'trader@example.com', password: 'correct horse battery' };

/** The whole of Tranche, started as a user starts it, on ports and data of its own. */
export interface RunningStack {
  origin: string;
  paperOrigin: string;
  dataDir: string;
  client: RestClient;
  /** Everything it has printed. */
  output(): string;
  /** Process ids by part: `api`, `workers`, `market`, `paper`, `postgres`. */
  pids(): Record<string, number>;
  /** Every process of one part; of `postgres` the server alone, of `postgres-children` what it has started. */
  pidsOf(part: string): number[];
  /** Kills one part with SIGKILL; the supervisor starts it again. */
  kill(part: string): void;
  /** Memory of the whole tree, PostgreSQL included, in MiB. */
  memoryMiB(): number;
  /** Ends it and starts it again on the same data. */
  restart(how: 'SIGINT' | 'SIGKILL'): Promise<void>;
  stop(): Promise<number | null>;
}

const root = join(import.meta.dirname, '..', '..');

const parts: Record<string, string> = { paper: 'shared/paper/main', market: 'workers/market', workers: 'workers/main', api: 'api/main', postgres: 'bin/postgres -D' };

const processes = (): { pid: number; parent: number; command: string }[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
        const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
        return [{ pid: Number(name), parent, command: readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ') }];
      } catch {
        return [];
      }
    });

/** Shared pages are counted once per process that maps them, by their share. */
function memoryOf(pid: number): number {
  try {
    return Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

export interface StackOptions {
  dataDir?: string;
  /** Starts without an administrator in the environment: has to make `admin` by the one-time link, as a first user does. */
  setUp?: (link: string) => Promise<void>;
}

/** Starts Tranche with `env` beside the defaults; resolves when it says that it is ready. */
export async function startStack(env: Record<string, string> = {}, options: StackOptions = {}): Promise<RunningStack> {
  const dataDir = options.dataDir ?? openDirectory('tranche-stack-');
  const [port, paperPort] = [await freePort(), await freePort()];
  const printed: string[] = [];
  // Empty is absent: what the shell around the tests names must not let anybody in.
  const letIn = options.setUp === undefined ? { ADMIN_EMAIL: admin.email, ADMIN_PASSWORD: admin.password } : { ADMIN_EMAIL: '', ADMIN_PASSWORD: '' };
  let child: ChildProcess | null = null;
  let exited: Promise<number | null> = Promise.resolve(null);

  const start = async (): Promise<void> => {
    let ended: number | null | undefined;
    const started = printed.length;
    const running = spawn(process.execPath, ['scripts/start.mjs'], {
      cwd: root,
      env: { ...process.env, DATA_DIR: dataDir, PORT: String(port), PAPER_PORT: String(paperPort), ...letIn, MARKET_DATA: 'synthetic', LOG_LEVEL: 'info', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child = running;
    exited = new Promise((resolve) => running.once('exit', (code) => resolve((ended = code))));
    for (const stream of [running.stdout, running.stderr]) stream.on('data', (chunk: Buffer) => printed.push(chunk.toString()));
    await waitFor(
      'Tranche to be ready',
      () => {
        if (ended !== undefined) throw new Error(`it ended with code ${ended}:\n${printed.slice(started).join('')}`);
        return printed.slice(started).join('').includes('Tranche is ready');
      },
      { timeoutMs: 120_000, everyMs: 50 },
    );
  };

  const end = async (signal: 'SIGINT' | 'SIGKILL'): Promise<number | null> => {
    child?.kill(signal);
    return exited;
  };

  const tree = (): { pid: number; command: string }[] => {
    const all = processes();
    const mine = new Set([child?.pid, ...all.filter((each) => each.command.includes(dataDir)).map((each) => each.pid)]);
    for (let grown = true; grown; ) {
      grown = false;
      for (const each of all) if (!mine.has(each.pid) && mine.has(each.parent)) grown = Boolean(mine.add(each.pid));
    }
    return all.filter((each) => mine.has(each.pid));
  };

  const pids = (): Record<string, number> => {
    const found = tree();
    return Object.fromEntries(Object.entries(parts).flatMap(([part, path]) => found.filter(({ command }) => command.includes(path)).map(({ pid }) => [part, pid])));
  };

  const pidsOf = (part: string): number[] => {
    if (part !== 'postgres-children') return tree().flatMap(({ pid, command }) => (command.includes(parts[part] ?? part) ? [pid] : []));
    const servers = new Set(pidsOf('postgres'));
    return processes().flatMap(({ pid, parent }) => (servers.has(parent) ? [pid] : []));
  };

  await start();
  const origin = `http://127.0.0.1:${port}`;
  if (options.setUp !== undefined) await options.setUp(await waitFor('the one-time link', () => /\S+\/setup\?token=\S+/.exec(printed.join(''))?.[0]));
  const client = await signIn(origin, admin);
  return {
    origin,
    paperOrigin: `http://127.0.0.1:${paperPort}`,
    dataDir,
    client,
    output: () => printed.join(''),
    pids,
    pidsOf,
    kill(part) {
      const pid = pids()[part];
      if (pid === undefined) throw new Error(`no process of ${part} runs`);
      process.kill(pid, 'SIGKILL');
    },
    memoryMiB: () => Math.round(tree().reduce((total, { pid }) => total + memoryOf(pid), 0)),
    async restart(how) {
      await end(how);
      await start();
    },
    async stop() {
      const code = await end('SIGINT');
      if (options.dataDir === undefined) rmSync(dataDir, { recursive: true, force: true });
      return code;
    },
  };
}
