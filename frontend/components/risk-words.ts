import type { RiskFigures, RiskIdleReason, RiskStopReason } from '#shared/contracts/http';
import { useTranslation } from 'react-i18next';
import { useCloseReason } from './close-reason.ts';
import { useDetailWords } from './detail-words.ts';
import { pairOf } from './symbol-words.ts';
import { formatDecimal } from '../data/decimal.ts';
import { usePreferences } from '../data/preferences.ts';
import en from '../locales/en.json';
import { figuresSentence } from './figures-sentence.ts';

/** A sentence of these groups with figures in it, in the language of the page; null where one of the figures is missing. */
function useFiguresText(): (group: 'riskReasonWith' | 'riskStopWith', code: string, figures: RiskFigures) => string | null {
  const { t } = useTranslation();
  const { language } = usePreferences();
  const closeReason = useCloseReason();
  const detailWords = useDetailWords();
  // Codes come from the server, so the keys cannot be checked when this is compiled; a test compares them with what the engine says.
  const say = t as (key: string, values: RiskFigures) => string;
  const wordOf = (name: string, value: string): string => {
    switch (name) {
      case 'symbol':
        return pairOf(value);
      case 'because':
        return (closeReason(value) ?? value).toLowerCase();
      case 'detail': {
        const told = detailWords(value);
        return told.charAt(0).toLowerCase() + told.slice(1);
      }
      case 'covered':
      case 'required':
      case 'realised':
      case 'worth':
      case 'least':
      case 'pnl':
        return formatDecimal(value, { language, decimals: 2 });
      case 'quantity':
      case 'sold':
      case 'percent':
        return formatDecimal(value, { language });
      default:
        return value;
    }
  };
  return (group, code, figures) => {
    const values = figuresSentence(en[group], code, figures);
    return values === null ? null : say(`${group}.${code}`, Object.fromEntries(Object.entries(values).map(([name, value]) => [name, wordOf(name, value)]))).replaceAll(' %', '\u00a0%');
  };
}

/** Why nothing is offset, by its code and with its figures. */
export function useIdleText(): (reason: RiskIdleReason | null, figures: RiskFigures, words: string | null) => string {
  const { t } = useTranslation();
  const figuresText = useFiguresText();
  return (reason, figures, words) => {
    if (reason === null || !(reason in en.riskReason)) return words ?? '';
    return figuresText('riskReasonWith', reason, figures) ?? t(`riskReason.${reason}`);
  };
}

/** Why a step, an offset or a group's rest is otherwise than planned, by its code and with its figures; null where nothing is to be told. */
export function useStopText(): (reason: RiskStopReason | null, figures: RiskFigures, detail?: string | null) => string | null {
  const { t } = useTranslation();
  const figuresText = useFiguresText();
  return (reason, figures, detail = null) => {
    if (reason === null || !(reason in en.riskStop)) return detail;
    return figuresText('riskStopWith', reason, figures) ?? t(`riskStop.${reason}`);
  };
}

/** Names in a row, as the language joins them: `A, B and C`. */
export function useNamesText(): (names: readonly string[]) => string {
  const { language } = usePreferences();
  return (names) => new Intl.ListFormat(language === 'uk' ? 'uk-UA' : 'en-GB', { style: 'long', type: 'conjunction' }).format(names);
}
