import type { EndpointName } from './binance-endpoints.ts';
import { endpoint } from './binance-endpoints.ts';
import type { BinanceSetup } from './binance-setup.ts';
import { createBinance } from './ccxt-binance.ts';
import type { Binance } from './ccxt-streams.ts';
import { beforeDeadline } from './deadline.ts';
import type { Lane, RateBudget } from './rate-budget.ts';
import { withEvidence } from './transport-evidence.ts';
import type { Fault } from './venue-fault.ts';
import { describeError, VenueFault } from './venue-fault.ts';

/** What became of one call: the parsed body of a 2xx answer, or the evidence of what went wrong. */
export type Answer = { ok: true; body: unknown } | { ok: false; fault: Fault };

/** The code of a fault that is our own: the call was held back to stay within the venue's limits. */
export const ownBudget = 'BUDGET';

/** Makes calls to one venue, one at a time or many at once; never rejects. */
export interface VenueCaller {
  /**
   * `exact` asserts that the wire carries exactly these parameters: for everything that changes something at the venue. After `notAfter`,
   * by `performance.now()`, nothing leaves.
   */
  call(name: EndpointName, params: Record<string, string>, options: { lane: Lane; exact?: boolean; deadlineMs?: number; notAfter?: number }): Promise<Answer>;
  close(): Promise<void>;
}

// The transport has its own deadline; ours only catches what escapes it, such as a stalled name look-up before the first byte.
const graceMs = 500;

/** A caller over one ccxt instance, made at the first call. */
export function createCaller(setup: BinanceSetup, budget: RateBudget): VenueCaller {
  let made: Promise<Binance> | undefined;
  const instance = (): Promise<Binance> => (made ??= createBinance({ ...setup, hooks: { answered: budget.observe } }));

  const send = async (name: EndpointName, params: Record<string, string>, exact: boolean, deadlineMs: number, notAfter: number): Promise<Answer> => {
    const { method, section, path, wirePath } = endpoint(setup.market, name);
    const expected = exact ? { method, path: wirePath, params } : null;
    const venue = await instance();
    return withEvidence({ expected, deadlineAt: setup.now() + deadlineMs, notAfter }, async (evidence) => {
      try {
        const body = await beforeDeadline(venue.request(path, section, method, params), deadlineMs + graceMs, name);
        return { ok: true, body };
      } catch (error) {
        evidence.abandoned = true;
        return { ok: false, fault: faultOf(error, evidence.dispatched) };
      }
    });
  };

  return {
    async call(name, params, { lane, exact = false, deadlineMs = setup.timeoutMs, notAfter = Number.POSITIVE_INFINITY }) {
      try {
        const waitMs = await budget.take(endpoint(setup.market, name), lane);
        if (waitMs > 0) return { ok: false, fault: { phase: 'not-sent', status: null, code: ownBudget, message: 'our own rate budget is used up', retryAfterMs: waitMs } };
        return await send(name, params, exact, deadlineMs, notAfter);
      } catch (error) {
        // Nothing above touches a socket: the ledger could not be reached or ccxt could not be loaded.
        return { ok: false, fault: { phase: 'not-sent', status: null, code: null, message: describeError(error) } };
      }
    },
    async close() {
      await (await made?.catch(() => undefined))?.dispose();
    },
  };
}

/** What escaped the transport's own judgement. Before undici had the request nothing has left, and abandoned nothing will; afterwards nobody knows. */
function faultOf(error: unknown, dispatched: boolean): Fault {
  if (error instanceof VenueFault) return error.fault;
  return { phase: dispatched ? 'no-answer' : 'not-sent', status: null, code: null, message: describeError(error) };
}
