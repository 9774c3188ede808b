import { useTranslation } from 'react-i18next';
import en from '../../locales/en.json';

/** The name of a take-profit mode; one this page does not know keeps its own. */
export function useTpModeName(): (mode: string) => string {
  const { t } = useTranslation();
  return (mode) => (mode in en.tpMode ? t(`tpMode.${mode as keyof typeof en.tpMode}`) : mode);
}
