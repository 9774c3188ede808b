import type { Settings } from '#shared/contracts/settings';

/** What the web app does by the applied settings, where this browser's user has not chosen otherwise. */
export interface UiSettings {
  /** Null follows the system's colour scheme. */
  theme: 'dark' | 'light' | null;
  /** Times the usual size of every text. */
  textSize: number;
  /** Live values reach the page at most once in so many milliseconds. */
  refreshMs: number;
  /** Table name to the keys of its hidden columns. */
  columnsHidden: Record<string, string[]>;
  /** Zone in which times are shown. */
  timezone: string;
  /** Does the draft of the settings save itself while it is edited? */
  autoSave: boolean;
}

/** `UI.font_size` at which text is as large as it was drawn. */
const usualFontSize = 14;

/** From the settings to what they mean in a browser. */
export function uiSettings({ app, storage, UI }: Pick<Settings, 'app' | 'storage' | 'UI'>): UiSettings {
  return {
    theme: UI.theme === 'system' ? null : UI.theme,
    textSize: UI.font_size / usualFontSize,
    refreshMs: UI.realtime_update_ms,
    columnsHidden: hiddenColumns(UI.column_visibility),
    timezone: app.timezone,
    autoSave: storage.auto_save_config,
  };
}

/** `{"positions.fees": false}` hides the column `fees` of the table `positions`. */
function hiddenColumns(visibility: Record<string, boolean>): Record<string, string[]> {
  const hidden: Record<string, string[]> = { positions: [] };
  for (const [name, shown] of Object.entries(visibility)) {
    const [table = '', key] = name.split('.', 2);
    if (!shown && key !== undefined) (hidden[table] ??= []).push(key);
  }
  return hidden;
}
