import { saidFigures } from '#shared/engine/messages/said';

/**
 * What severe rows of the log say by code, with the names of their figures: those of the engine, and those of the processes around it. The
 * web app has a sentence for each in every language; a test compares them.
 */
export const logFigures = {
  ...saidFigures,
  safe_mode: ['scope', 'why', 'detail'],
  stop_file: ['file'],
  kill_switch: ['by', 'scope'],
  kill_switch_close: ['by', 'scope'],
  venue_down: ['venue', 'detail'],
  venue_up: ['venue'],
  venue_banned: ['account', 'seconds'],
  venue_throttled: ['account', 'seconds'],
  market_unreachable: ['detail'],
  stops_blind: ['why', 'stops'],
  stops_watched: [],
  database_taken: ['deployment'],
  config_waits: ['version', 'faults'],
  config_older: ['version', 'used', 'faults'],
  config_house: ['version', 'faults'],
  order_gone: ['clientOrderId'],
  other_terms: ['clientOrderId', 'sent', 'accepted'],
  difference: ['kind', 'symbol'],
  emergency_stop: ['side', 'quantity', 'symbol', 'stop'],
  emergency_stop_reached: ['side', 'symbol', 'stop', 'last'],
  safe_mode_ended: ['account', 'reason'],
  compare_failed: ['account', 'detail'],
  live_enabled: ['account'],
} as const satisfies Record<string, readonly string[]>;

export type LogCode = keyof typeof logFigures;

/** The fields by which a row of the log can be told in another language. */
export const logCode = <Code extends LogCode>(code: Code, figures: Record<(typeof logFigures)[Code][number], string>): Record<string, string> => ({ code, ...(figures as Record<string, string>) });
