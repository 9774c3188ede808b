import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Config } from '#shared/contracts/config';
import { childEnvironment, ConfigFault, loadConfig, readEnvFile, startedByNpm } from '#shared/contracts/config';
import { deploymentOf } from '#shared/adapters/system/deployment-id';
import { createLog } from '#shared/adapters/system/log';
import type { ProcessLog } from '#shared/adapters/system/log';
import { createLogFile } from '#shared/adapters/system/log-file';
import { houseMessage, type HouseMessage } from '#shared/adapters/system/obey-house';
import { defaultSettings } from '#shared/contracts/settings';
import { banner } from './banner.ts';
import { keptEncryptionKey, lockDataDirectory, openDataDirectory } from './data-directory.ts';
import { requirePort, tryPort } from './free-port.ts';
import { createTree, entryFile, execArgv, treeProcesses, treeRoot } from './process-tree.ts';
import type { ProcessTree } from './process-tree.ts';
import { StartFault } from './start-fault.ts';
import { startWatchedPostgres } from './watched-postgres.ts';
import { watchSources } from './watch-sources.ts';

/**
 * Runs the whole of Tranche on one machine: embedded PostgreSQL where no other is named, migrations, then the processes, each
 * started again when it dies. Ends them in order on Ctrl-C: nothing new comes in, running work ends, the database goes last.
 */

/** What has been started so far, newest last; ended in the opposite order. */
type Undo = { what: string; end: () => Promise<void> | void };

const watching = process.argv.includes('--watch');
const undo: Undo[] = [];
let tree: ProcessTree | null = null;
let ending = false;

async function main(): Promise<void> {
  readEnvFile();
  const config = loadConfig();
  const format = config.log.format === 'auto' ? (process.stdout.isTTY ? 'pretty' : 'json') : config.log.format;
  const log = createLog({ process: 'start', level: config.log.level, format });
  endOnSignals(log);

  openDataDirectory(config.dataDir);
  const unlock = lockDataDirectory(config.dataDir);
  undo.push({ what: 'lock', end: unlock });
  const ports = await claimPorts(config, log);
  const env = childEnvironment({ ...ports, ...(await openDatabase(config, log)), LOG_FORMAT: format, DATA_DIR: config.dataDir, DEPLOYMENT_ID: deploymentOf(config)?.id });
  await runOnce('scripts/migrate', env, 'the migrations failed');

  const house = followHouse(config, log);
  let setupLink: string | null = null;
  tree = createTree(treeProcesses(config.workers.processes), env, {
    log,
    onMessage: (_, message) => {
      const told = message as { type: 'setup-link'; url: string } | HouseMessage;
      if (told.type === 'house') house.hear(told);
      if (told.type === 'setup-link') setupLink = told.url;
    },
    mayRestart: house.mayRestart,
    onHopeless: (name, code) => {
      log.error('system', 'a process cannot work, so everything stops', { process: name, code });
      void end(log, code === 78 ? 78 : 1);
    },
  });
  undo.push({ what: 'processes', end: tree.stop });
  await tree.start();
  house.settle();
  if (ending) return;
  process.stdout.write(banner({ config, webPort: Number(ports.PORT), paperUrl: ports.PAPER_URL, setupLink }));
  if (watching) watch(tree, env, log);
}

/** What the processes say of the house's settings: the supervisor has no database of its own to ask. All of them say the same. */
function followHouse({ dataDir }: Config, log: ProcessLog): { hear(message: HouseMessage): void; settle(): void; mayRestart(): boolean } {
  let autoRestart = true;
  let heard = false;
  const file = createLogFile({ now: Date.now, onFault: (fault) => log.warn('system', `the log cannot be written to its file: ${fault}`) });
  log.addStream(file.stream);
  undo.push({ what: 'log file', end: file.close });
  return {
    hear: (message) => {
      heard = true;
      log.setLevel(message.logLevel);
      file.place(message.logPlace);
      const switchedOn = message.autoRestart && !autoRestart;
      autoRestart = message.autoRestart;
      if (switchedOn) tree?.resume();
    },
    // Whoever had something to say has said it when all processes are ready.
    settle: () => {
      if (!heard) file.place(houseMessage(dataDir, defaultSettings).logPlace);
    },
    mayRestart: () => autoRestart,
  };
}

