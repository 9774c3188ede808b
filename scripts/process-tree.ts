import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ChildEvents, SupervisedChild } from './supervised-child.ts';
import { superviseChild } from './supervised-child.ts';
import { StartFault } from './start-fault.ts';

/** Are we running from source (`npm run dev`) or from `dist`? */
export const fromSource = import.meta.url.endsWith('.ts');
/** The project's root, or `dist` when compiled: the folder that holds api, workers and shared. */
export const treeRoot = join(dirname(fileURLToPath(import.meta.url)), '..');
/**
 * What Node needs to run a file of this tree. Six processes that each keep three half spaces of 16 MB cost 100 MB more than with small ones, and are no
 * faster. Nor are old spaces that may grow to four times what lives in them: after 2,300 groups the tree had 860 MiB with them and 676 MiB
 * with 60 percent, at the same CPU time.
 */
export const execArgv: readonly string[] = fromSource ? ['--conditions=source', '--import', 'tsx/esm'] : ['--enable-source-maps', '--max-semi-space-size=4', '--heap-growing-percent=60'];

/** A file of this tree by its path without extension; rejects when it is not there. */
export function entryFile(path: string, root = treeRoot): string {
  const file = join(root, `${path}.${fromSource ? 'ts' : 'js'}`);
  if (!existsSync(file)) throw new StartFault(`${file} is missing; ${fromSource ? 'this checkout is not complete' : 'build again with npm run build'}`);
  return file;
}

/** One process of the installation. */
export interface TreeProcess {
  name: string;
  /** Path below the root, without extension. */
  path: string;
}

/** Every process of one machine, in the order in which they start; they end in the opposite one, so the api goes first. */
export const treeProcesses = (workerProcesses: number): TreeProcess[] => [
  { name: 'paper', path: 'shared/paper/main' },
  { name: 'market', path: 'workers/market' },
  ...Array.from({ length: workerProcesses }, (_, index) => ({ name: workerProcesses === 1 ? 'workers' : `workers-${index + 1}`, path: 'workers/main' })),
  { name: 'api', path: 'api/main' },
];

/** The processes of one installation, as one thing that starts and ends. */
export interface ProcessTree {
  /** Starts the first process, then, once it is ready, all others; resolves when all are ready. */
  start(): Promise<void>;
  restart(): Promise<void>;
  /** Starts what has ended and was not started again. */
  resume(): void;
  /** Ends them, the last started first; processes of one kind together. */
  stop(): Promise<void>;
  /** Ends them now. */
  kill(): void;
}

/** A tree of `processes` that is not started yet; rejects when a file of it is missing. */
export function createTree(processes: readonly TreeProcess[], env: Readonly<Record<string, string>>, events: ChildEvents, root = treeRoot): ProcessTree {
  const kinds = [...new Set(processes.map(({ path }) => path))].map((path) => ({
    plans: processes.filter((process) => process.path === path).map(({ name }) => ({ name, entry: entryFile(path, root), execArgv, env })),
    children: [] as SupervisedChild[],
  }));
  let stopping = false;

  const launch = async (kind: (typeof kinds)[number]): Promise<void> => {
    if (stopping) return;
    kind.children = kind.plans.map((plan) => superviseChild(plan, events));
    await Promise.all(kind.children.map(({ ready }) => ready));
  };
  const all = (): SupervisedChild[] => kinds.flatMap(({ children }) => children);

  return {
    start: async () => {
      const [first, ...others] = kinds;
      if (first) await launch(first);
      await Promise.all(others.map(launch));
    },
    restart: async () => {
      for (const child of all()) await child.restart();
    },
    resume: () => {
      for (const child of all()) child.resume();
    },
    stop: async () => {
      stopping = true;
      for (const { children } of [...kinds].reverse()) await Promise.all(children.map((child) => child.stop()));
    },
    kill: () => {
      stopping = true;
      for (const child of all()) child.kill();
    },
  };
}
