import { randomBytes } from 'node:crypto';
import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '#shared/contracts/config';

const shape = /^[A-Za-z0-9._-]{4,60}$/;

/** The id of the deployment whose data lies in `dataDir`, made on first use; null where the directory cannot hold one. Processes that start at once agree on one. */
export function keptDeploymentId(dataDir: string): string | null {
  const file = join(dataDir, 'deployment.id');
  const read = (): string | null => {
    try {
      const kept = readFileSync(file, 'utf8').trim();
      return shape.test(kept) ? kept : null;
    } catch {
      return null;
    }
  };
  const known = read();
  if (known !== null) return known;
  const fresh = `${file}.${process.pid}`;
  try {
    writeFileSync(fresh, `${randomBytes(6).toString('hex')}\n`, { mode: 0o600 });
    // Refuses where somebody was first; theirs counts then.
    linkSync(fresh, file);
  } catch {
    // Not writable, or there already: what can be read decides.
  } finally {
    rmSync(fresh, { force: true });
  }
  return read();
}

/** Which deployment a process belongs to; null where nobody has named one and the data directory cannot hold an id. */
export function deploymentOf({ deploymentId, dataDir }: Pick<Config, 'deploymentId' | 'dataDir'>): { id: string; chosen: boolean } | null {
  if (deploymentId !== null) return { id: deploymentId, chosen: true };
  const id = keptDeploymentId(dataDir);
  return id === null ? null : { id, chosen: false };
}
