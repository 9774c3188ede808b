import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import Joi from 'joi';
import { workerRoles } from './jobs.ts';

/** What an environment variable is for, as `.env.example` and the reference page print it. */
export interface Variable {
  schema: Joi.Schema;
  group: 'Web server' | 'Storage' | 'Trading' | 'Market data' | 'Venues' | 'Paper exchange' | 'Processes' | 'Notifications';
  /** One sentence for a person who has never seen it. */
  description: string;
  /** Completes "found ..., expected ...". */
  expected: string;
  unit?: string;
  /** Its value is never shown. */
  secret?: true;
  /** What stands in `.env.example` when there is no default. */
  example?: string;
  /** The default in words, where it is computed. */
  defaultText?: string;
}

const origin = (...schemes: string[]) =>
  Joi.string().custom((value: string, help) => {
    const url = URL.canParse(value) ? new URL(value) : null;
    const bare = url !== null && schemes.includes(url.protocol) && url.pathname === '/' && url.search === '' && url.hash === '';
    return bare ? value.replace(/\/$/, '') : help.error('any.invalid');
  });
const url = (...schemes: string[]) =>
  Joi.string().custom((value: string, help) => (URL.canParse(value) && schemes.includes(new URL(value).protocol) ? value : help.error('any.invalid')));
const file = () => Joi.string().custom((value: string, help) => (existsSync(value) ? resolve(value) : help.error('any.invalid')));
const port = () => Joi.number().integer().min(0).max(65535);

/** 64 hexadecimal digits or the same 32 bytes as base64; becomes hexadecimal. */
const encryptionKey = Joi.string().custom((value: string, help) => {
  if (/^[0-9a-f]{64}$/i.test(value)) return value.toLowerCase();
  const bytes = Buffer.from(value, 'base64');
  return /^[A-Za-z0-9+/_-]{43}=?$/.test(value) && bytes.length === 32 ? bytes.toString('hex') : help.error('any.invalid');
});

const roleList = Joi.string().custom((value: string, help) => {
  const roles = value.split(',').map((role) => role.trim());
  return roles.every((role) => (workerRoles as readonly string[]).includes(role)) ? [...new Set(roles)] : help.error('any.invalid');
});

const binanceUrl = (what: string, scheme: 'http' | 'ws', example: string): Variable => ({
  schema: origin(`${scheme}:`, `${scheme}s:`),
  group: 'Venues',
  description: `Another server for ${what}, such as a test network. Unset means Binance's own.`,
  expected: `an origin without a path, such as ${example}`,
});

