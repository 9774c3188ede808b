import type { PositionDetail, RiskActionStatus, RiskCycleView } from '#shared/contracts/http';
import { useTranslation } from 'react-i18next';
import { formatDecimal } from '../data/decimal.ts';
import { usePreferences } from '../data/preferences.ts';
import { clockTime } from '../data/times.ts';
import en from '../locales/en.json';
import { useDetailWords } from './detail-words.ts';
import { figuresSentence } from './figures-sentence.ts';
import { legName } from './leg-words.ts';
import { pairOf, venueName } from './symbol-words.ts';

/** `BTC/USDT:USDT 1h long`, as the log names groups, without the settlement currency and the side. */
const shortNames = (names: string): string => names.replaceAll(/:\w+/g, '').replaceAll(/ (?:long|short)\b/g, '');
/** Figures in money: two digits are enough to read them. */
const money: ReadonlySet<string> = new Set(['covered', 'required', 'realised', 'cost']);
const numbers: ReadonlySet<string> = new Set(['closed', 'last', 'quantity', 'held', 'price', 'stop', 'expected', 'actual', 'percent', 'limitPercent', 'seconds']);

/** What the server says by code and figures, in the language of the page; null where this page has no sentence for it, or a figure is missing. */
export function useSaidText(): (code: string, figures: Record<string, string>) => string | null {
  const { t } = useTranslation();
  const { language, times } = usePreferences();
  const detailWords = useDetailWords();
  // Codes come from the server, so the keys cannot be checked when this is compiled; a test compares them with the list of codes there are.
  const say = t as (key: string, values?: Record<string, string>) => string;
  const wordFrom = (group: keyof typeof en, value: string): string => (value in (en[group] as object) ? say(`${group}.${value}`) : value);
  const orderOf = (value: string): string => {
    const [, role = value, pyramid, leg] = /^([a-z-]+)(?: (\d+)\.(\d+))?$/.exec(value) ?? [];
    return role in en.journalOrder ? say(`journalOrder.${role}`, { leg: pyramid === undefined || leg === undefined ? '' : legName(Number(pyramid), Number(leg), Number(pyramid) + 1) }).trim() : value;
  };
  const wordOf = (name: string, value: string): string => {
    switch (name) {
      case 'winners':
      case 'loser':
        return shortNames(value);
      case 'until':
        return clockTime(value, times);
      case 'status':
        return t(`riskActionStatus.${value as RiskActionStatus}`).toLowerCase();
      case 'outcome':
        return t(`riskOutcome.${value as RiskCycleView['outcome']}`).toLowerCase();
      case 'order':
        return orderOf(value);
      case 'symbol':
        return pairOf(value);
      case 'venue':
        return venueName(value);
      case 'side':
        return t(`side.${value as PositionDetail['side']}`).toLowerCase();
      case 'priceFrom':
        return wordFrom('pricedBy', value);
      case 'kind':
        return wordFrom('reconcileKind', value).replace(/^./, (first) => first.toLowerCase());
      case 'why':
        return value in en.halt.code ? say(`halt.code.${value}`) : value;
      case 'scope':
        return value === 'everything' ? t('halt.everything') : t('halt.account', { name: value });
      case 'detail':
        return detailWords(value).replace(/\.$/, '');
      default:
        return money.has(name) ? formatDecimal(value, { language, decimals: 2 }) : numbers.has(name) ? formatDecimal(value, { language }) : value;
    }
  };
  return (code, figures) => {
    const values = figuresSentence(en.logSaid, code, figures);
    if (values === null) return null;
    const told = say(`logSaid.${code}`, Object.fromEntries(Object.entries(values).map(([name, value]) => [name, wordOf(name, value)])));
    return (told.charAt(0).toUpperCase() + told.slice(1)).replaceAll(' %', '\u00a0%');
  };
}
