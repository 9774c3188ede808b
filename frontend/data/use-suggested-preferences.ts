import { useEffect } from 'react';
import { suggestPreferences } from './preferences.ts';
import { useConfig, type Settings } from './use-config.ts';

function group(settings: Settings, name: string): Record<string, unknown> {
  const value = settings[name];
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

/**
 * Lets a browser look as the applied settings say where its user has not chosen. A theme left as a fresh install has
 * it is nobody's choice: the system's colour scheme stands then.
 */
export function useSuggestedPreferences(): void {
  const config = useConfig().data;
  useEffect(() => {
    if (config === undefined) return;
    const ui = group(config.active, 'UI');
    const themeKept = ui['theme'] === group(config.defaults, 'UI')['theme'];
    const columns = group(ui, 'column_visibility');
    const hidden = Object.keys(columns).filter((key) => key.startsWith('positions.') && columns[key] === false).map((key) => key.slice('positions.'.length));
    suggestPreferences({
      ...(!themeKept && (ui['theme'] === 'light' || ui['theme'] === 'dark') ? { theme: ui['theme'] } : {}),
      ...(typeof ui['realtime_update_ms'] === 'number' ? { refreshMs: ui['realtime_update_ms'] } : {}),
      columnsHidden: { positions: hidden },
    });
  }, [config]);
}
