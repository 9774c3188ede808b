import type { RiskIdleReason, RiskStopReason } from '#shared/contracts/http';
import { useTranslation } from 'react-i18next';
import { usePreferences } from '../../data/preferences.ts';
import en from '../../locales/en.json';

const withFigures: readonly (RiskIdleReason | null)[] = ['not_covered', 'below_min_close_notional', 'below_exchange_minimum'];
/** Do the server's words for it tell more than its name? */
export const hasFigures = (reason: RiskIdleReason | null): boolean => withFigures.includes(reason);

/** Why nothing is offset, by its code. */
export function useIdleText(): (reason: RiskIdleReason | null, words: string | null) => string {
  const { t } = useTranslation();
  return (reason, words) => (reason !== null && reason in en.riskReason ? t(`riskReason.${reason}`) : (words ?? ''));
}

/** Why a step or an offset ended otherwise than planned; English has the server's numbers after it. */
export function useStopText(): (reason: RiskStopReason | null, detail?: string | null) => string | null {
  const { t } = useTranslation();
  const { language } = usePreferences();
  return (reason, detail) => {
    const code = reason ?? detail ?? null;
    const told = code !== null && code in en.riskStop ? t(`riskStop.${code as RiskStopReason}`) : null;
    if (reason === null || told === null) return told ?? detail ?? null;
    // Of these two the detail says the same again.
    return language === 'en' && reason !== 'rejected' && reason !== 'expired' && detail !== null && detail !== undefined && detail !== '' ? `${told}: ${detail}` : told;
  };
}

/** Names in a row, as the language joins them: `A, B and C`. */
export function useNamesText(): (names: readonly string[]) => string {
  const { language } = usePreferences();
  return (names) => new Intl.ListFormat(language === 'uk' ? 'uk-UA' : 'en-GB', { style: 'long', type: 'conjunction' }).format(names);
}
