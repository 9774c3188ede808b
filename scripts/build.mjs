// Builds the server into dist and the web app into frontend/dist, each only when its sources have changed since
// (`--force`: always; `--web`: the web app only).
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';

const root = join(import.meta.dirname, '..');

/** Every file of the build's sources with size and time: cheap to compute, and a deleted file changes it too. */
function fingerprint(paths, accept) {
  const hash = createHash('sha256');
  const visit = (path) => {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (!stat) return;
    if (stat.isDirectory()) {
      for (const name of readdirSync(path).sort()) if (name !== 'node_modules' && name !== 'dist') visit(join(path, name));
    } else if (accept(path)) hash.update(`${relative(root, path)} ${stat.size} ${stat.mtimeMs}\n`);
  };
  for (const path of paths) visit(join(root, path));
  return hash.digest('hex');
}

const isCompiled = (path) => !/\.(test|contract|scenario)\.ts$/.test(path) && (path.endsWith('.ts') || path.endsWith('.json'));
const targets = [
  {
    what: 'server',
    stamp: 'dist/.built',
    print: () => fingerprint(['api', 'workers', 'shared', 'migrations', 'scripts', 'package.json', 'tsconfig.base.json', 'tsconfig.build.json'], isCompiled),
    // Into a folder aside, so that a failed build or a running instance keeps what it has.
    build: async () => {
      rmSync(join(root, 'dist.new'), { recursive: true, force: true });
      await node(['node_modules/@typescript/native/bin/tsc', '-p', 'tsconfig.build.json', '--outDir', 'dist.new']);
      rmSync(join(root, 'dist'), { recursive: true, force: true });
      renameSync(join(root, 'dist.new'), join(root, 'dist'));
    },
  },
  {
    what: 'web app',
    stamp: 'frontend/dist/.built',
    print: () => fingerprint(['frontend', 'shared/contracts', 'package.json'], (path) => !path.endsWith('.test.ts')),
    build: () => node(['node_modules/vite/bin/vite.js', 'build', 'frontend', '--logLevel', 'warn']),
  },
];

const node = (args) =>
  new Promise((resolve, reject) => {
    spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] }).on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`${args[0]} ended with code ${code}`))));
  });

/** Builds what is missing or stale, one after the other: side by side they would double the memory needed. */
export async function buildStale({ force = false, only = null } = {}) {
  for (const { what, stamp, print, build } of targets) {
    if (only && only !== what) continue;
    const file = join(root, stamp);
    const fresh = print();
    if (!force && existsSync(file) && readFileSync(file, 'utf8') === fresh) continue;
    process.stdout.write(`Building the ${what} ...`);
    const started = Date.now();
    await build();
    writeFileSync(file, fresh);
    process.stdout.write(` done in ${((Date.now() - started) / 1000).toFixed(1)} s\n`);
  }
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  await buildStale({ force: process.argv.includes('--force'), only: process.argv.includes('--web') ? 'web app' : null }).catch((error) => {
    process.stderr.write(`\nThe build failed: ${error.message}\n`);
    process.exit(1);
  });
}