/** Every environment variable Tranche reads, in the order in which the documentation lists them. */
export const variables = {
  HOST: { schema: Joi.string().hostname().default('127.0.0.1'), group: 'Web server', description: 'Address the web server listens on.', expected: 'an IP address or host name' },
  PORT: { schema: port().default(3000), group: 'Web server', description: 'Port of the web server; 0 takes any free one.', expected: 'a TCP port from 0 to 65535' },
  ADMIN_EMAIL: {
    schema: Joi.string().email({ tlds: false }),
    group: 'Web server',
    description: 'Creates the first administrator when there is none. Without it a one-time set-up link is printed.',
    expected: 'an e-mail address, together with ADMIN_PASSWORD',
  },
  ADMIN_PASSWORD: { schema: Joi.string().min(8), group: 'Web server', description: 'Password of that first administrator.', expected: 'at least 8 characters, together with ADMIN_EMAIL', secret: true },
  DATA_DIR: {
    schema: Joi.string().default('./data'),
    group: 'Storage',
    description: 'Where the embedded database, the encryption key and candle files live.',
    expected: 'a directory',
  },
  DATABASE_URL: {
    schema: url('postgres:', 'postgresql:'),
    group: 'Storage',
    description: 'PostgreSQL to use, by a direct connection (no transaction pooling). Unset starts an embedded one under DATA_DIR.',
    expected: 'a URL such as postgres://user:password@host:5432/tranche',
    secret: true,
    example: 'postgres://tranche:password@127.0.0.1:5432/tranche',
  },
  DATABASE_POOL_MAX: { schema: Joi.number().integer().min(2).max(200).default(10), group: 'Storage', description: 'Most database connections of one process, the queue not counted.', expected: 'a whole number from 2 to 200', unit: 'connections' },
  DATABASE_DURABILITY: {
    schema: Joi.string().valid('on', 'off').default('on'),
    group: 'Storage',
    description: 'off lets Tranche work on a PostgreSQL that may lose what it has confirmed (fsync, full_page_writes or synchronous_commit off), for tests; never with TRADING_MODE=live.',
    expected: 'on or off; on with TRADING_MODE=live',
  },
  DEPLOYMENT_ID: {
    schema: Joi.string().pattern(/^[A-Za-z0-9._-]{4,60}$/),
    group: 'Storage',
    description: 'Names this installation, the same on all its machines: two that are not the same one never work on one database at once.',
    expected: '4 to 60 letters, digits, dots, dashes or underscores',
    defaultText: 'made and kept in DATA_DIR/deployment.id',
  },
  REDIS_URL: {
    schema: url('redis:', 'rediss:'),
    group: 'Storage',
    description: 'Redis for job queues and live updates. Unset uses PostgreSQL for both.',
    expected: 'a URL such as redis://127.0.0.1:6379',
    secret: true,
    example: 'redis://127.0.0.1:6379',
  },
  ENCRYPTION_KEY: {
    schema: encryptionKey,
    group: 'Storage',
    description: 'Encrypts exchange keys at rest. Made and kept in DATA_DIR when unset and the database is the embedded one; required with DATABASE_URL.',
    expected: '32 bytes as 64 hexadecimal digits or base64 (openssl rand -hex 32 makes one)',
    secret: true,
  },
  TRADING_MODE: {
    schema: Joi.string().valid('simulation', 'dry_run', 'live').default('simulation'),
    group: 'Trading',
    description: 'simulation trades on paper and test accounts, dry_run on paper accounts only, live also on accounts enabled for it.',
    expected: 'simulation, dry_run or live',
  },
  TRADING_APPROVED: { schema: Joi.boolean().default(false), group: 'Trading', description: 'Second, separate consent without which no live account trades.', expected: 'true or false' },
  MARKET_DATA: {
    schema: Joi.string().valid('auto', 'live', 'replay', 'synthetic').default('auto'),
    group: 'Market data',
    description: 'Where prices come from; auto is live where the venue can be reached and synthetic otherwise.',
    expected: 'auto, live, replay or synthetic',
  },
  MARKET_REPLAY_FILE: { schema: file(), group: 'Market data', description: 'CSV of candles (timestamp,open,high,low,close,volume) for MARKET_DATA=replay.', expected: 'a readable file; required with MARKET_DATA=replay' },
  MARKET_REPLAY_SYMBOL: {
    schema: Joi.string(),
    group: 'Market data',
    description: 'Symbol that file holds.',
    expected: 'a symbol such as BTCUSDT',
    defaultText: 'taken from the file name: BTCUSDT_5m.csv holds BTCUSDT',
  },
  MARKET_REPLAY_SPEED: { schema: Joi.number().greater(0).max(100000).default(1), group: 'Market data', description: 'How fast the file is played.', expected: 'a number above 0', unit: 'candles per second' },
  MARKET_SEED: { schema: Joi.number().integer().min(0).max(4294967295).default(1), group: 'Market data', description: 'Seed of synthetic prices: the same seed gives the same walk.', expected: 'a whole number from 0 to 4294967295' },
  BINANCE_SPOT_URL: binanceUrl('Binance spot REST', 'http', 'https://testnet.binance.vision'),
  BINANCE_SPOT_WS_URL: binanceUrl('Binance spot streams', 'ws', 'ws://127.0.0.1:4311'),
  BINANCE_SPOT_WSAPI_URL: binanceUrl('the Binance spot WebSocket API', 'ws', 'ws://127.0.0.1:4311'),
  BINANCE_USDM_URL: binanceUrl('Binance USD-M REST', 'http', 'http://127.0.0.1:4311'),
  BINANCE_USDM_WS_URL: binanceUrl('Binance USD-M streams', 'ws', 'ws://127.0.0.1:4311'),
  VENUE_LIMITS: { schema: Joi.string().valid('on', 'off').default('on'), group: 'Venues', description: "off lifts our own rate limits of the venues' queues, for benchmarks against a paper exchange.", expected: 'on or off' },
  PAPER_HOST: { schema: Joi.string().hostname().default('127.0.0.1'), group: 'Paper exchange', description: 'Address the paper exchange listens on.', expected: 'an IP address or host name' },
  PAPER_PORT: { schema: port(), group: 'Paper exchange', description: 'Port of the paper exchange; 0 takes any free one.', expected: 'a TCP port from 0 to 65535', defaultText: 'PORT + 1' },
  PAPER_URL: {
    schema: origin('http:', 'https:'),
    group: 'Paper exchange',
    description: 'Where the other processes reach the paper exchange, if not on this machine.',
    expected: 'an origin without a path, such as http://paper:3001',
    defaultText: 'http://127.0.0.1:PAPER_PORT',
  },
  LOG_LEVEL: { schema: Joi.string().valid('debug', 'info', 'warn', 'error', 'alert').default('info'), group: 'Processes', description: 'Least severe level that is logged.', expected: 'debug, info, warn, error or alert' },
  LOG_FORMAT: { schema: Joi.string().valid('auto', 'json', 'pretty').default('auto'), group: 'Processes', description: 'Form of log lines; auto is pretty on a terminal and json otherwise.', expected: 'auto, json or pretty' },
  WORKER_ROLES: { schema: roleList, group: 'Processes', description: 'What this worker process does, comma-separated.', expected: `a comma list of ${workerRoles.join(', ')}`, defaultText: 'all of them' },
  WORKER_PROCESSES: { schema: Joi.number().integer().min(1).max(32).default(1), group: 'Processes', description: 'Worker processes that npm start runs.', expected: 'a whole number from 1 to 32', unit: 'processes' },
  TELEGRAM_ENABLED: { schema: Joi.boolean().default(true), group: 'Notifications', description: 'false silences Telegram although a token is set.', expected: 'true or false' },
  TELEGRAM_BOT_TOKEN: { schema: Joi.string(), group: 'Notifications', description: 'Token of the Telegram bot that sends notifications.', expected: 'a bot token, together with TELEGRAM_CHAT_ID', secret: true },
  TELEGRAM_CHAT_ID: { schema: Joi.string(), group: 'Notifications', description: 'Chat that receives them.', expected: 'a chat id, together with TELEGRAM_BOT_TOKEN' },
  TELEGRAM_API_URL: { schema: origin('http:', 'https:').default('https://api.telegram.org'), group: 'Notifications', description: "Another server that speaks Telegram's bot protocol.", expected: 'an origin without a path' },
  DISCORD_WEBHOOK_URL: { schema: url('http:', 'https:'), group: 'Notifications', description: 'Discord webhook that receives notifications.', expected: 'an http(s) URL', secret: true },
} satisfies Record<string, Variable>;

export type VariableName = keyof typeof variables;
