import { watch } from 'node:fs';
import { join } from 'node:path';

/** Editors write a file in several steps, and a branch switch touches many. */
const settleMs = 300;

/** Calls `onChange` once sources of the server have changed and settled, never twice at once; the returned function stops it. */
export function watchSources(root: string, onChange: (file: string) => Promise<void>): () => void {
  let timer: NodeJS.Timeout | null = null;
  let running: Promise<void> = Promise.resolve();
  const changed = (file: string): void => {
    if (!file.endsWith('.ts') || file.endsWith('.test.ts')) return;
    if (timer) clearTimeout(timer);
    timer = setTimeout(() => void (running = running.then(() => onChange(file))), settleMs);
  };
  const watchers = ['api', 'workers', 'shared', 'migrations'].map((folder) =>
    watch(join(root, folder), { recursive: true }, (_, name) => changed(join(folder, name ?? ''))),
  );
  return () => {
    if (timer) clearTimeout(timer);
    for (const watcher of watchers) watcher.close();
  };
}
