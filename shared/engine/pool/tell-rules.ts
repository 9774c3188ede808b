import type { PoolCommand, Tell } from '../messages/commands.ts';
import { said } from '../messages/said.ts';
import type { Signal } from '../messages/signals.ts';
import { symbolFactsKey, type PoolFacts } from './pool-settings.ts';

/** The signal that a command works, if it enters by one. */
function enteredBy(command: PoolCommand): Signal | null {
  if (command.type === 'open-group') return command.event.signal;
  return command.type === 'tell-group' && command.event.type === 'add-pyramid' ? command.event.signal : null;
}

/**
 * What a person must hear of the rules that a pool's commands go by: a warning for each entry by other rules than the venue's,
 * an alert for each that must wait because there are none. Once per signal, since a signal enters and is queued once.
 */
export function tellRules(commands: readonly PoolCommand[], facts: Pick<PoolFacts, 'symbols'>): Tell[] {
  return commands.flatMap((command): Tell[] => {
    if (command.type === 'settle-signal' && command.outcome === 'queued' && command.reason === 'missing_precision') {
      return [{ type: 'tell', level: 'alert', category: 'precision', message: `Signal ${command.signalId} is blocked: the venue's rules for its symbol could not be fetched. It waits until they are`, ...said('rules_missing', { signal: command.signalId }) }];
    }
    const signal = enteredBy(command);
    const warning = signal === null ? undefined : facts.symbols[symbolFactsKey(signal)]?.rulesWarning;
    return signal === null || warning === undefined ? [] : [{ type: 'tell', level: 'warn', category: 'precision', message: `Signal ${signal.signalId}: ${warning}`, ...said('rules_warning', { signal: signal.signalId, detail: warning }) }];
  });
}
