import { useTranslation } from 'react-i18next';
import en from '../locales/en.json';

type ReasonKey = keyof typeof en.reason;

/** The words for a code from the closed list of refusals, or the code itself for one this page does not know yet. */
export function useReasonText(): (code: string | null | undefined) => string | null {
  const { t } = useTranslation();
  return (code) => (code === null || code === undefined ? null : code in en.reason ? t(`reason.${code as ReasonKey}`) : code.replaceAll('_', ' '));
}
