import { RateLimiterMemory } from 'rate-limiter-flexible';
import type { RateLimiterRes } from 'rate-limiter-flexible';
import { HttpFault } from '../http/fault.ts';

const windowSeconds = 15 * 60;

/** Slows down guessing of passwords: failures are counted per address, and per address and account. Nobody is locked out by somebody else. */
export interface SignInLimit {
  /** Throws 429 when there were too many failures. */
  check(ip: string, email: string): Promise<void>;
  failed(ip: string, email: string): Promise<void>;
  succeeded(ip: string, email: string): Promise<void>;
}

export function createSignInLimit(): SignInLimit {
  const perPair = new RateLimiterMemory({ points: 10, duration: windowSeconds });
  const perAddress = new RateLimiterMemory({ points: 100, duration: windowSeconds });
  const pair = (ip: string, email: string): string => `${ip} ${email.trim().toLowerCase().slice(0, 200)}`;
  const refuseIfSpent = (state: RateLimiterRes | null): void => {
    if (state === null || state.remainingPoints > 0) return;
    const seconds = Math.max(1, Math.ceil(state.msBeforeNext / 1000));
    throw new HttpFault(429, 'too_many_attempts', `Too many failed sign-ins; try again in ${seconds} seconds.`, { headers: { 'Retry-After': String(seconds) } });
  };
  return {
    async check(ip, email) {
      refuseIfSpent(await perPair.get(pair(ip, email)));
      refuseIfSpent(await perAddress.get(ip));
    },
    async failed(ip, email) {
      // A rejection only says that the points are spent, which the next check tells.
      await Promise.allSettled([perPair.consume(pair(ip, email)), perAddress.consume(ip)]);
    },
    async succeeded(ip, email) {
      await perPair.delete(pair(ip, email));
    },
  };
}
