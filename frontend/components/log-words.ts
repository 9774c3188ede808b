import type { LogEntry, RiskIdleReason, RiskStopReason } from '#shared/contracts/http';
import { useIdleText, useStopText } from './risk-words.ts';
import { useSaidText } from './said-words.ts';

/** The fields of a log row that are text: its code and the figures of its message. */
const textFields = ({ fields }: LogEntry): Record<string, string> => Object.fromEntries(Object.entries(fields).filter((field): field is [string, string] => typeof field[1] === 'string'));

/** The message of a log row: in the language of the page where its code has a sentence here, else as the server wrote it. */
export function useLogText(): (entry: LogEntry) => string {
  const saidText = useSaidText();
  const idleText = useIdleText();
  const stopText = useStopText();
  return (entry) => {
    const figures = textFields(entry);
    const { code = '', reason = '' } = figures;
    const told = saidText(code, figures);
    if (told === null) return entry.message;
    // What the risk engine says has a reason of its own beside it.
    const why = reason === '' ? null : code === 'cycle' ? idleText(reason as RiskIdleReason, figures, null) : code === 'plan_ended' ? stopText(reason as RiskStopReason, figures) : null;
    return why === null || why === '' ? told : `${told}. ${why.charAt(0).toUpperCase()}${why.slice(1)}`;
  };
}
