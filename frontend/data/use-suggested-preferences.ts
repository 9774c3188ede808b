import type { Settings } from '#shared/contracts/settings';
import { useEffect } from 'react';
import { suggestPreferences } from './preferences.ts';
import { uiSettings } from './ui-settings.ts';
import { useConfig } from './use-config.ts';

/** Lets a browser look as the applied settings say where its user has not chosen. */
export function useSuggestedPreferences(): void {
  const active = useConfig().data?.active;
  useEffect(() => {
    if (active === undefined) return;
    const { theme, textSize, refreshMs, columnsHidden, timezone } = uiSettings(active as unknown as Settings);
    suggestPreferences({ ...(theme === null ? {} : { theme }), textSize, refreshMs, columnsHidden, timezone, times: timezone === 'UTC' ? 'utc' : 'zone' });
  }, [active]);
}
