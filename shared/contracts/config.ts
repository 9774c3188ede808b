import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import Joi from 'joi';
import type { WorkerRole } from './jobs.ts';
import { workerRoles } from './jobs.ts';
import type { Variable, VariableName } from './variables.ts';
import { variables } from './variables.ts';

/**
 * The only reader of `process.env`. Everything else is handed a `Config`. Environment variables hold what a process needs before
 * it can reach the database (addresses, secrets, mode); every trading setting lives in the versioned configuration instead.
 */

/** Everything the environment said, checked and typed. */
export interface Config {
  host: string;
  port: number;
  /** Absolute. */
  dataDir: string;
  databaseUrl: string | null;
  databasePoolMax: number;
  /** false: the database may be one that loses what it has confirmed. */
  databaseDurable: boolean;
  deploymentId: string | null;
  redisUrl: string | null;
  /** 64 hexadecimal digits. */
  encryptionKey: string | null;
  admin: { email: string; password: string } | null;
  trading: { mode: 'simulation' | 'dry_run' | 'live'; approved: boolean };
  market: { data: 'auto' | 'live' | 'replay' | 'synthetic'; replayFile: string | null; replaySymbol: string | null; replaySpeed: number; seed: number };
  binance: { spotUrl: string | null; spotWsUrl: string | null; spotWsApiUrl: string | null; usdmUrl: string | null; usdmWsUrl: string | null };
  /** `url` is an origin without a path; port 0 means any free one. `chosen` and `urlChosen`: somebody asked for it. */
  paper: { host: string; port: number; url: string; chosen: boolean; urlChosen: string | null };
  log: { level: 'debug' | 'info' | 'warn' | 'error' | 'alert'; format: 'auto' | 'json' | 'pretty' };
  workers: { roles: readonly WorkerRole[]; processes: number };
  telegram: { botToken: string; chatId: string; apiUrl: string } | null;
  discord: { webhookUrl: string } | null;
  /** false lifts our own rate limits of the venues' queues. */
  venueLimits: boolean;
}

/** A `Config` with which a process can work: it knows its database and its key. */
export type ProcessConfig = Config & { databaseUrl: string; encryptionKey: string };

export type Environment = Readonly<Record<string, string | undefined>>;

/** Wrong values in the environment, one line each: the name, what was found, what is expected. */
export class ConfigFault extends Error {
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(faults.join('\n'));
    this.name = 'ConfigFault';
    this.faults = faults;
  }
}

type Values = { [Name in VariableName]?: never } & Record<string, unknown>;
const names = Object.keys(variables) as VariableName[];
const about: Record<VariableName, Variable> = variables;
const schema = Joi.object(Object.fromEntries(names.map((name) => [name, about[name].schema.empty('')]))).unknown(true);

/** Values no error message may show, only describe. */
const shown = (name: VariableName, found: string | undefined): string => {
  if (found === undefined || found === '') return 'nothing';
  return about[name].secret ? `a value of ${found.length} characters` : JSON.stringify(found);
};
const fault = (env: Environment, name: VariableName, expected = about[name].expected): string => `${name}: found ${shown(name, env[name])}, expected ${expected}`;

/** Faults that lie between two variables. */
function combinationFaults(env: Environment): string[] {
  const set = (name: VariableName): boolean => (env[name] ?? '') !== '';
  const pairs: [VariableName, VariableName][] = [
    ['ADMIN_EMAIL', 'ADMIN_PASSWORD'],
    ['TELEGRAM_BOT_TOKEN', 'TELEGRAM_CHAT_ID'],
  ];
  const faults = pairs.flatMap(([a, b]) => (set(a) === set(b) ? [] : [fault(env, set(a) ? b : a)]));
  if (env.MARKET_DATA === 'replay' && !set('MARKET_REPLAY_FILE')) faults.push(fault(env, 'MARKET_REPLAY_FILE'));
  const invented = env.MARKET_DATA === 'replay' || env.MARKET_DATA === 'synthetic';
  // Prices that are not the venue's would wake positions that are.
  if (env.TRADING_MODE === 'live' && invented) faults.push(fault(env, 'MARKET_DATA', 'auto or live with TRADING_MODE=live'));
  if (env.TRADING_MODE === 'live' && env.DATABASE_DURABILITY === 'off') faults.push(fault(env, 'DATABASE_DURABILITY', 'on with TRADING_MODE=live'));
  if (set('DATABASE_URL') && !set('ENCRYPTION_KEY')) faults.push(fault(env, 'ENCRYPTION_KEY', `${about.ENCRYPTION_KEY.expected}; required with DATABASE_URL`));
  return faults;
}

