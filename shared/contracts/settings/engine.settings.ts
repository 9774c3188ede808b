import Joi from 'joi';
import { choice, flag, group, whole } from './schema-parts.ts';

/** How the engine as a whole runs, and at which venue. */
export interface EngineSettings {
  app: { mode: 'webapp'; data_dir: string; log_level: 'debug' | 'info' | 'warn' | 'error' | 'alert'; auto_restart: boolean; timezone: string };
  exchange: { name: string; api_key: 'REDACTED'; api_secret: 'REDACTED'; testnet: boolean; rate_limit: number };
  intake: { duplicate_window_minutes: number; signal_max_age_seconds: number; confirm_entries: boolean; confirmation_ttl_seconds: number };
}

const timezone = (value: string, helpers: Joi.CustomHelpers) => {
  try {
    new Intl.DateTimeFormat('en', { timeZone: value });
    return value;
  } catch {
    return helpers.message({ custom: '{{#label}} must be a time zone such as UTC or Europe/Kyiv' });
  }
};
/** A folder inside the data directory: whoever may sign in must not write elsewhere on the host. */
const folder = (value: string, helpers: Joi.CustomHelpers) =>
  /^(\.\/)?[\w-]+(\/[\w-]+)*$/.test(value) ? value : helpers.message({ custom: '{{#label}} must be a folder below the data directory, such as ./engine_data' });

export const engineSettings = {
  app: group(
    {
      mode: choice('webapp', ['webapp'], 'How Tranche is used.'),
      data_dir: Joi.string().max(200).custom(folder).default('./engine_data').description('Folder below DATA_DIR that the configuration and exported logs are mirrored to.'),
      log_level: choice('info', ['debug', 'info', 'warn', 'error', 'alert'], 'Least severe level that is logged.'),
      auto_restart: flag(true, 'Restart a process that ended.'),
      timezone: Joi.string().max(60).custom(timezone).default('UTC').description('Time zone of the web app.'),
    },
    'Global engine behaviour',
  ),
  exchange: group(
    {
      name: choice('binance', ['binance'], 'Default venue.'),
      api_key: choice('REDACTED', ['REDACTED'], 'Keys belong to accounts and are never part of the configuration.'),
      api_secret: choice('REDACTED', ['REDACTED'], 'As api_key.'),
      testnet: flag(true, 'New accounts start on the test network.'),
      rate_limit: whole(1200, 60, 100_000, 'Request weight per minute and account; never above what the venue allows.'),
    },
    'Exchange rules; keys are kept with the accounts',
  ),
  intake: group(
    {
      duplicate_window_minutes: whole(5, 0, 1440, 'How long an alert without a time counts as a repetition; 0 is never.'),
      signal_max_age_seconds: whole(0, 0, 86_400, 'Entries whose alert is older are refused; 0 is never.'),
      confirm_entries: flag(false, 'Every entry waits in the queue until a person promotes it.'),
      confirmation_ttl_seconds: whole(300, 10, 86_400, 'An entry that nobody has confirmed by then expires.'),
    },
    'How alerts are taken in',
  ),
};
