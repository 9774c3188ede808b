import Joi from 'joi';
import { venues } from '#shared/contracts/jobs';
import type { MarketName, PrecisionSync } from '#shared/contracts/http';
import { readSymbol, unifiedSymbol } from '#shared/contracts/symbol-text';
import { timeframeOf } from '#shared/contracts/timeframe-text';
import type { Candle } from '#shared/ports/market-data.port';
import type { ApiDeps } from '../api-deps.ts';
import { readCursor, toPage } from '../http/cursor.ts';
import { HttpFault, notFound } from '../http/fault.ts';
import { route, type Route } from '../http/route.ts';
import { decimal, id, input, instant, listQuery, market, nullable, page, shape, text, type ListQuery } from '../http/schemas.ts';
import { plain, plainOrNull } from '../queries/views.ts';
import { iso, Where } from '../queries/where.ts';

/** Candles as the market process keeps them, and the wish that a symbol's prices flow. */
export interface CandleReader {
  read(request: { venue: string; market: string; symbol: string; timeframe: string; limit: number }): Promise<Candle[]>;
  askFor(venue: string, market: string, symbol: string): Promise<void>;
}

interface RuleRow {
  venue: string;
  market: MarketName;
  symbol: string;
  venue_symbol: string;
  rules: { tickSize: string; stepSize: string; quantityMin: string; notionalMin: string | null; active: boolean };
  fetched_at: Date;
}
const ruleShape = shape({
  exchange: Joi.string(),
  market: market(),
  symbol: Joi.string(),
  venueSymbol: Joi.string(),
  tickSize: decimal(),
  stepSize: decimal(),
  quantityMin: decimal(),
  notionalMin: nullable(decimal()),
  active: Joi.boolean(),
  fetchedAt: instant(),
});

const syncShape = shape({ exchange: Joi.string(), market: market(), count: Joi.number(), fetchedAt: nullable(instant()), failedAt: nullable(instant()), error: nullable(Joi.string()) });

/** How the last fetch of each market's rules went. */
async function readSyncs(pool: ApiDeps['pool']): Promise<PrecisionSync[]> {
  const kept = await pool.query<{ venue: string; market: MarketName; count: number; fetched_at: Date }>('select venue, market, count(*)::int as count, max(fetched_at) as fetched_at from instruments group by venue, market');
  const told = await pool.query<{ name: string; status: { failedAt: string | null; error: string | null } }>(`select name, status from process_status where name like 'rules:%'`);
  return venues.flatMap((venue) =>
    (['spot', 'usdm'] as const).map((marketName) => {
      const row = kept.rows.find((each) => each.venue === venue && each.market === marketName);
      const status = told.rows.find(({ name }) => name === `rules:${venue}:${marketName}`)?.status;
      return { exchange: venue, market: marketName, count: row?.count ?? 0, fetchedAt: row === undefined ? null : iso(row.fetched_at), failedAt: status?.failedAt ?? null, error: status?.error ?? null };
    }),
  );
}

/** Every spelling under which a symbol may be asked for. */
const spellings = (symbol: string): string[] => {
  const read = readSymbol(symbol);
  return read === null ? [symbol] : [symbol, read.compact];
};

