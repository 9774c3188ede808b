import type { Difference } from '#shared/engine/reconcile/difference';
import { whyNotFired } from '#shared/engine/reconcile/fired-stop';
import type { KnownDifference } from '#shared/engine/reconcile/judge-differences';
import type { ShellPorts } from '../shell.ts';
import type { DecidedAccount } from './carry-out-decision.ts';
import { endDifference, isTakenOver } from './difference-calls.ts';

type Known = KnownDifference & { groupId: string | null; decidedBy: string | null };

/**
 * What is known, without the decisions of emergency stops that do not hold any more: the account was off meanwhile, or a person has closed
 * the position and opened another. Those ask again. One whose group is open already is carried out.
 */
export async function dropFired(ports: ShellPorts, { userId, accountId }: DecidedAccount, known: readonly Known[], found: readonly Difference[], now: number): Promise<Known[]> {
  const standing: Known[] = [];
  for (const each of known) {
    const difference = found.find(({ key }) => key === each.key);
    const why = each.stopFired && each.decision === 'close' && difference?.remedy.do === 'ask' ? whyNotFired(each, { ours: difference.ours, remedy: difference.remedy }, now) : null;
    const { groupId } = each;
    const begun = why !== null && groupId !== null && (await isTakenOver(ports, groupId));
    if (why === null || begun) {
      standing.push(each);
      continue;
    }
    await endDifference(ports, each.id, { state: 'asks', action: 'stop_dropped', detail: why }, now);
    ports.log.warn('venue', `The emergency stop of ${each.symbol} was reached and nothing was closed: ${why}. It is asked about again`, { accountId, userId });
    standing.push({ ...each, state: 'asks', decision: null, stopFired: false, firedAt: null, groupId: null });
  }
  return standing;
}
