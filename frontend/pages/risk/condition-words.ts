import type { PositionStatus } from '#shared/contracts/http';
import { useTranslation } from 'react-i18next';
import { compareDecimals, formatDecimal, roundDecimal } from '../../data/decimal.ts';
import { usePreferences } from '../../data/preferences.ts';
import { clockTime } from '../../data/times.ts';
import { countdown, tellCondition, type JudgedBy } from './condition-gap.ts';

/** What a condition says of a group, with its figures, in the language of the page. */
export function useConditionText(): (condition: JudgedBy & { words?: string }, now: number) => string {
  const { t } = useTranslation();
  const { language, times } = usePreferences();
  const say = t as (key: string, values: Record<string, string | number>) => string;
  return (condition, now) => {
    const { word, values, leftMs } = tellCondition(condition, now);
    if (word === 'other' && condition.words !== undefined) return condition.words;
    // Two digits, unless they would hide how close it is.
    const near = values['gap'] !== undefined && compareDecimals(values['gap'], '0.01') < 0 && word === 'lossNot';
    const rounded = ['loss', 'lossNot', 'lossAt', 'lossGain', 'profit', 'profitNot'].includes(word);
    const worded = Object.entries(values).map(([name, value]): [string, string | number] => {
      if (name === 'count') return [name, Number(value)];
      if (name === 'at') return [name, clockTime(value, times)];
      if (name === 'status') return [name, t(`positionStatus.${value as PositionStatus}`).toLowerCase()];
      if (!rounded || name === 'required') return [name, formatDecimal(value, { language })];
      return [name, near ? formatDecimal(roundDecimal(value, 4), { language }) : formatDecimal(value, { language, decimals: 2 })];
    });
    return say(`riskCondition.${word}`, { ...Object.fromEntries(worded), ...(leftMs === undefined ? {} : { left: countdown(leftMs) }) }).replaceAll(' %', '\u00a0%');
  };
}
