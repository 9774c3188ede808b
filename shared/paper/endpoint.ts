import { qty } from '#shared/engine/num/units';
import type { Clock, Log } from '#shared/ports/system.port';
import { bookKey, type SimAccount, type SimInstrument, type SimMarket } from '#shared/simulation/matching-state';
import type { GroupCommit } from './group-commit.ts';
import type { PriceBoard } from './price-board.ts';
import type { KeyRing } from './request-auth.ts';
import type { SimKey } from './sim-store.ts';
import { badParameter, VenueError } from './venue-error.ts';

/** What every endpoint works with. */
export interface PaperContext {
  commit: GroupCommit;
  clock: Clock;
  log: Log;
  keys: KeyRing;
  board: PriceBoard;
  /** Expiry of each listen key, epoch ms, with its account. */
  listenKeys: Map<string, { accountId: string; expiresAt: number }>;
}

/** One request, read and authenticated. */
export interface Call {
  context: PaperContext;
  market: SimMarket;
  params: Params;
  key: SimKey | null;
  /** Throws -1021 when the request has grown too old. */
  fresh: (now: number) => void;
  /** Portions an order placed by this request fills in; above 1 by a scheduled fault. */
  fillParts: number;
}

/** An endpoint of Binance's REST interface. */
export interface Endpoint {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  path: string;
  weight: number | ((params: Params) => number);
  security: 'none' | 'key' | 'signed';
  /** Counts towards the order limits. */
  counts?: true;
  run(call: Call): unknown;
}

/** The parameters of a request, read with Binance's complaints. */
export interface Params {
  has(name: string): boolean;
  text(name: string): string | null;
  need(name: string): string;
  /** Decimal text in its shortest form. */
  decimal(name: string): string | null;
  needDecimal(name: string): string;
  integer(name: string): number | null;
  flag(name: string): boolean;
  oneOf<Option extends string>(name: string, options: readonly Option[], complaint: readonly [number, string]): Option;
}

const amountShape = /^([0-9]{1,20})(\.[0-9]{1,20})?$/;

export function readParams(source: URLSearchParams): Params {
  const text = (name: string): string | null => {
    const value = source.get(name);
    return value === null || value === '' ? null : value;
  };
  const need = (name: string): string => {
    const value = text(name);
    if (value === null) throw badParameter(name);
    return value;
  };
  const decimal = (name: string): string | null => {
    const value = text(name);
    if (value !== null && !amountShape.test(value)) throw new VenueError(-1100, `Illegal characters found in parameter '${name}'; legal range is '^([0-9]{1,20})(\\.[0-9]{1,20})?$'.`);
    return value === null ? null : qty(value);
  };
  return {
    has: (name) => text(name) !== null,
    text,
    need,
    decimal,
    needDecimal(name) {
      need(name);
      return decimal(name) ?? '0';
    },
    integer(name) {
      const value = text(name);
      if (value !== null && !/^-?\d{1,19}$/.test(value)) throw new VenueError(-1100, `Illegal characters found in parameter '${name}'; legal range is '^[0-9]{1,20}$'.`);
      return value === null ? null : Number(value);
    },
    flag: (name) => text(name)?.toLowerCase() === 'true',
    oneOf(name, options, [code, message]) {
      const value = need(name);
      const found = options.find((option) => option === value);
      if (found === undefined) throw new VenueError(code, message);
      return found;
    },
  };
}

/** The account behind a signed request. */
export function accountOf(call: Call): SimAccount {
  const account = call.key === null ? undefined : call.context.commit.world.accounts.get(call.key.accountId);
  if (account === undefined) throw new VenueError(-2015, 'Invalid API-key, IP, or permissions for action.', 401);
  return account;
}

export function instrumentNamed(call: Call, symbol: string): SimInstrument {
  const instrument = call.context.commit.world.instruments.get(bookKey(call.market, symbol));
  if (instrument === undefined) throw new VenueError(-1121, 'Invalid symbol.');
  return instrument;
}

/** The instrument the request names in `symbol`. */
export const neededInstrument = (call: Call): SimInstrument => instrumentNamed(call, call.params.need('symbol'));

export const lastOf = (call: Call, symbol: string): string | null => call.context.commit.world.books.get(bookKey(call.market, symbol))?.last ?? null;

/** The names in `symbols=["A","B"]`, or null when it was not sent. */
export function symbolList(params: Params): string[] | null {
  const given = params.text('symbols');
  if (given === null) return null;
  if (!/^\["[A-Z0-9_]{1,20}"(,"[A-Z0-9_]{1,20}")*\]$/.test(given)) throw new VenueError(-1100, `Illegal characters found in parameter 'symbols'; legal range is '^\\["[A-Z0-9-_.]{1,20}"(,"[A-Z0-9-_.]{1,20}"){0,}\\]$'.`);
  return JSON.parse(given) as string[];
}

/** `limit`, held between 1 and `most`. */
export const limitOf = (call: Call, usual: number, most: number): number => Math.max(1, Math.min(most, call.params.integer('limit') ?? usual));
