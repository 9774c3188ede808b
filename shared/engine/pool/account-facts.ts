import type { Money, Ratio } from '../num/units.ts';
import type { Time } from '../time.ts';

/** What an exchange account has to spend, as its venue last told. */
export interface AccountFacts {
  /** When the venue was asked: what was ordered before may be in it, what was ordered later is not. */
  at: Time;
  /** By asset; one that is not named is not held. `total` includes what orders and positions bind. */
  assets: Record<string, { free: Money; total: Money }>;
  /** Leverage by unified symbol; empty on spot. */
  leverage: Record<string, Ratio>;
}
