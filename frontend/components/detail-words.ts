import { useTranslation } from 'react-i18next';
import { formatDecimal, roundDecimal } from '../data/decimal.ts';
import { usePreferences } from '../data/preferences.ts';
import { bareDetail, readDetail } from './server-detail.ts';
import { pairOf, venueName } from './symbol-words.ts';

/** Balances come with eight decimals; beside each other they are told apart by four. */
const amounts: ReadonlySet<string> = new Set(['needed', 'free', 'left', 'given', 'asked']);
const amountDecimals = 4;

/** Tells a sentence of the server with its numbers in the language of the page; one that is not known here as it came. */
export function useDetailWords(): (text: string) => string {
  const { t } = useTranslation();
  const { language } = usePreferences();
  // The keys are those of `detailKeys`, which a test compares with the words there are.
  const say = t as (key: string, values: Record<string, string>) => string;
  const wordOf = (name: string, value: string): string => {
    if (name === 'side' && (value === 'long' || value === 'short')) return t(`side.${value}`).toLowerCase();
    if (name === 'symbol') return pairOf(value);
    if (name === 'venue') return venueName(value);
    if (amounts.has(name)) return formatDecimal(roundDecimal(value, amountDecimals), { language });
    return name === 'timeframe' || name === 'message' || name === 'asset' ? value : formatDecimal(value, { language });
  };
  return (text) => {
    const detail = readDetail(text);
    const told = detail === null ? bareDetail(text) : say(`detail.${detail.key}`, Object.fromEntries(Object.entries(detail.values).map(([name, value]) => [name, wordOf(name, value)])));
    return (told.charAt(0).toUpperCase() + told.slice(1)).replaceAll(' %', '\u00a0%');
  };
}
