import type { SimMarket } from '#shared/simulation/matching-state';

/** Faults that change how a request is answered. */
export const requestFaults = ['delay', 'reset', 'accept-then-drop', 'accept-then-504', 'truncated-body', 'stalled-body', 'reject', '429', '418', 'partial-fills'] as const;
/** Faults of the user-data and market streams. */
export const streamFaults = ['mute-stream', 'drop-stream', 'duplicate-fill-event', 'out-of-order'] as const;
export type RequestFault = (typeof requestFaults)[number];
export type StreamFault = (typeof streamFaults)[number];
export type FaultKind = RequestFault | StreamFault;

/** What a fault applies to; nothing given means everything it can apply to. */
export interface FaultMatch {
  /** `POST /fapi/v1/order`, `/fapi/v1/order`, or a beginning such as `/fapi/*`. Without it, faults of acceptance hit order placements only. */
  endpoint?: string;
  symbol?: string;
  apiKey?: string;
  market?: SimMarket;
  stream?: 'user' | 'market';
}

/** A scheduled fault. `times` counts down; null with no end but `probability` or `until`. */
export interface Fault {
  id: number;
  kind: FaultKind;
  match: FaultMatch;
  times: number | null;
  probability: number;
  seed: number;
  delayMs: number;
  parts: number;
  status: number;
  code: number | null;
  message: string | null;
  retryAfterSeconds: number;
  /** Until when it holds, epoch ms; null without end. */
  until: number | null;
  hits: number;
}

/** What a fault is asked about: one request, or one event on its way to a stream. */
export interface Occasion {
  endpoint?: string;
  symbol: string | null;
  apiKey: string | null;
  market: SimMarket;
  stream?: 'user' | 'market';
}

const placements = new Set(['POST /api/v3/order', 'POST /fapi/v1/order', 'POST /fapi/v1/algoOrder']);
const anyEndpoint = new Set<FaultKind>(['delay', 'reset', '429', '418']);

/** The scheduled faults. */
export interface FaultSwitches {
  add(fault: Omit<Fault, 'id' | 'hits'>): Fault;
  list(): Fault[];
  remove(id: number): boolean;
  clear(): void;
  /** The first fault of these kinds that strikes on this occasion; uses up one of its times. */
  strike(kinds: readonly FaultKind[], occasion: Occasion, now: number): Fault | null;
}

export function createFaultSwitches(): FaultSwitches {
  let faults: { fault: Fault; random: () => number }[] = [];
  let nextId = 1;
  return {
    add(given) {
      const fault: Fault = { ...given, id: nextId, hits: 0 };
      nextId += 1;
      faults.push({ fault, random: seededRandom(given.seed) });
      return fault;
    },
    list: () => faults.map(({ fault }) => ({ ...fault })),
    remove(id) {
      const before = faults.length;
      faults = faults.filter(({ fault }) => fault.id !== id);
      return faults.length < before;
    },
    clear() {
      faults = [];
    },
    strike(kinds, occasion, now) {
      if (faults.length === 0) return null;
      for (const { fault, random } of faults) {
        if (!kinds.includes(fault.kind) || fault.times === 0 || (fault.until !== null && now > fault.until) || !applies(fault, occasion)) continue;
        if (fault.probability < 1 && random() >= fault.probability) continue;
        fault.hits += 1;
        if (fault.times !== null) fault.times -= 1;
        return { ...fault };
      }
      return null;
    },
  };
}

function applies({ kind, match }: Fault, occasion: Occasion): boolean {
  if (match.symbol !== undefined && match.symbol !== occasion.symbol) return false;
  if (match.apiKey !== undefined && match.apiKey !== occasion.apiKey) return false;
  if (match.market !== undefined && match.market !== occasion.market) return false;
  if (occasion.endpoint === undefined) return (match.stream ?? 'user') === occasion.stream;
  if (match.endpoint === undefined) return anyEndpoint.has(kind) || placements.has(occasion.endpoint);
  return endpointMatches(match.endpoint, occasion.endpoint);
}

function endpointMatches(wanted: string, endpoint: string): boolean {
  const subject = wanted.includes(' ') ? endpoint : endpoint.slice(endpoint.indexOf(' ') + 1);
  return wanted.endsWith('*') ? subject.startsWith(wanted.slice(0, -1)) : subject === wanted;
}

/** Mulberry32: a small generator whose whole state is its seed, so that a run can be repeated. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
