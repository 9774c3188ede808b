import { createHmac, timingSafeEqual } from 'node:crypto';
import type { SimMarket } from '#shared/simulation/matching-state';
import type { SimKey } from './sim-store.ts';
import { badParameter, VenueError } from './venue-error.ts';

/** The registered keys, by key and market. */
export interface KeyRing {
  find(apiKey: string, market: SimMarket): SimKey | undefined;
  add(key: SimKey): void;
  ofAccount(accountId: string): SimKey | undefined;
  all(): Iterable<SimKey>;
}

export function createKeyRing(keys: Iterable<SimKey>): KeyRing {
  const ring = new Map<string, SimKey>();
  const name = (apiKey: string, market: SimMarket): string => `${market}:${apiKey}`;
  const add = (key: SimKey): void => void ring.set(name(key.apiKey, key.market), key);
  for (const key of keys) add(key);
  return {
    add,
    find: (apiKey, market) => ring.get(name(apiKey, market)),
    ofAccount: (accountId) => [...ring.values()].find((key) => key.accountId === accountId),
    all: () => ring.values(),
  };
}

const maxRecvWindow = 60_000;
const defaultRecvWindow = 5_000;
// Binance refuses what is dated more than a second ahead of its clock.
const maxAhead = 1_000;

/** The key a request carries. Refuses a missing one (-2014) and one that is unknown on this market (-2015). */
export function requireKey(ring: KeyRing, market: SimMarket, apiKey: string | undefined): SimKey {
  if (apiKey === undefined || apiKey === '') throw new VenueError(-2014, 'API-key format invalid.', 401);
  const key = ring.find(apiKey, market);
  if (key === undefined) throw new VenueError(-2015, 'Invalid API-key, IP, or permissions for action.', 401);
  return key;
}

/** Checks that `payload` was signed with the key's secret (-1022). */
export function requireSignature(key: SimKey, payload: string, signature: string | null | undefined): void {
  if (signature === null || signature === undefined || signature === '') throw badParameter('signature');
  const expected = createHmac('sha256', key.secret).update(payload).digest();
  const given = Buffer.from(signature, 'hex');
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) throw new VenueError(-1022, 'Signature for this request is not valid.');
}

/** The check a signed request must pass twice: on arrival and just before matching (-1021). */
export function freshness(timestamp: string | null | undefined, recvWindow: string | null | undefined): (now: number) => void {
  const sent = Number(timestamp);
  if (timestamp === null || timestamp === undefined || !/^\d{1,16}$/.test(timestamp)) throw badParameter('timestamp');
  const window = recvWindow === null || recvWindow === undefined ? defaultRecvWindow : Number(recvWindow);
  if (!Number.isFinite(window) || window < 0 || window > maxRecvWindow) throw new VenueError(-1131, 'recvWindow must be less than 60000.');
  return (now) => {
    if (sent > now + maxAhead) throw new VenueError(-1021, "Timestamp for this request was 1000ms ahead of the server's time.");
    if (now - sent > window) throw new VenueError(-1021, 'Timestamp for this request is outside of the recvWindow.');
  };
}

/** What was signed: query string and body as sent, one after the other, without the signature itself. */
export const signedPayload = (query: string, body: string): string => withoutSignature(query) + withoutSignature(body);

const withoutSignature = (encoded: string): string =>
  encoded
    .split('&')
    .filter((part) => !part.startsWith('signature='))
    .join('&');
