import { logCode } from '#shared/contracts/log-codes';
import type { Market } from '#shared/engine/instrument/instrument';
import { aheadAtMostMs, type RateLedger } from '#shared/ports/rate-ledger.port';
import type { Clock, Log } from '#shared/ports/system.port';
import type { Endpoint } from './binance-endpoints.ts';
import { rateWaitMs } from './outcome-mapping.ts';
import { header, retryAfterMs } from './venue-fault.ts';
import type { AccountMode, VenueOrigins } from './venue-urls.ts';
import { serverKey } from './venue-urls.ts';

/**
 * Keeps us inside the venue's limits so that it never has to throttle or ban us. Requests are counted before they leave, in a ledger
 * every process can share, and set right by the figures in the venue's answers. Entries and reads may use four fifths; the rest is
 * kept for what protects money: cancels, closes and questions about orders (G12). What only looks is paced evenly and stops early; public
 * prices and candles stop before it, so that they never hold up a poll.
 */
export type Lane = 'protective' | 'ordinary' | 'background' | 'public';

/** What a call may cost per window; absent in the table of a server without limits. */
export interface VenueLimits {
  weightPerMinute: number;
  ordersPer10Seconds: number;
}

// Weight per address of ours, orders per account, as stated in exchangeInfo.rateLimits.
export const binanceLimits: Readonly<Record<Market, VenueLimits>> = {
  spot: { weightPerMinute: 6_000, ordersPer10Seconds: 100 },
  usdm: { weightPerMinute: 2_400, ordersPer10Seconds: 300 },
};

/** How much of a minute may be used when a call of the lane leaves. */
const shares: Readonly<Record<Lane, number>> = { protective: 1, ordinary: 0.8, background: 0.6, public: 0.5 };
/**
 * What polls may use of a ten-second window, as a share of that sixth of a minute. Unpaced, forty symbols polled every 2 s used a minute up
 * in 15 s, and entries waited for the rest of it.
 */
const pollShare = 0.3;
const minuteMs = 60_000;
const tenSecondsMs = 10_000;

/** What a call uses up. */
export type Cost = Pick<Endpoint, 'weight' | 'places'>;

/** Where one account stands towards the venue's limits. */
export interface RateBudget {
  /** Takes the cost of a call; answers 0, or the milliseconds until it may be made. */
  take(endpoint: Cost, lane: Lane): Promise<number>;
  /** Learns from an answer of the venue. */
  observe(status: number, headers: Readonly<Record<string, string>>, message: string): void;
}

/** A budget. `limits` null lifts the counting (the paper exchange); bans and Retry-After are honoured all the same. */
export function createRateBudget(options: { origin: string; accountId: string; limits: VenueLimits | null; ledger: RateLedger; clock: Clock; weightCap?: () => number; onBan(status: number, ms: number): void }): RateBudget {
  const { limits, ledger, clock } = options;
  const weightKey = `${options.origin}|weight`;
  const ownWeightKey = `${options.origin}|weight|${options.accountId}`;
  const pollsKey = `${options.origin}|polls`;
  const ordersKey = `${options.origin}|orders|${options.accountId}`;
  const ceiling = (limit: number | undefined, lane: Lane): number => (limit === undefined ? Number.MAX_SAFE_INTEGER : Math.floor(limit * shares[lane]));
  /** One call always fits into an empty window, however small the cap. */
  const pace = async ({ weight }: Cost, perMinute: number, now: number): Promise<number> => ledger.take(pollsKey, weight, Math.max(weight, Math.floor((perMinute * pollShare * tenSecondsMs) / minuteMs)), tenSecondsMs, now);
  return {
    async take(endpoint, lane) {
      const now = clock.now();
      const cap = limits === null ? undefined : options.weightCap?.();
      if (limits !== null && lane === 'background') {
        const wait = await pace(endpoint, Math.min(limits.weightPerMinute, cap ?? Number.MAX_SAFE_INTEGER), now);
        if (wait > 0) return wait;
      }
      // A cap that the venue's limit is below anyway costs no question of the ledger.
      if (cap !== undefined && limits !== null && cap < limits.weightPerMinute) {
        const own = await ledger.take(ownWeightKey, endpoint.weight, ceiling(cap, lane), minuteMs, now);
        if (own > 0) return own;
      }
      const wait = await ledger.take(weightKey, endpoint.weight, ceiling(limits?.weightPerMinute, lane), minuteMs, now);
      if (wait > 0 || !endpoint.places || limits === null) return wait;
      return ledger.take(ordersKey, 1, ceiling(limits.ordersPer10Seconds, lane), tenSecondsMs, now);
    },
    observe(status, headers, message) {
      const now = clock.now();
      const used = header(headers, 'x-mbx-used-weight-1m');
      // The ledger is an accelerator of caution: when it cannot be reached, the venue's own 429 still stops us.
      if (used !== undefined && /^\d{1,9}$/.test(used) && limits !== null) void ledger.raise(weightKey, Number(used), minuteMs, now).catch(() => undefined);
      if (status !== 429 && status !== 418) return;
      const ms = retryAfterMs(headers, message, now) ?? rateWaitMs(status);
      options.onBan(status, ms);
      void ledger.ban(weightKey, ms).catch(() => undefined);
    },
  };
}