/** The checked configuration, or a `ConfigFault` that lists every wrong value. */
export function loadConfig(env: Environment = process.env): Config {
  const picked = Object.fromEntries(names.map((name) => [name, env[name]?.trim()]));
  const { value, error } = schema.validate(picked, { abortEarly: false });
  const wrong = new Set((error?.details ?? []).map((detail) => String(detail.path[0]) as VariableName));
  const faults = [...[...wrong].map((name) => fault(env, name)), ...combinationFaults(picked)];
  if (faults.length > 0) throw new ConfigFault(faults);
  return fromValues(value as Values);
}

/** As `loadConfig`, for a process that runs on its own: DATABASE_URL and ENCRYPTION_KEY must be there. */
export function loadProcessConfig(env: Environment = process.env): ProcessConfig {
  const config = loadConfig(env);
  const { databaseUrl, encryptionKey } = config;
  if (databaseUrl === null || encryptionKey === null)
    throw new ConfigFault([fault(env, 'DATABASE_URL', `${about.DATABASE_URL.expected}; a process started on its own needs one (npm start brings its own)`)]);
  return { ...config, databaseUrl, encryptionKey };
}

/** Reads `.env` of the working directory, if there is one, into the environment; what is set already stays. */
export function readEnvFile(): void {
  if (existsSync('.env')) process.loadEnvFile('.env');
}

/** The environment for a child process: ours with `changes` on top. */
export const childEnvironment = (changes: Environment): Record<string, string> =>
  Object.fromEntries(Object.entries({ ...process.env, ...changes }).filter((entry): entry is [string, string] => entry[1] !== undefined));

/** Were we started through npm, that is, as the grandchild of the process a person sees? */
export const startedByNpm = (env: Environment = process.env): boolean => env.npm_lifecycle_event !== undefined;

function fromValues(values: Values): Config {
  const text = (name: VariableName): string => String(values[name]);
  const maybe = (name: VariableName): string | null => (values[name] === undefined ? null : String(values[name]));
  const number = (name: VariableName): number => Number(values[name]);
  const port = number('PORT');
  const paperPort = values.PAPER_PORT === undefined ? (port === 0 || port === 65535 ? 0 : port + 1) : number('PAPER_PORT');
  const email = maybe('ADMIN_EMAIL');
  const botToken = maybe('TELEGRAM_BOT_TOKEN');
  const webhookUrl = maybe('DISCORD_WEBHOOK_URL');
  return {
    host: text('HOST'),
    port,
    dataDir: resolve(text('DATA_DIR')),
    databaseUrl: maybe('DATABASE_URL'),
    databasePoolMax: number('DATABASE_POOL_MAX'),
    databaseDurable: values.DATABASE_DURABILITY === 'on',
    deploymentId: maybe('DEPLOYMENT_ID'),
    redisUrl: maybe('REDIS_URL'),
    encryptionKey: maybe('ENCRYPTION_KEY'),
    admin: email === null ? null : { email, password: text('ADMIN_PASSWORD') },
    trading: { mode: text('TRADING_MODE') as Config['trading']['mode'], approved: values.TRADING_APPROVED === true },
    market: {
      data: text('MARKET_DATA') as Config['market']['data'],
      replayFile: maybe('MARKET_REPLAY_FILE'),
      replaySymbol: maybe('MARKET_REPLAY_SYMBOL'),
      replaySpeed: number('MARKET_REPLAY_SPEED'),
      seed: number('MARKET_SEED'),
    },
    binance: {
      spotUrl: maybe('BINANCE_SPOT_URL'),
      spotWsUrl: maybe('BINANCE_SPOT_WS_URL'),
      spotWsApiUrl: maybe('BINANCE_SPOT_WSAPI_URL'),
      usdmUrl: maybe('BINANCE_USDM_URL'),
      usdmWsUrl: maybe('BINANCE_USDM_WS_URL'),
    },
    paper: {
      host: text('PAPER_HOST'),
      port: paperPort,
      url: maybe('PAPER_URL') ?? `http://127.0.0.1:${paperPort}`,
      chosen: values.PAPER_PORT !== undefined,
      urlChosen: maybe('PAPER_URL'),
    },
    log: { level: text('LOG_LEVEL') as Config['log']['level'], format: text('LOG_FORMAT') as Config['log']['format'] },
    workers: { roles: (values.WORKER_ROLES as WorkerRole[] | undefined) ?? workerRoles, processes: number('WORKER_PROCESSES') },
    telegram: botToken === null || values.TELEGRAM_ENABLED !== true ? null : { botToken, chatId: text('TELEGRAM_CHAT_ID'), apiUrl: text('TELEGRAM_API_URL') },
    discord: webhookUrl === null ? null : { webhookUrl },
    venueLimits: values.VENUE_LIMITS === 'on',
  };
}
