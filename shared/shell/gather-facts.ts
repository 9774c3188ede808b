import { effectiveRules } from '#shared/engine/instrument/effective-rules';
import type { Instrument, Market } from '#shared/engine/instrument/instrument';
import type { PrecisionPlan } from '#shared/engine/instrument/precision-plan';
import type { PoolEvent, RiskEvent } from '#shared/engine/messages/events';
import type { Signal } from '#shared/engine/messages/signals';
import type { Price } from '#shared/engine/num/units';
import type { Pool } from '#shared/engine/pool/pool';
import { countsParts, type Occupancy } from '#shared/engine/pool/slots';
import { symbolFactsKey, type PoolFacts, type PoolSettings, type SymbolFacts } from '#shared/engine/pool/pool-settings';
import type { Work } from '#shared/ports/store.port';
import type { Clock } from '#shared/ports/system.port';
import type { AccountSource } from './gather-accounts.ts';
import { gatherRisk, type RiskPorts } from './gather-risk.ts';
import { NotReady } from './not-ready.ts';
import type { FactSource, FactsAtHand } from './run-decision.ts';

/** The rules of one symbol, or why there are none: not to be had now, or not listed by the venue. */
export type InstrumentAnswer = Instrument | 'unavailable' | 'unlisted';

/** What an entry needs of the rules. */
export interface RuleNeed {
  /** A symbol that is not listed must have been looked for at or after this time: that of its signal. */
  since?: number;
  /** Rules older than this are fetched anew. */
  maxAgeMs?: number;
}

export interface FactPorts {
  clock: Clock;
  deploymentPrefix: string;
  /** Rules in memory, if an entry may be judged by them now. */
  instrument(venue: string, market: Market, symbol: string, need?: RuleNeed): InstrumentAnswer;
  /** Rules last known, however old, by which what is open is worked; absent where `instrument` always has them. */
  kept?(venue: string, market: Market, symbol: string): Instrument | null;
  /** Fetches the rules of a symbol where those in memory do not do; resolves either way. */
  seek(venue: string, market: Market, symbol: string, need?: RuleNeed): Promise<void>;
  priceLast(venue: string, market: Market, symbol: string): Price | null;
  /** What stands for a user; as it was last read, unless `fresh`. */
  settings(userId: string, fresh: boolean): Promise<{ settings: PoolSettings; halted: boolean; accountsOff?: PoolFacts['accountsOff']; stamp: string }>;
  /** Balances of exchange accounts. */
  accounts: AccountSource;
  /** Where the risk engine runs. */
  risk?: Omit<RiskPorts, 'clock' | 'kept' | 'priceLast'>;
  /** Group ids nobody else has. */
  groupIds(count: number): Promise<string[]>;
}

/** Groups one decision of a pool can open; who still waits after that is promoted by the next. */
const groupsPerDecision = 10;

