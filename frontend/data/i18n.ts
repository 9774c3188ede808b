import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import en from '../locales/en.json';
import { onPreferences, preferences, type Language } from './preferences.ts';

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'translation';
    resources: { translation: typeof en };
  }
}

async function speak(language: Language): Promise<void> {
  if (language === 'uk' && !i18next.hasResourceBundle('uk', 'translation')) {
    const { default: uk } = await import('../locales/uk.json');
    i18next.addResourceBundle('uk', 'translation', uk);
  }
  if (i18next.language !== language) await i18next.changeLanguage(language);
}

/** Readies the words of the chosen language and follows the choice from then on. Ukrainian is loaded only when it is wanted. */
export async function startLanguages(): Promise<void> {
  await i18next.use(initReactI18next).init({ lng: 'en', fallbackLng: 'en', resources: { en: { translation: en } }, interpolation: { escapeValue: false } });
  await speak(preferences().language);
  onPreferences(() => void speak(preferences().language));
}
