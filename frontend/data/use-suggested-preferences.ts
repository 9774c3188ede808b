import { useEffect } from 'react';
import { suggestPreferences } from './preferences.ts';
import { useConfig, type Settings } from './use-config.ts';

function group(settings: Settings, name: string): Record<string, unknown> {
  const value = settings[name];
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

/** Lets a browser that has chosen nothing yet look as the applied settings say. */
export function useSuggestedPreferences(): void {
  const active = useConfig().data?.active;
  useEffect(() => {
    if (active === undefined) return;
    const ui = group(active, 'UI');
    const columns = group(ui, 'column_visibility');
    const hidden = Object.keys(columns).filter((key) => key.startsWith('positions.') && columns[key] === false).map((key) => key.slice('positions.'.length));
    suggestPreferences({
      ...(ui['theme'] === 'light' || ui['theme'] === 'dark' ? { theme: ui['theme'] } : {}),
      ...(typeof ui['realtime_update_ms'] === 'number' ? { refreshMs: ui['realtime_update_ms'] } : {}),
      columnsHidden: { positions: hidden },
    });
  }, [active]);
}
