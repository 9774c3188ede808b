import Joi from 'joi';
import { above0, choice, flag, group, number, whole } from './schema-parts.ts';

/** Instrument rules, records, secrets, and how the web app looks. */
export interface HouseSettings {
  precision: {
    refresh_seconds: number;
    block_on_missing_metadata: boolean;
    fallback_rules: { tick_size: number; step_size: number; min_qty: number; min_notional: number };
    enforce_tick_size: boolean;
    enforce_step_size: boolean;
    enforce_min_notional: boolean;
  };
  storage: { auto_save_config: boolean; history_keep: number };
  logging: { audit_log_enabled: boolean; rotate_daily: boolean; keep_days: number; auto_export: boolean };
  security: { store_secrets_encrypted: true; webhook_signature_validation: boolean; key_vault_path: string };
  UI: { framework: 'react'; theme: 'dark' | 'light' | 'system'; font_size: number; realtime_update_ms: number; column_visibility: Record<string, boolean> };
  deployment: { docker_enabled: boolean; auto_update: boolean };
}

const sensible = 'Smallest step assumed where the venue gives none.';

export const houseSettings = {
  precision: group(
    {
      refresh_seconds: whole(172_800, 60, 31_536_000, 'How old instrument rules may become.'),
      block_on_missing_metadata: flag(true, 'Without instrument rules an entry waits; off, the fallback rules are used.'),
      fallback_rules: group({ tick_size: above0(0.00000001, 1e6, sensible), step_size: above0(0.000001, 1e6, sensible), min_qty: above0(0.000001, 1e9, sensible), min_notional: number(1, 0, 1e9, sensible) }, 'Rules used where the venue gives none'),
      enforce_tick_size: flag(true, 'Round prices to the tick.'),
      enforce_step_size: flag(true, 'Round quantities to the step.'),
      enforce_min_notional: flag(true, 'Hold back orders below the minimum notional.'),
    },
    'Tick size, step size and minimum notional',
  ),
  storage: group({ auto_save_config: flag(true, 'Save the draft while it is edited.'), history_keep: whole(100, 1, 10_000, 'Versions of the configuration that are kept.') }, 'Where the configuration is kept'),
  logging: group(
    {
      audit_log_enabled: flag(true, 'Record what people do.'),
      rotate_daily: flag(true, 'Begin a log file every day.'),
      keep_days: whole(30, 1, 3650, 'Days after which log rows are removed.'),
      auto_export: flag(false, 'Export the log before it is removed.'),
    },
    'Log retention',
  ),
  security: group(
    {
      store_secrets_encrypted: Joi.boolean().valid(true).default(true).description('Secrets are always encrypted at rest.'),
      webhook_signature_validation: flag(true, 'Alerts must carry the secret or a signature; may be off only outside live trading.'),
      key_vault_path: Joi.string().max(500).allow('').default('').description('Informational: where the encryption key is kept.'),
    },
    'Secrets',
  ),
  UI: group(
    {
      framework: choice('react', ['react'], 'Of the web app.'),
      theme: choice('dark', ['dark', 'light', 'system'], 'Colours.'),
      font_size: whole(14, 12, 20, 'Size of text; 14 is the usual one.'),
      realtime_update_ms: whole(500, 100, 60_000, 'Least time between two price updates.'),
      column_visibility: Joi.object().pattern(Joi.string().max(100), Joi.boolean()).default({}).description('Columns shown or hidden, by name.'),
    },
    'The web app',
  ),
  deployment: group({ docker_enabled: flag(true, 'Deployed with Docker.'), auto_update: flag(false, 'Update by itself.') }, 'Deployment'),
};
