import type { PoolCommand } from '../messages/commands.ts';
import { admit } from './admit.ts';
import { symbolFactsKey, type PoolFacts } from './pool-settings.ts';
import { sameGroup } from './pool.ts';
import type { PoolDecision } from './settle-signal.ts';
import { whyNotNow } from './waiting-queue.ts';

/** Admits who waits, oldest first, as long as one may go (invariant 5). Each gets a group id of its own. */
export function promote(decided: PoolDecision, facts: PoolFacts): PoolDecision {
  if (facts.halted) return decided;
  let { state } = decided;
  const commands = [...decided.commands];
  let groupIds = withoutUsed(facts.groupIds, commands);
  for (const entry of decided.state.waiting) {
    if (groupIds.length === 0) break;
    const reason = whyNotNow(state, entry.signal, facts, entry.forced);
    if (entry.reason === 'group_closing' && state.open.some((open) => sameGroup(open, entry.signal))) continue;
    if (reason !== null || facts.symbols[symbolFactsKey(entry.signal)] === undefined) continue;
    const without = { ...state, waiting: state.waiting.filter((each) => each.id !== entry.id) };
    const admitted = admit(without, entry.signal, { ...facts, groupIds });
    state = admitted.state;
    commands.push(...admitted.commands);
    groupIds = withoutUsed(groupIds, admitted.commands);
  }
  return { state, commands };
}

const withoutUsed = (ids: string[], commands: PoolCommand[]): string[] => {
  const used = new Set(commands.flatMap((command) => (command.type === 'open-group' ? [command.groupId] : [])));
  return ids.filter((id) => !used.has(id));
};
