import { App, ConfigProvider } from 'antd';
import enUS from 'antd/locale/en_US';
import type { Locale } from 'antd/es/locale';
import { useEffect, useLayoutEffect, useMemo, useState, type ReactNode } from 'react';
import { usePreferences } from '../data/preferences.ts';
import { antdThemeOf } from './antd-theme.ts';
import { cssVariables, palettes } from './palette.ts';

/** Colours, fonts and antd's own words for everything inside. */
export function AppTheme({ children }: { children: ReactNode }) {
  const { theme, language, textSize } = usePreferences();
  const [locale, setLocale] = useState<Locale>(enUS);

  useLayoutEffect(() => {
    const root = document.documentElement;
    root.dataset['theme'] = theme;
    root.style.colorScheme = theme;
    for (const [name, value] of Object.entries(cssVariables(palettes[theme]))) root.style.setProperty(name, value);
  }, [theme]);

  useEffect(() => {
    document.documentElement.lang = language;
    let wanted = true;
    if (language === 'en') setLocale(enUS);
    else void import('./ukrainian.ts').then((module) => wanted && setLocale(module.antdUkrainian));
    return () => {
      wanted = false;
    };
  }, [language]);

  useLayoutEffect(() => document.documentElement.style.setProperty('--tr-text-size', String(textSize)), [textSize]);

  const config = useMemo(() => antdThemeOf(theme, textSize), [theme, textSize]);
  return (
    <ConfigProvider theme={config} locale={locale}>
      <App className="tr-app">{children}</App>
    </ConfigProvider>
  );
}
