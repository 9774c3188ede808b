import type { JournalLine } from '#shared/contracts/http';
import { useTranslation } from 'react-i18next';
import { useCloseReason } from '../../components/close-reason.ts';
import { placesOf } from '../../components/figures-sentence.ts';
import { legName } from '../../components/leg-words.ts';
import { useReasonText } from '../../components/reason.ts';
import { useSaidText } from '../../components/said-words.ts';
import { formatDecimal } from '../../data/decimal.ts';
import { usePreferences } from '../../data/preferences.ts';
import en from '../../locales/en.json';

type Words = Record<string, string>;
export type JournalTone = 'fill' | 'profit' | 'trouble' | 'close' | 'plain';

const amounts = new Set(['price', 'quantity', 'fee', 'capital', 'fraction', 'expected', 'actual', 'held']);

/** The sentence of a journal line in the language of the page, and its colour. What this page has no words for is told in the server's English. */
export function useJournalText(pyramids: number): { text: (line: JournalLine) => string; tone: (line: JournalLine) => JournalTone } {
  const { t } = useTranslation();
  const { language } = usePreferences();
  const closeReason = useCloseReason();
  const reasonText = useReasonText();
  const saidText = useSaidText();
  // The codes come from the server, so the keys cannot be checked when this is compiled; `sentences` holds those that exist.
  const say = t as (key: string, values: Words) => string;
  const sentences: Words = en.journalCode;

  const orderOf = ({ params }: JournalLine): string => {
    const { role = null, pyramid = null, leg = null, clientOrderId = null } = params;
    if (role === null || !(role in en.journalOrder)) return say('journalOrder.other', { id: clientOrderId ?? '' });
    return say(`journalOrder.${role}`, { leg: pyramid === null || leg === null ? '' : legName(Number(pyramid), Number(leg), pyramids) }).trim();
  };
  const wordOf = (name: string, value: string): string => {
    if (name === 'side' && (value === 'long' || value === 'short')) return t(`side.${value}`);
    if (name === 'side' && (value === 'buy' || value === 'sell')) return t(`orderSide.${value}`);
    if (name === 'reason') return closeReason(value) === value ? (reasonText(value) ?? value) : (closeReason(value) ?? value);
    return amounts.has(name) ? formatDecimal(value, { language }) : value;
  };
  return {
    text: (line) => {
      if (line.params['said'] != null) return saidText(line.params['said'], Object.fromEntries(Object.entries(line.params).filter((param): param is [string, string] => param[1] !== null))) ?? line.text;
      const code = line.code === 'order_decided' && line.params['price'] == null ? 'order_decided_market' : line.code;
      const sentence = sentences[code];
      if (sentence === undefined) return line.text;
      const values: Words = {};
      for (const place of placesOf(sentence)) {
        const value = place === 'order' ? orderOf(line) : (line.params[place] ?? null);
        if (value === null) return line.text;
        values[place] = place === 'order' ? value : wordOf(place, value);
      }
      const told = say(`journalCode.${code}`, values);
      return told.charAt(0).toUpperCase() + told.slice(1);
    },
    tone: (line) => {
      if (/refus|reject|unknown|absent|exceeded|stop_reached|closed_outside|outside_taken_back|sold_beyond|order_ended/.test(line.params['said'] ?? line.code)) return 'trouble';
      if (line.code === 'filled') return line.params['role'] === 'take-profit' ? 'profit' : 'fill';
      return /^(close|reduce)_/.test(line.code) ? 'close' : 'plain';
    },
  };
}
