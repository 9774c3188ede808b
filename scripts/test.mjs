// Runs every test that gates a release and ends with `N passed, N failed`. Arguments narrow it down: paths of test files.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { buildStale } from './build.mjs';

const root = join(import.meta.dirname, '..');
process.chdir(root);
const chosen = process.argv.slice(2).filter((argument) => !argument.startsWith('-'));
const fromSource = ['--conditions=source', '--import', 'tsx/esm'];

/** Programs tests need that npm cannot bring: Debian package, and the names its program goes by. */
const programs = [
  { package: 'redis-server', names: ['redis-server'] },
  { package: 'chromium', names: ['chromium', 'chromium-browser', 'google-chrome'] },
];
const has = (name) => spawnSync('sh', ['-c', `command -v ${name}`], { stdio: 'ignore' }).status === 0;

function bringPrograms() {
  const missing = programs.filter(({ names }) => !names.some(has)).map((program) => program.package);
  if (missing.length === 0) return;
  if (process.getuid?.() !== 0 || !has('apt-get')) {
    process.stderr.write(`The tests need ${missing.join(' and ')}. Install it, for example: sudo apt-get install ${missing.join(' ')}\n`);
    process.exit(1);
  }
  process.stdout.write(`Installing ${missing.join(' and ')} ...\n`);
  // RUNLEVEL=1 keeps the package from starting a Redis of its own.
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  const apt = (...args) => spawnSync('apt-get', ['-q', '-y', ...args], { stdio: ['ignore', 'ignore', 'inherit'], env }).status === 0;
  if (!apt('update') || !apt('install', '--no-install-recommends', ...missing)) {
    process.stderr.write(`${missing.join(' and ')} could not be installed with apt-get; install it by hand.\n`);
    process.exit(1);
  }
}

/** Starts the PostgreSQL that all test processes share; answers its address and how to end it. */
async function sharedServer() {
  const child = spawn(process.execPath, [...fromSource, 'test/support/shared-server.ts'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const url = await Promise.race([new Promise((resolve) => createInterface({ input: child.stdout }).once('line', resolve)), ended.then(() => null)]);
  if (!url) throw new Error('the test database did not start');
  return {
    url,
    stop: async () => {
      child.stdin.end();
      await ended;
    },
  };
}

/** How long a finished run may keep its process alive; longer means it left a connection or a timer open. */
const lingerMs = 20_000;

/** Runs mocha over `files`; answers its totals. A run that crashes or does not end counts as one failure. */
async function mocha(files, server) {
  const directory = mkdtempSync(join(tmpdir(), 'tranche-totals-'));
  const totalsFile = join(directory, 'totals.json');
  const env = { ...process.env, TRANCHE_TEST_SERVER: server, TRANCHE_TEST_TOTALS: totalsFile };
  const child = spawn(process.execPath, ['node_modules/mocha/bin/mocha.js', '--reporter', 'test/support/count-reporter.cjs', ...files], { stdio: 'inherit', env });
  let lingering = null;
  const watcher = setInterval(() => {
    if (existsSync(totalsFile)) lingering ??= setTimeout(() => child.kill('SIGKILL'), lingerMs);
  }, 1000);
  const signal = await new Promise((resolve) => child.once('exit', (_, endedBy) => resolve(endedBy)));
  clearInterval(watcher);
  clearTimeout(lingering);
  const totals = existsSync(totalsFile) ? JSON.parse(readFileSync(totalsFile, 'utf8')) : null;
  rmSync(directory, { recursive: true, force: true });
  if (totals === null) return { passes: 0, failures: 1, pending: 0 };
  if (signal !== null) {
    process.stderr.write('The tests were over but their process did not end: something was left open.\n');
    totals.failures += 1;
  }
  return totals;
}

const testFiles = (folder) =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return ['node_modules', 'dist'].includes(entry.name) ? [] : testFiles(path);
    return entry.name.endsWith('.test.ts') ? [path] : [];
  });
const all = ['shared', 'api', 'workers', 'scripts', 'migrations', 'frontend', 'test'].flatMap(testFiles).sort();
const wanted = chosen.length > 0 ? all.filter((file) => chosen.some((path) => file.startsWith(path))) : all;
const runs = [wanted.filter((file) => !file.startsWith('test/e2e/')), wanted.filter((file) => file.startsWith('test/e2e/'))].filter((files) => files.length > 0);

bringPrograms();
await buildStale();
const sum = { passes: 0, failures: 0, pending: 0 };
const server = await sharedServer();
try {
  for (const files of runs) {
    const totals = await mocha(files, server.url);
    for (const key of Object.keys(sum)) sum[key] += totals[key];
  }
} finally {
  await server.stop();
}
if (sum.pending > 0) process.stderr.write(`${sum.pending} skipped: a test that is skipped proves nothing and counts as failed.\n`);
const failed = sum.failures + sum.pending;
process.stdout.write(`${sum.passes} passed, ${failed} failed\n`);
process.exit(failed > 0 || sum.passes === 0 ? 1 : 0);
