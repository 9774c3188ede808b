import type { Instrument, Market } from '#shared/engine/instrument/instrument';
import type { PoolEvent } from '#shared/engine/messages/events';
import type { Price } from '#shared/engine/num/units';
import type { Pool } from '#shared/engine/pool/pool';
import { symbolFactsKey, type PoolSettings, type SymbolFacts } from '#shared/engine/pool/pool-settings';
import type { Work } from '#shared/ports/store.port';
import type { Clock } from '#shared/ports/system.port';
import type { FactSource, FactsAtHand } from './run-decision.ts';

/** The rules of one symbol, or why there are none: not loaded yet, or not listed by the venue. */
export type InstrumentAnswer = Instrument | 'unavailable' | 'unlisted';

export interface FactPorts {
  clock: Clock;
  deploymentPrefix: string;
  /** Rules in memory. */
  instrument(venue: string, market: Market, symbol: string): InstrumentAnswer;
  /** Fetches the rules of a symbol that is missing in memory; resolves either way. */
  seek(venue: string, market: Market, symbol: string): Promise<void>;
  priceLast(venue: string, market: Market, symbol: string): Price | null;
  settings(userId: string): Promise<{ settings: PoolSettings; halted: boolean }>;
  /** Group ids nobody else has. */
  groupIds(count: number): Promise<string[]>;
}

/** A decision cannot be made yet, through nobody's fault; it is tried again. */
export class NotReady extends Error {
  override readonly name = 'NotReady';
}

/** Groups one decision of a pool can open; who still waits after that is promoted by the next. */
const groupsPerDecision = 10;

/** Facts from the live world: caches, last prices, the active configuration. */
export const gatherFacts = (ports: FactPorts): FactSource => ({
  async prepare(work: Work): Promise<FactsAtHand> {
    const { event } = work;
    if ('signal' in event) await ports.seek(event.signal.venue, event.signal.market, event.signal.symbol);
    const pool = work.aggregate === 'pool' ? { ...(await ports.settings(work.aggregateId)), groupIds: await ports.groupIds(event.type === 'signal' ? 1 : groupsPerDecision) } : null;

    return {
      forGroup({ venue, market, symbol }) {
        const instrument = ports.instrument(venue, market, symbol);
        if (typeof instrument === 'string') throw new NotReady(`the rules of ${symbol} on ${venue} ${market} are ${instrument}`);
        return { now: ports.clock.now(), deploymentPrefix: ports.deploymentPrefix, instrument, priceLast: ports.priceLast(venue, market, symbol) };
      },

      forPool(state: Pool, heard: PoolEvent, openElsewhere: number) {
        if (pool === null) throw new NotReady('the pool was not prepared');
        const signals = [...state.waiting.map((entry) => entry.signal), ...('signal' in heard ? [heard.signal] : [])];
        const symbols: Record<string, SymbolFacts> = {};
        for (const signal of signals) {
          const found = ports.instrument(signal.venue, signal.market, signal.symbol);
          symbols[symbolFactsKey(signal)] = { instrument: typeof found === 'string' || found.active ? found : 'unlisted', priceLast: ports.priceLast(signal.venue, signal.market, signal.symbol) };
        }
        return { now: ports.clock.now(), ...pool, openElsewhere, symbols };
      },
    };
  },
});
