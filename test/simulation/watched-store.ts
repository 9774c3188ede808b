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
import type { Changes, Store, Work } from '#shared/ports/store.port';
import { rulesKey, type SimulatedVenue } from '#shared/simulation/simulated-venue';
import { checkEvidence, checkUnknown } from './check-evidence.ts';
import { checkGroupState, checkOpened } from './check-group.ts';
import { checkPoolState, checkSettled } from './check-pool.ts';
import type { WakeRows } from './logical-market.ts';
import type { Counted } from './oracle.ts';
import { holds, Violation } from './violation.ts';

/** Keeps an eye on every commit: remembers what was decided and checks it at once. */
export class DecisionWatch {
  readonly groups = new Map<string, PositionGroup>();
  readonly pools = new Map<string, Pool>();
  private readonly wakes = new Map<string, { groupId: string; market: string; conditions: WakeCondition[] }>();
  decisions = 0;
  private readonly trades = new Map<string, Counted[]>();
  private readonly parts: { venue: SimulatedVenue; prefix: string; settingsOf: (userId: string) => { settings: PoolSettings; document: Settings }[]; tell: (line: string) => void; broke: (error: unknown) => void };

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
          return saved;
        } catch (error) {
          if (error instanceof InvariantBroken || (error instanceof Error && error.name === 'RowFault')) this.parts.broke(error);
          throw error;
        }
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
      this.check(changes);
    } catch (error) {
      this.parts.broke(error);
    }
  }

  private check(changes: Changes): void {
    for (const saved of changes.groups) {
      const { group } = saved;
      const journal = changes.journal.find((row) => row.aggregate === 'group' && row.aggregateId === group.id);
      holds(7, journal !== undefined, () => `group ${group.id} was changed without a row in its journal`);
      const event = journal.event as GroupEvent;
      const before = this.groups.get(group.id);
      const trades = [...(this.trades.get(group.id) ?? []), ...saved.fills.map((fill) => this.counted(fill))];
      this.trades.set(group.id, trades);
      this.groups.set(group.id, group);
      if (group.status === 'closed') this.wakes.delete(group.id);
      else this.wakes.set(group.id, { groupId: group.id, market: group.market, conditions: [...saved.wake] });
      if (event.type === 'open') checkOpened(group, this.parts.settingsOf(group.userId).map(({ document }) => document));
      checkEvidence(event, this.parts.venue);
      checkUnknown(before, group, event);
      checkGroupState({ before, after: group, facts: journal.facts as GroupFacts, versions: this.parts.venue.rules.get(rulesKey(group.market, group.symbol)) ?? [], wake: saved.wake, trades });
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
