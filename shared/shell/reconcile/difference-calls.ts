import type { DifferenceEnd } from '#shared/ports/reconcile-store.port';
import { callOut } from '../crash-points.ts';
import type { ShellPorts } from '../shell.ts';

/** Has the group been opened that takes a difference over? */
export const isTakenOver = async (ports: ShellPorts, groupId: string): Promise<boolean> => (await callOut(ports, 'reconcile:adopted', () => ports.store.group(groupId))) !== null;

/** Writes how a difference has ended, or that it asks again. */
export async function endDifference(ports: ShellPorts, id: string, end: DifferenceEnd, at: number): Promise<void> {
  await callOut(ports, 'reconcile:end-difference', () => ports.store.endDifference(id, end, at));
}
