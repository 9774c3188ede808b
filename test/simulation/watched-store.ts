import type { Settings } from '#shared/contracts/settings';
import { InvariantBroken } from '#shared/engine/assert';
import { purposeOf } from '#shared/engine/ids';
import type { PoolCommand } from '#shared/engine/messages/commands';
import type { GroupEvent, PoolEvent } from '#shared/engine/messages/events';
import type { GroupFacts } from '#shared/engine/position/position-group.decide';
import type { Pool } from '#shared/engine/pool/pool';
import type { PoolSettings } from '#shared/engine/pool/pool-settings';
import type { PositionGroup } from '#shared/engine/position/position-group';
import type { WakeCondition } from '#shared/engine/position/wake-conditions';
import type { Changes, OutboxClaim, Store, Work } from '#shared/ports/store.port';
import { rulesKey, type SimulatedVenue } from '#shared/simulation/simulated-venue';
import { checkEvidence, checkUnknown } from './check-evidence.ts';
import { checkGroupState, checkOpened } from './check-group.ts';
import { checkPoolState, checkSettled } from './check-pool.ts';
import type { WakeRows } from './logical-market.ts';
import { quantityOf, type Counted } from './oracle.ts';
import type { OutsideLedger } from './outside-ledger.ts';
import { holds, Violation } from './violation.ts';

/** Keeps an eye on every commit: remembers what was decided and checks it at once. */
export class DecisionWatch {
  readonly groups = new Map<string, PositionGroup>();
  readonly pools = new Map<string, Pool>();
  private readonly wakes = new Map<string, { groupId: string; market: string; conditions: WakeCondition[] }>();
  decisions = 0;
  private readonly trades = new Map<string, Counted[]>();
  /** Keys of the events that have been decided. */
  private readonly decided = new Set<string>();
  /** Which pyramid a signal has become. */
  private readonly worked = new Map<string, string>();
  private readonly parts: { venue: SimulatedVenue; ledger: OutsideLedger; prefix: string; settingsOf: (userId: string) => { settings: PoolSettings; document: Settings }[]; tell: (line: string) => void; broke: (error: unknown) => void };

  constructor(parts: DecisionWatch['parts']) {
    this.parts = parts;
  }

  get wakeRows(): WakeRows {
    return this.wakes;
  }

  /** The store, watched. */
  over(store: Store): Store {
    return {
      ...store,
      transact: async (work, decide) => {
        let changes: Changes | null = null;
        try {
          const saved = await store.transact(work, (locked) => (changes = decide(locked)));
          if (saved !== null && changes !== null) this.look(work, changes);
          for (const { claim } of saved?.outbox ?? []) this.checkClaim(claim);
          return saved;
        } catch (error) {
          if (error instanceof InvariantBroken || (error instanceof Error && error.name === 'RowFault')) this.parts.broke(error);
          throw error;
        }
      },
      claimOutbox: async (id, leaseMs) => {
        const claim = await store.claimOutbox(id, leaseMs);
        this.checkClaim(claim);
        return claim;
      },
    };
  }

  openGroups(userId: string): PositionGroup[] {
    return [...this.groups.values()].filter((group) => group.userId === userId && group.status !== 'closed');
  }

  private look(work: Work, changes: Changes): void {
    this.decisions += 1;
    this.parts.tell(`${work.aggregate} ${work.aggregateId} hears ${describe(work.event)}: ${changes.journal.map(({ aggregateId, commands }) => `${aggregateId} ${(commands as { type: string; outcome?: string; reason?: string }[]).map(({ type, outcome, reason }) => [type, outcome, reason].filter(Boolean).join(' ')).join(', ')}`).join('; ')}`);
    try {
      if (work.key !== null) {
        holds(4, !this.decided.has(work.key), () => `${work.key} was decided twice, by ${work.aggregate} ${work.aggregateId}`);
        this.decided.add(work.key);
      }
      this.check(work, changes);
    } catch (error) {
      this.parts.broke(error);
    }
  }

  /** Invariant 12: halts hold entries back, never what protects. */
  private checkClaim(claim: OutboxClaim | undefined): void {
    try {
      holds(12, claim?.kind !== 'halted' || claim.row.order.role === 'entry', () => `a halt holds back ${claim?.kind === 'halted' ? claim.row.order.clientOrderId : ''}, which is no entry`);
    } catch (error) {
      this.parts.broke(error);
    }
  }