/** Whose budget it is and what it counts with: a shared ledger, and false where our counting is lifted. */
export interface Counting {
  ledger?: RateLedger | undefined;
  limits?: boolean | undefined;
}

/**
 * Limits and ledger of a budget, this process's own ledger unless given. Where nothing is counted, a question of the shared ledger before
 * every order would only ask for bans, which each process hears itself.
 */
export const countingOf = (market: Market, { ledger = processLedger, limits = true }: Counting): { limits: VenueLimits | null; ledger: RateLedger } => (limits ? { limits: binanceLimits[market], ledger } : { limits: null, ledger: processLedger });

/** Tells a person of a ban that calls of this account, or public reads, have met. */
export const banAlert = (log: Log, accountId: string) => (status: number, ms: number): void =>
  log.alert('venue', status === 418 ? 'the venue has banned our address' : 'the venue throttles us', { accountId, status, retryAfterMs: ms, ...logCode(status === 418 ? 'venue_banned' : 'venue_throttled', { account: accountId, seconds: String(Math.ceil(ms / 1000)) }) });

/** The budget of what is read without a login, of the server accounts of `mode` trade on; without a mode, of the one prices come from. */
export function createPublicBudget({ venue, mode, market, urls, clock, log, ...counting }: Counting & { venue: string; mode?: AccountMode; market: Market; urls: VenueOrigins; clock: Clock; log: Log }): RateBudget {
  // Prices come from the server of live accounts unless another is named, which then is that of test accounts.
  const ofPrices = (market === 'spot' ? urls.binance.spotUrl : urls.binance.usdmUrl) === null ? 'live' : 'testnet';
  return createRateBudget({ origin: serverKey(venue, mode ?? ofPrices, market, urls), accountId: 'public', ...countingOf(market, counting), clock, onBan: banAlert(log, 'public') });
}

/** A ledger of this process alone. The venue's figures keep it honest about the others. */
export function createMemoryLedger(monotonic: () => number = () => performance.now()): RateLedger {
  /** `bannedUntil` by the monotonic clock: a span survives a clock that is set right. */
  const rows = new Map<string, { window: number; used: number; bannedUntil: number }>();
  const row = (key: string, window: number, ahead: number): { window: number; used: number; bannedUntil: number } => {
    const found = rows.get(key) ?? { window, used: 0, bannedUntil: 0 };
    if (found.window < window || found.window > window + ahead) Object.assign(found, { window, used: 0 });
    rows.set(key, found);
    return found;
  };
  const aheadOf = (windowMs: number): number => Math.ceil(aheadAtMostMs / windowMs);
  const windowOf = (windowMs: number, now: number): number => Math.floor(now / windowMs);
  return {
    async take(key, cost, ceiling, windowMs, now) {
      const found = row(key, windowOf(windowMs, now), aheadOf(windowMs));
      const banned = Math.ceil(found.bannedUntil - monotonic());
      if (banned > 0) return banned;
      // What costs nothing fits into a full window: an order weighs nothing on USD-M.
      if (cost > 0 && found.used + cost > ceiling) return windowMs - (now % windowMs);
      found.used += cost;
      return 0;
    },
    async raise(key, used, windowMs, now) {
      const found = row(key, windowOf(windowMs, now), aheadOf(windowMs));
      found.used = Math.max(found.used, used);
    },
    async ban(key, forMs) {
      const found = rows.get(key) ?? { window: 0, used: 0, bannedUntil: 0 };
      found.bannedUntil = Math.max(found.bannedUntil, monotonic() + forMs);
      rows.set(key, found);
    },
  };
}

/** The ledger with its bans kept in this process too: one whose writing failed holds all the same, for its whole span. */
export function withKeptBans(ledger: RateLedger, monotonic?: () => number): RateLedger {
  const kept = createMemoryLedger(monotonic);
  return {
    async take(key, cost, ceiling, windowMs, now) {
      const banned = await kept.take(key, 0, ceiling, windowMs, now);
      return banned > 0 ? banned : ledger.take(key, cost, ceiling, windowMs, now);
    },
    raise: (key, used, windowMs, now) => ledger.raise(key, used, windowMs, now),
    async ban(key, forMs) {
      await kept.ban(key, forMs);
      await ledger.ban(key, forMs);
    },
  };
}

/** The ledger all of this process share. */
export const processLedger: RateLedger = createMemoryLedger();
