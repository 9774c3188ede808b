import type { Chance } from '#shared/simulation/seeded-chance';
import type { PlannedFault, Timed } from './chaos-steps.ts';

interface FaultRecipe {
  weight: number;
  times: [number, number];
  body: Record<string, unknown> & { kind: string };
}

const placement = 'POST /fapi/v1/order';
const cancel = 'DELETE /fapi/v1/order';
const lookup = 'GET /fapi/v1/order';

/** What can go wrong at a venue. The messages of 503 are Binance's own: the first says nobody knows, the second that it was not done. */
const recipes: Readonly<Record<string, FaultRecipe>> = {
  'placed, then no answer': { weight: 5, times: [1, 2], body: { kind: 'stalled-body' } },
  'placed, then the connection cut': { weight: 9, times: [1, 3], body: { kind: 'accept-then-drop' } },
  'placed, then 504': { weight: 9, times: [1, 4], body: { kind: 'accept-then-504' } },
  'placed, half an answer': { weight: 6, times: [1, 3], body: { kind: 'truncated-body' } },
  'not placed, connection reset': { weight: 7, times: [1, 3], body: { kind: 'reset', match: { endpoint: placement } } },
  'not placed, 503 unknown': { weight: 5, times: [1, 2], body: { kind: 'reject', status: 503, code: -1000, message: 'Unknown error, please check your request or try again later.' } },
  'not placed, 503 unavailable': { weight: 5, times: [1, 2], body: { kind: 'reject', status: 503, code: -1001, message: 'Service Unavailable.' } },
  'not placed, refused for the clock': { weight: 3, times: [1, 2], body: { kind: 'reject', status: 400, code: -1021, message: 'Timestamp for this request is outside of the recvWindow.' } },
  'placed late': { weight: 6, times: [1, 4], body: { kind: 'delay', delayMs: 2_500, match: { endpoint: placement } } },
  'filled in parts': { weight: 5, times: [2, 4], body: { kind: 'partial-fills', parts: 3 } },
  'cancelled, then the connection cut': { weight: 5, times: [1, 3], body: { kind: 'accept-then-drop', match: { endpoint: cancel } } },
  'cancelled, then 504': { weight: 5, times: [1, 3], body: { kind: 'accept-then-504', match: { endpoint: cancel } } },
  'not cancelled, 503': { weight: 4, times: [1, 2], body: { kind: 'reject', status: 503, code: -1001, message: 'Internal error; unable to process your request. Please try again.', match: { endpoint: cancel } } },
  'order not to be found yet': { weight: 6, times: [1, 2], body: { kind: 'reject', status: 400, code: -2013, message: 'Order does not exist.', match: { endpoint: lookup } } },
  'question not answered, 503': { weight: 5, times: [1, 4], body: { kind: 'reject', status: 503, code: -1001, message: 'Service Unavailable.', match: { endpoint: 'GET /fapi/*' } } },
  'question answered late': { weight: 5, times: [2, 5], body: { kind: 'delay', delayMs: 3_000, match: { endpoint: 'GET /fapi/*' } } },
  'any request reset': { weight: 4, times: [1, 4], body: { kind: 'reset' } },
  '429': { weight: 4, times: [1, 1], body: { kind: '429', retryAfterSeconds: 1 } },
  '418': { weight: 1, times: [1, 1], body: { kind: '418', retryAfterSeconds: 3 } },
  'event lost': { weight: 9, times: [2, 8], body: { kind: 'mute-stream' } },
  'fill told twice': { weight: 7, times: [2, 6], body: { kind: 'duplicate-fill-event' } },
  'event late': { weight: 7, times: [2, 6], body: { kind: 'out-of-order' } },
  'user stream cut': { weight: 5, times: [1, 2], body: { kind: 'drop-stream' } },
  'market stream cut': { weight: 2, times: [1, 1], body: { kind: 'drop-stream', match: { stream: 'market' } } },
};

/** More than are asked for: what is scheduled when the paper exchange dies dies with it. */
const spare = 1.5;

/** Faults that strike `count` times and more, spread over the run. */
export function planFaults(chance: Chance, lengthMs: number, count: number): Timed<PlannedFault>[] {
  const weights = Object.fromEntries(Object.entries(recipes).map(([name, { weight }]) => [name, weight]));
  const faults: Timed<PlannedFault>[] = [];
  for (let planned = 0; planned < count * spare; ) {
    const name = chance.weighted(weights);
    const { times, body } = recipes[name]!;
    const strikes = chance.between(...times);
    planned += strikes;
    faults.push({ do: 'fault', atMs: chance.between(1_000, Math.max(1_000, lengthMs - 3_000)), name, body: { ...body, times: strikes } });
  }
  return faults;
}