/** Instrument rules and candles. */
export const marketRoutes = ({ pool, jobs, log }: ApiDeps, candles: CandleReader): Route[] => [
  route<{ query: ListQuery & { exchange?: string; market?: string; symbol?: string } }>({
    method: 'get',
    path: '/precision',
    tag: 'market',
    summary: 'Tick size, step size and minimums per symbol',
    access: 'viewer',
    query: listQuery({ exchange: Joi.string().lowercase().max(30), market: market(), symbol: text(40) }),
    response: page(ruleShape),
    async handler({ query }) {
      const after = readCursor(query.cursor, 3);
      const where = new Where().maybe('venue = ?', query.exchange).maybe('market = ?', query.market);
      if (query.symbol !== undefined) where.and('(symbol = ? or venue_symbol = any(?))', query.symbol, spellings(query.symbol));
      if (after) where.and('(venue, market, symbol) > (?, ?, ?)', ...after);
      const { rows } = await pool.query<RuleRow>(`select venue, market, symbol, venue_symbol, rules, fetched_at from instruments ${where.sql} order by venue, market, symbol limit ${where.value(query.limit + 1)}`, where.values);
      return toPage(rows, query.limit, (row) => [row.venue, row.market, row.symbol], ({ rules, ...row }) => ({
        exchange: row.venue,
        market: row.market,
        symbol: row.symbol,
        venueSymbol: row.venue_symbol,
        tickSize: plain(rules.tickSize),
        stepSize: plain(rules.stepSize),
        quantityMin: plain(rules.quantityMin),
        notionalMin: plainOrNull(rules.notionalMin),
        active: rules.active,
        fetchedAt: iso(row.fetched_at),
      }));
    },
  }),
  route({
    method: 'get',
    path: '/precision/sync',
    tag: 'market',
    summary: 'How the last fetch of the instrument rules went, per venue and market',
    access: 'viewer',
    response: page(syncShape),
    handler: async () => ({ data: await readSyncs(pool), nextCursor: null }),
  }),
  route({
    method: 'post',
    path: '/precision/refresh',
    tag: 'market',
    summary: 'Fetch the instrument rules of all venues anew',
    access: 'trader',
    status: 202,
    response: shape({ status: Joi.string().valid('requested') }),
    async handler({ user }) {
      for (const venue of venues)
        for (const marketName of ['spot', 'usdm'])
          await jobs.knock('maintenance', { task: 'refresh-instruments', venue, market: marketName }, { dedupeKey: `refresh:${venue}:${marketName}` }).catch((error: unknown) => {
            log.warn('precision', 'refresh could not be requested', { error: String(error) });
            throw new HttpFault(503, 'queue_unavailable', 'The job queue cannot be reached now; try again.', { headers: { 'Retry-After': '5' } });
          });
      log.info('precision', 'refresh requested', { userId: user.id });
      return { status: 'requested' };
    },
  }),
  route<{ query: { symbol: string; timeframe: string; limit: number; accountId?: string } }>({
    method: 'get',
    path: '/candles',
    tag: 'market',
    summary: 'The last candles of a symbol, oldest first; the newest may still be open',
    access: 'viewer',
    query: input({ symbol: text(40).required(), timeframe: text(10).default('15m'), limit: Joi.number().integer().min(1).max(1500).default(500), accountId: id() }),
    response: page(shape({ time: instant(), open: decimal(), high: decimal(), low: decimal(), close: decimal(), volume: decimal() })),
    async handler({ query, user }) {
      const where = new Where().and('user_id = ? and deleted_at is null', user.id).maybe('id = ?', query.accountId);
      const { rows } = await pool.query<{ venue: string; market: MarketName }>(`select venue, market from accounts ${where.sql} order by id limit 1`, where.values);
      if (rows[0] === undefined) throw notFound('account');
      const { symbol, listed } = await marketSymbol(pool, rows[0], query.symbol);
      const timeframe = timeframeOf(query.timeframe);
      if (timeframe === null) throw new HttpFault(400, 'invalid_request', 'This is no timeframe.', { errors: [{ path: 'query.timeframe', message: 'expected a form such as 15m, 1h or 1d' }] });
      if (listed) await candles.askFor(rows[0].venue, rows[0].market, symbol);
      const found = await candles.read({ ...rows[0], symbol, timeframe, limit: query.limit });
      return { data: found.map(({ at, ...candle }) => ({ time: new Date(at).toISOString(), ...candle })), nextCursor: null };
    },
  }),
];

/** The unified symbol of the account's market for any spelling, and whether the venue is known to list it. */
async function marketSymbol(pool: ApiDeps['pool'], account: { venue: string; market: MarketName }, symbol: string): Promise<{ symbol: string; listed: boolean }> {
  const { rows } = await pool.query<{ symbol: string }>('select symbol from instruments where venue = $1 and market = $2 and (symbol = $3 or venue_symbol = any($4)) limit 1', [account.venue, account.market, symbol, spellings(symbol)]);
  if (rows[0] !== undefined) return { symbol: rows[0].symbol, listed: true };
  const read = readSymbol(symbol);
  if (read?.base == null || read.quote === null) throw new HttpFault(400, 'invalid_request', 'This is no symbol.', { errors: [{ path: 'query.symbol', message: 'expected a form such as BTCUSDT or BTC/USDT' }] });
  return { symbol: unifiedSymbol(read.base, read.quote, account.market), listed: false };
}
