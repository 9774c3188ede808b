import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { freePort } from '#scripts/free-port';
import { waitFor } from './wait-for.ts';

/** A Redis of its own. */
export interface TestRedis {
  url: string;
  /** kill -9. */
  kill(): void;
  /** Starts it again on the same port: empty, or with `appendOnly` as it was. */
  restart(): Promise<void>;
  pid(): number | undefined;
  stop(): Promise<void>;
}

/** Starts `redis-server` on a free port, without persistence unless `appendOnly`. Rejects with the package's name when it is not installed. */
export async function startTestRedis({ appendOnly = false } = {}): Promise<TestRedis> {
  const port = await freePort();
  const url = `redis://127.0.0.1:${port}`;
  const directory = mkdtempSync(join(tmpdir(), 'tranche-redis-'));
  const launch = async () => {
    const child = spawn('redis-server', ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', appendOnly ? 'yes' : 'no', '--dir', directory], { stdio: 'ignore' });
    const fault: { error?: Error } = {};
    child.once('error', (error) => (fault.error = new Error(`redis-server cannot be started (${error.message}); install the package redis-server`)));
    const probe = new Redis(url, { retryStrategy: () => 20, maxRetriesPerRequest: null });
    probe.on('error', () => {});
    await waitFor('redis-server to answer', () => fault.error !== undefined || probe.status === 'ready');
    probe.disconnect();
    if (fault.error) throw fault.error;
    return child;
  };
  let child = await launch();
  const atExit = (): void => void child.kill('SIGKILL');
  process.once('exit', atExit);
  return {
    url,
    pid: () => child.pid,
    kill: () => void child.kill('SIGKILL'),
    restart: async () => {
      // The port is free only when the killed one is gone.
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
      child = await launch();
    },
    stop: async () => {
      process.off('exit', atExit);
      const ended = new Promise((resolve) => child.once('exit', resolve));
      if (child.exitCode === null && child.signalCode === null && child.kill('SIGKILL')) await ended;
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
