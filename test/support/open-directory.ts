import { chmodSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * A new temporary directory that other users may enter. Node makes private ones; as root the embedded PostgreSQL, which runs as
 * another user, would then keep its data in /var/lib/tranche, where removing this directory does not reach.
 */
export function openDirectory(prefix: string): string {
  const directory = mkdtempSync(join(tmpdir(), prefix));
  chmodSync(directory, 0o755);
  return directory;
}
