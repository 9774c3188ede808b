import type { LogEntry, RiskActionStatus, RiskCycleView, RiskIdleReason, RiskStopReason } from '#shared/contracts/http';
import { useTranslation } from 'react-i18next';
import { formatDecimal } from '../data/decimal.ts';
import { usePreferences } from '../data/preferences.ts';
import { clockTime } from '../data/times.ts';
import en from '../locales/en.json';
import { figuresSentence } from './figures-sentence.ts';
import { useIdleText, useStopText } from './risk-words.ts';

/** The fields of a log row that are text: its code and the figures of its message. */
const textFields = ({ fields }: LogEntry): Record<string, string> => Object.fromEntries(Object.entries(fields).filter((field): field is [string, string] => typeof field[1] === 'string'));

/** `BTC/USDT:USDT 1h long`, as the log names groups, without the settlement currency and the side. */
const shortNames = (names: string): string => names.replaceAll(/:\w+/g, '').replaceAll(/ (?:long|short)\b/g, '');

/** The message of a log row: in the language of the page where its code has a sentence here, else as the server wrote it. */
export function useLogText(): (entry: LogEntry) => string {
  const { t } = useTranslation();
  const { language, times } = usePreferences();
  const idleText = useIdleText();
  const stopText = useStopText();
  // Codes come from the server, so the keys cannot be checked when this is compiled; a test compares them with what the engine says.
  const say = t as (key: string, values: Record<string, string>) => string;
  const wordOf = (name: string, value: string): string => {
    if (name === 'winners' || name === 'loser') return shortNames(value);
    if (name === 'until') return clockTime(value, times);
    if (name === 'status') return t(`riskActionStatus.${value as RiskActionStatus}`).toLowerCase();
    if (name === 'outcome') return t(`riskOutcome.${value as RiskCycleView['outcome']}`).toLowerCase();
    if (name === 'plan') return value;
    return formatDecimal(value, { language, ...(name === 'closed' ? {} : { decimals: 2 }) });
  };
  return (entry) => {
    const figures = textFields(entry);
    const { code = '', reason = '' } = figures;
    const values = figuresSentence(en.logSaid, code, figures);
    if (values === null) return entry.message;
    const told = say(`logSaid.${code}`, Object.fromEntries(Object.entries(values).map(([name, value]) => [name, wordOf(name, value)])));
    const why = reason === '' ? null : code === 'cycle' ? idleText(reason as RiskIdleReason, figures, null) : stopText(reason as RiskStopReason, figures);
    return why === null || why === '' ? told : `${told}. ${why.charAt(0).toUpperCase()}${why.slice(1)}`;
  };
}
