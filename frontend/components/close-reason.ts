import { useTranslation } from 'react-i18next';
import en from '../locales/en.json';

/** Why a group was closed, in words. */
export function useCloseReason(): (reason: string | null) => string | null {
  const { t } = useTranslation();
  return (reason) => (reason !== null && reason in en.closeReason ? t(`closeReason.${reason as keyof typeof en.closeReason}`) : reason);
}