/** The ports of this run, checked to be free; what the user left open is filled in. */
async function claimPorts(config: Config, log: ProcessLog): Promise<{ PORT: string; PAPER_PORT: string; PAPER_URL: string }> {
  const web = await requirePort('PORT', config.port, 'HOST', config.host);
  const { host, port, chosen } = config.paper;
  // Only a port somebody asked for is worth a refusal: the paper exchange can live on any.
  const next = chosen ? null : await tryPort(port === 0 ? 0 : web + 1, host);
  const paper = next ?? (await requirePort('PAPER_PORT', chosen ? port : 0, 'PAPER_HOST', host));
  if (!chosen && paper !== web + 1 && config.port !== 0) log.info('system', 'the paper exchange takes another port, because the next one is in use', { port: paper });
  return { PORT: String(web), PAPER_PORT: String(paper), PAPER_URL: config.paper.urlChosen ?? `http://127.0.0.1:${paper}` };
}

/** Starts the embedded PostgreSQL if no other is named; answers what the processes need to know of it. */
async function openDatabase(config: Config, log: ProcessLog): Promise<{ DATABASE_URL: string; ENCRYPTION_KEY: string }> {
  if (config.databaseUrl !== null && config.encryptionKey !== null) return { DATABASE_URL: config.databaseUrl, ENCRYPTION_KEY: config.encryptionKey };
  const postgres = await startWatchedPostgres({ dataDir: config.dataDir }, log, () => void end(log, 1));
  undo.push({ what: 'PostgreSQL', end: postgres.stop });
  return { DATABASE_URL: postgres.url, ENCRYPTION_KEY: config.encryptionKey ?? keptEncryptionKey(config.dataDir) };
}

/** Runs a file of the tree to its end; in a process of its own, so that what it loads does not stay in our memory. */
async function runOnce(path: string, env: Record<string, string>, fault: string): Promise<void> {
  const child = fork(entryFile(path), { execArgv: [...execArgv], env, detached: true });
  const stop = (): void => void child.kill('SIGTERM');
  undo.push({ what: path, end: stop });
  const [code] = (await once(child, 'exit')) as [number | null];
  undo.splice(undo.findIndex(({ end: same }) => same === stop), 1);
  // The fault itself was printed by the child.
  if (code !== 0 && !ending) throw new StartFault(`Not started: ${fault}.`);
}

/** `npm run dev`: changed sources are migrated and restarted, the web app is built again on change. */
function watch(running: ProcessTree, env: Record<string, string>, log: ProcessLog): void {
  const stop = watchSources(treeRoot, async (file) => {
    log.info('system', 'sources changed, restarting', { file });
    await runOnce('scripts/migrate', env, 'the migrations failed').catch((error: Error) => log.error('system', error.message));
    if (!ending) await running.restart();
  });
  const vite = spawn(process.execPath, [join(treeRoot, 'node_modules/vite/bin/vite.js'), 'build', '--watch', 'frontend'], { cwd: treeRoot, stdio: ['ignore', 'ignore', 'inherit'], detached: true });
  undo.push({ what: 'watchers', end: () => void (stop(), vite.kill()) });
}

function endOnSignals(log: ProcessLog): void {
  // The reader of our output may be gone before we are; that is no reason to crash half-way down.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
  let askedAt = 0;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (!ending) {
        askedAt = Date.now();
        return void end(log, 0);
      }
      // npm and `timeout` pass on a signal that the process group has had already; only a later one is a person losing patience.
      if (Date.now() - askedAt < 1500) return;
      log.warn('system', 'asked again: ending at once');
      tree?.kill();
    });
  }
  // `npm start` is npm, a shell, and we; SIGTERM to npm ends the first two and would leave us behind.
  if (!startedByNpm()) return;
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent && !ending) void end(log, 0);
  }, 500).unref();
}

async function end(log: ProcessLog | null, code: number): Promise<void> {
  if (ending) return;
  ending = true;
  log?.info('system', 'stopping');
  for (const { what, end: stop } of [...undo].reverse()) {
    try {
      await stop();
    } catch (error) {
      log?.error('system', 'stopping failed', { what, error: (error as Error).message });
      code ||= 1;
    }
  }
  log?.info('system', 'stopped');
  process.exit(code);
}

main().catch(async (error: Error) => {
  if (ending) return;
  const plain = error instanceof ConfigFault || error instanceof StartFault;
  process.stderr.write(`${plain || error.message ? error.message : error.stack}\n`);
  await end(null, plain ? 78 : 1);
});
