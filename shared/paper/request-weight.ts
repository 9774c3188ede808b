import type { SimMarket } from '#shared/simulation/matching-state';
import { VenueError } from './venue-error.ts';

/** Binance's limits: request weight a minute per address, orders per account. */
export const weightLimits: Record<SimMarket, number> = { spot: 6000, usdm: 2400 };
export const orderLimits: Record<SimMarket, readonly { seconds: number; name: string; header: string; most: number }[]> = {
  spot: [
    { seconds: 10, name: 'TEN_SECONDS', header: 'X-MBX-ORDER-COUNT-10S', most: 100 },
    { seconds: 86_400, name: 'DAY', header: 'X-MBX-ORDER-COUNT-1D', most: 200_000 },
  ],
  usdm: [
    { seconds: 10, name: 'TEN_SECONDS', header: 'X-MBX-ORDER-COUNT-10S', most: 300 },
    { seconds: 60, name: 'MINUTE', header: 'X-MBX-ORDER-COUNT-1M', most: 1200 },
  ],
};
/** Requests sent on after a 429 before the address is banned with 418. */
const patience = 100;
const banSeconds = 120;

/** Counts what callers use; refuses only where limits are enforced. */
export interface Meters {
  /** Counts a request; returns the headers to answer with, throws 429 or 418 with `Retry-After` where enforced. */
  request(market: SimMarket, address: string, weight: number, now: number): Record<string, string>;
  order(market: SimMarket, accountId: string, now: number): Record<string, string>;
}

/** Too many requests: also carries when to come back. */
export class LimitError extends VenueError {
  readonly retryAfterSeconds: number;
  constructor(code: number, message: string, status: number, retryAfterSeconds: number) {
    super(code, message, status);
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

export function createMeters(enforced: boolean): Meters {
  const windows = new Map<string, { index: number; used: number; refused: number }>();
  const bans = new Map<string, number>();
  const windowOf = (name: string, index: number): { index: number; used: number; refused: number } => {
    const current = windows.get(name);
    if (current?.index === index) return current;
    const fresh = { index, used: 0, refused: 0 };
    windows.set(name, fresh);
    return fresh;
  };
  return {
    request(market, address, weight, now) {
      const banned = bans.get(address) ?? 0;
      if (enforced && banned > now) throw new LimitError(-1003, `Way too many requests; IP banned until ${banned}. Please use the websocket for live updates to avoid bans.`, 418, Math.ceil((banned - now) / 1000));
      const window = windowOf(`${market} ${address}`, Math.floor(now / 60_000));
      window.used += weight;
      if (enforced && window.used > weightLimits[market]) {
        window.refused += 1;
        if (window.refused > patience) bans.set(address, now + banSeconds * 1000);
        throw new LimitError(-1003, `Too many requests; current limit is ${weightLimits[market]} request weight per 1 MINUTE. Please use WebSocket Streams for live updates to avoid polling the API.`, 429, 60 - Math.floor((now / 1000) % 60));
      }
      return { 'X-MBX-USED-WEIGHT': String(window.used), 'X-MBX-USED-WEIGHT-1M': String(window.used) };
    },
    order(market, accountId, now) {
      const headers: Record<string, string> = {};
      for (const limit of orderLimits[market]) {
        const window = windowOf(`${accountId} ${limit.name}`, Math.floor(now / (limit.seconds * 1000)));
        window.used += 1;
        headers[limit.header] = String(window.used);
        if (enforced && window.used > limit.most) throw new LimitError(-1015, `Too many new orders; current limit is ${limit.most} orders per ${limit.name}.`, 429, limit.seconds);
      }
      return headers;
    },
  };
}
