import { expect } from 'chai';
import { defaultSettings, type Settings } from '#shared/contracts/settings';
import { uiSettings, type UiSettings } from './ui-settings.ts';

describe('the settings that act in the web app', () => {
  const usual: UiSettings = { theme: 'dark', textSize: 1, refreshMs: 500, columnsHidden: { positions: [] }, timezone: 'UTC', autoSave: true };
  const table: [string, (settings: Settings) => void, Partial<UiSettings>][] = [
    ['a fresh install', () => {}, {}],
    ['a light theme', ({ UI }) => (UI.theme = 'light'), { theme: 'light' }],
    ["the system's theme", ({ UI }) => (UI.theme = 'system'), { theme: null }],
    ['larger text', ({ UI }) => (UI.font_size = 21), { textSize: 1.5 }],
    ['slower prices', ({ UI }) => (UI.realtime_update_ms = 2000), { refreshMs: 2000 }],
    ['a zone', ({ app }) => (app.timezone = 'Europe/Kyiv'), { timezone: 'Europe/Kyiv' }],
    ['saving by hand', ({ storage }) => (storage.auto_save_config = false), { autoSave: false }],
    [
      'hidden columns of two tables, one shown, one of no table',
      ({ UI }) => (UI.column_visibility = { 'positions.feesPaid': false, 'positions.side': true, 'queue.rank': false, odd: false }),
      { columnsHidden: { positions: ['feesPaid'], queue: ['rank'] } },
    ],
  ];
  for (const [name, change, difference] of table)
    it(`follows ${name}`, () => {
      const settings = structuredClone(defaultSettings);
      change(settings);
      expect(uiSettings(settings)).to.deep.equal({ ...usual, ...difference });
    });
});
