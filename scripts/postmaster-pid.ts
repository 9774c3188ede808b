import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a cluster's pid file means: no server, our server, or a process that merely has the same number now. */
export type FoundServer = { kind: 'none' } | { kind: 'ours'; pid: number; port: number } | { kind: 'foreign'; file: string };

/** The command line of a process, or null when there is no such process. */
function commandLine(pid: number): string | null {
  if (existsSync('/proc/self/cmdline')) {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim() || null;
    } catch {
      return null;
    }
  }
  const answer = spawnSync('ps', ['-p', String(pid), '-o', 'command='], { encoding: 'utf8' });
  return answer.stdout.trim() || null;
}

/**
 * Looks up which server the pid file of `cluster` belongs to. After a restart of a container or a machine another program may have
 * that number, so the command line decides. A zombie has none and counts as no server.
 */
export function serverOf(cluster: string): FoundServer {
  const file = join(cluster, 'postmaster.pid');
  if (!existsSync(file)) return { kind: 'none' };
  const lines = readFileSync(file, 'utf8').split('\n');
  const pid = Number(lines[0]);
  const command = Number.isInteger(pid) && pid > 0 ? commandLine(pid) : null;
  if (command === null) return { kind: 'none' };
  const ours = /postgres/.test(command.split(' ')[0] ?? '') && command.includes(cluster);
  return ours ? { kind: 'ours', pid, port: Number(lines[3]) } : { kind: 'foreign', file };
}