/** Facts from the live world: caches, last prices, the active configuration. */
export const gatherFacts = (ports: FactPorts): FactSource => ({
  async prepare(work: Work): Promise<FactsAtHand> {
    const { event } = work;
    /** Rules by which what is open is judged, however old. */
    const kept = (venue: string, market: Market, symbol: string): Instrument | null => {
      const answer = ports.instrument(venue, market, symbol);
      return typeof answer === 'string' ? (ports.kept?.(venue, market, symbol) ?? null) : answer;
    };
    const settings = work.aggregate === 'pool' ? await ports.settings(work.aggregateId, false) : null;
    const needOf = (signal: Signal): RuleNeed => ({ since: signal.receivedAt, ...(settings === null ? {} : { maxAgeMs: settings.settings.rulesMaxAgeMs }) });
    const balances = settings === null ? null : ports.accounts.prepare(work, settings.settings.sizing);
    // Exits are worked by the rules there are: a venue that gives none must not hold them up.
    if ('signal' in event && (event.signal.kind === 'entry' || event.signal.kind === 'reverse')) await ports.seek(event.signal.venue, event.signal.market, event.signal.symbol, needOf(event.signal));
    const groupIds = settings === null ? [] : await ports.groupIds(event.type === 'signal' ? 1 : groupsPerDecision);
    await balances;
    const pool = settings === null ? null : { accountsOff: {}, ...settings, groupIds };
    const risk = work.aggregate === 'risk' && ports.risk !== undefined ? await gatherRisk({ ...ports.risk, clock: ports.clock, kept, priceLast: ports.priceLast }, work.aggregateId, event as RiskEvent) : null;

    /** The rules one entry is judged by. What must be fetched for one that waits is fetched beside the decision, which is then made anew. */
    const symbolFacts = (signal: Signal, precision: PrecisionPlan): SymbolFacts => {
      const { venue, market, symbol } = signal;
      const need = needOf(signal);
      const answer = ports.instrument(venue, market, symbol, need);
      if (answer === 'unavailable') void ports.seek(venue, market, symbol, need).catch(() => {});
      const known = typeof answer === 'string' || answer.active ? answer : 'halted';
      const priceLast = ports.priceLast(venue, market, symbol);
      if (known === 'halted') return { instrument: 'unlisted', priceLast };
      const rules = effectiveRules(signal, known, { ...precision, mode: signal.precisionMode });
      if (typeof rules === 'string') return { instrument: rules, priceLast };
      return { instrument: rules.instrument, priceLast, ...(rules.warning === null ? {} : { rulesWarning: rules.warning }) };
    };

    /** The rules by which a position that was found is worked: as what is open, by those there are. */
    const foundFacts = (signal: Signal, precision: PrecisionPlan): SymbolFacts => {
      const { venue, market, symbol } = signal;
      const rules = effectiveRules(signal, kept(venue, market, symbol) ?? ports.instrument(venue, market, symbol), precision);
      return { instrument: typeof rules === 'string' ? rules : rules.instrument, priceLast: ports.priceLast(venue, market, symbol) };
    };

    return {
      countsParts: pool !== null && countsParts(pool.settings),
      forGroup(group, opening) {
        const { venue, market, symbol } = group;
        const now = ports.clock.now();
        // No signal opens a group for a position that was found.
        const entering = opening !== undefined && opening.signalId !== '';
        const answer = ports.instrument(venue, market, symbol, entering ? needOf(opening) : undefined);
        // A group begins by what its pool has judged it by, and is worked by the venue's rules as far as anybody knows them.
        const known = typeof answer !== 'string' || entering ? answer : (ports.kept?.(venue, market, symbol) ?? answer);
        const rules = effectiveRules(group, known, group.precisionPlan);
        if (typeof rules === 'string') {
          throw new NotReady(`the rules of ${symbol} on ${venue} ${market} are ${rules}`, () => ports.seek(venue, market, symbol, { since: now }));
        }
        return {
          ...{ now, deploymentPrefix: ports.deploymentPrefix, instrument: rules.instrument, priceLast: ports.priceLast(venue, market, symbol) },
          ...(typeof known === 'string' || known === rules.instrument ? {} : { rulesOfVenue: known }),
          // The fallback rules of a plan that does not block, or that a signal has forced, ask the venue for nothing.
          ...(answer === 'unavailable' && group.precisionPlan.mode === 'auto' && group.precisionPlan.blockOnMissing ? { rulesInDoubt: true } : {}),
        };
      },

      forRisk(lastMind) {
        if (risk === null) throw new NotReady('the risk engine does not run here');
        return risk(lastMind);
      },

      forPool(state: Pool, heard: PoolEvent, openElsewhere: Occupancy, stampNow: string) {
        if (pool === null) throw new NotReady('the pool was not prepared');
        const { stamp, ...standing } = pool;
        // Whatever was applied, switched off or halted before the lock was taken counts, also while a venue kept us waiting.
        if (stamp !== stampNow) throw new NotReady('the configuration has changed meanwhile', async () => void (await ports.settings(state.userId, true)));
        const signals = [...state.waiting.map((entry) => entry.signal), ...('signal' in heard ? [heard.signal] : [])];
        const symbols = Object.fromEntries(signals.map((signal) => [symbolFactsKey(signal), symbolFacts(signal, pool.settings.precision)]));
        const accounts = ports.accounts.atHand(state.userId, signals, pool.settings.sizing, (signal) => symbols[symbolFactsKey(signal)]);
        if (accounts === null) throw new NotReady(`a balance that ${pool.settings.sizing.mode} needs has not been asked for yet`, () => ports.accounts.prepare(work, pool.settings.sizing));
        // Deleted accounts are never few in the end, and facts stand in the journal.
        const accountsOff = Object.fromEntries(Object.entries(pool.accountsOff).filter(([id]) => signals.some(({ accountId }) => accountId === id)));
        return { now: ports.clock.now(), ...standing, accountsOff, openElsewhere, symbols, accounts, ...(heard.type === 'adopt-position' ? { adopted: foundFacts(heard.signal, pool.settings.precision) } : {}) };
      },
    };
  },
});