  private check(work: Work, changes: Changes): void {
    for (const saved of changes.groups) {
      const { group } = saved;
      const journal = changes.journal.find((row) => row.aggregate === 'group' && row.aggregateId === group.id);
      holds(7, journal !== undefined, () => `group ${group.id} was changed without a row in its journal`);
      const event = journal.event as GroupEvent;
      const before = this.groups.get(group.id);
      const known = this.trades.get(group.id) ?? [];
      const outside = this.parts.ledger.heard(before, group, event, known);
      const heard = [...known, ...(outside === null ? [] : [outside]), ...saved.fills.map((fill) => this.counted(fill))];
      const trades = [...heard, ...this.parts.ledger.tookBack(before, group, heard, outside !== null)];
      this.trades.set(group.id, trades);
      this.groups.set(group.id, group);
      if (group.status === 'closed') this.wakes.delete(group.id);
      else this.wakes.set(group.id, { groupId: group.id, market: group.market, conditions: [...saved.wake] });
      this.checkWorkedOnce(group);
      if (event.type === 'open') checkOpened(group, this.parts.settingsOf(group.userId).map(({ document }) => document));
      if (event.type === 'position-reduced') this.parts.ledger.checkReduced(group, [...this.groups.values()], { atRest: false });
      if (event.type === 'adopt') this.parts.ledger.checkAdopted(group, [...this.groups.values()]);
      // With an adoption the pool may let in who waits, as with any event of its own: that they did wait is for its own check.
      if (work.key?.startsWith('reconcile:') === true && (work.aggregate === 'group' || event.type === 'adopt')) checkAddsNothing(work.key, before, group, event.type === 'adopt' ? trades : known, trades);
      checkEvidence(event, this.parts.venue);
      checkUnknown(before, group, event);
      checkGroupState({ before, after: group, facts: journal.facts as GroupFacts, versions: this.parts.venue.rules.get(rulesKey(group.market, group.symbol)) ?? [], wake: saved.wake, trades, reduced: this.parts.ledger.bookedOf(group.id).some(({ role }) => role !== 'entry') });
    }
    for (const signal of changes.signals) checkSettled(signal);
    const row = changes.journal.find(({ aggregate }) => aggregate === 'pool');
    if (changes.pool === null || row === undefined) return;
    const after = changes.pool.pool;
    checkPoolState({
      before: this.pools.get(after.userId),
      after,
      event: row.event as PoolEvent,
      commands: this.commandsOf(row.commands as PoolCommand[], changes),
      open: this.openGroups(after.userId),
      settings: this.parts.settingsOf(after.userId).map(({ settings }) => settings),
    });
    this.pools.set(after.userId, after);
  }

  /** Invariant 4: an alert enters the market once. */
  private checkWorkedOnce({ id, pyramids }: PositionGroup): void {
    for (const { index, signalId } of pyramids) {
      // A position that was taken over has no alert.
      if (signalId === '') continue;
      const [place, known] = [`pyramid ${index} of group ${id}`, this.worked.get(signalId)];
      holds(4, known === undefined || known === place, () => `signal ${signalId} is worked by ${place} and by ${known}`);
      this.worked.set(signalId, place);
    }
  }

  /** The pool's journal leaves out the event a group begins with: it stands in the group's own. */
  private commandsOf(commands: PoolCommand[], changes: Changes): PoolCommand[] {
    return commands.map((command) => {
      if (command.type !== 'open-group') return command;
      const event = changes.journal.find((row) => row.aggregate === 'group' && row.aggregateId === command.groupId)?.event as Extract<PoolCommand, { type: 'open-group' }>['event'];
      return { ...command, event };
    });
  }

  private counted(fill: Changes['groups'][number]['fills'][number]): Counted {
    const purpose = purposeOf(this.parts.prefix, fill.clientOrderId);
    if (purpose === null) throw new Violation(4, `a trade of ${fill.clientOrderId} was counted, which is no id of ours`);
    return { ...fill, role: purpose.role, pyramid: purpose.pyramid, leg: purpose.leg };
  }
}

/** Invariant 11: what the reconciler tells a group adds no exposure, and lets go no entry that waits. */
function checkAddsNothing(key: string, before: PositionGroup | undefined, after: PositionGroup, had: readonly Counted[], has: readonly Counted[]): void {
  const known = new Set(before?.orders.map(({ clientOrderId }) => clientOrderId));
  const entry = after.orders.find(({ role, clientOrderId }) => role === 'entry' && !known.has(clientOrderId));
  holds(11, entry === undefined, () => `${key} made group ${after.id} enter with ${entry?.clientOrderId}`);
  holds(11, quantityOf(has, after.base).lessThanOrEqualTo(quantityOf(had, after.base)), () => `${key} made group ${after.id} hold more`);
  const freed = Object.keys(before?.retries ?? {}).find((slot) => slot.startsWith('entry:') && after.retries[slot] === undefined);
  holds(11, freed === undefined, () => `${key} ended the pause of ${freed} of group ${after.id}`);
}

function describe(event: Work['event']): string {
  switch (event.type) {
    case 'order-report':
      return `${event.clientOrderId} ${event.report === null ? 'traded' : `${event.report.status} ${event.report.quantityFilled}`}${event.fills.map(({ tradeId, quantity, price }) => ` #${tradeId} ${quantity}@${price}`).join('')}`;
    case 'signal':
      return `signal ${event.signal.signalId} ${event.signal.kind} ${event.signal.side} ${event.signal.symbol} ${event.signal.timeframe}`;
    case 'price':
      return `price ${event.price}`;
    default:
      return 'clientOrderId' in event ? `${event.clientOrderId} ${event.type}` : event.type;
  }
}
