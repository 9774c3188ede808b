import type { GroupEvent } from '#shared/engine/messages/events';
import type { GroupFacts } from '#shared/engine/position/position-group.decide';
import type { PositionGroup } from '#shared/engine/position/position-group';
import type { ExchangePort } from '#shared/ports/exchange.port';
import type { Changes, Locked, SavedGroup, Store } from '#shared/ports/store.port';
import type { MemoryTables } from '#shared/simulation/memory-tables';

/** A mistake of ours, made on purpose outside of our code: what a worker reaches is wrapped so that it behaves as if somebody had made it. */
export interface Plant {
  /** The mistake, in words. */
  what: string;
  store?: (store: Store, tables: MemoryTables) => Store;
  exchange?: (exchange: ExchangePort) => ExchangePort;
}

type Tamper = (changes: Changes, locked: Locked, tables: MemoryTables) => Changes;

/** A store whose decisions come out wrong. */
export const deciding = (tamper: Tamper) => (store: Store, tables: MemoryTables): Store => ({
  ...store,
  transact: (work, decide) =>
    store.transact(work, (locked) => {
      const changes = decide(locked);
      return changes === null ? null : tamper(changes, locked, tables);
    }),
});

/** What a group heard, what it knew and what it was, and everything its decision writes. */
export interface Hearing {
  event: GroupEvent;
  facts: GroupFacts;
  before: PositionGroup | null;
  changes: Changes;
}

/** Decisions of a group that come out with another state. */
export const regrouping = (change: (saved: SavedGroup, hearing: Hearing) => SavedGroup) =>
  deciding((made, locked) => {
    const changes = { ...made, outbox: [...made.outbox], inbox: [...made.inbox] };
    const groups = made.groups.map((saved) => {
      const row = made.journal.find(({ aggregate, aggregateId }) => aggregate === 'group' && aggregateId === saved.group.id);
      const before = locked.kind === 'group' ? locked.group : null;
      return row === undefined ? saved : change(structuredClone(saved), { event: row.event as GroupEvent, facts: row.facts as GroupFacts, before, changes });
    });
    return { ...changes, groups };
  });
