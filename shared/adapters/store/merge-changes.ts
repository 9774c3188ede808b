import type { Changes, SavedGroup, SavedRisk } from '#shared/ports/store.port';

/** One group after several decisions: its last state, every order as it was left, every fill. */
function mergeGroup(before: SavedGroup, next: SavedGroup): SavedGroup {
  const orders = new Map([...before.orders, ...next.orders].map((order) => [order.clientOrderId, order]));
  return { ...next, orders: [...orders.values()], fills: [...before.fills, ...next.fills] };
}

/** A risk engine after several decisions: its last state and record, every plan as it was left. */
function mergeRisk(all: readonly SavedRisk[]): { risk?: SavedRisk } {
  const [first] = all;
  if (first === undefined) return {};
  const actions = new Map(all.flatMap((each) => each.actions).map((run) => [run.id, run]));
  return { risk: { userId: first.userId, next: all.findLast(({ next }) => next !== null)?.next ?? null, cycles: all.flatMap(({ cycles }) => cycles), actions: [...actions.values()] } };
}

/** What several decisions of one transaction write together, in their order. A row is written once, as the last of them left it. */
export function mergeChanges(all: readonly Changes[]): Changes {
  const groups = new Map<string, SavedGroup>();
  for (const saved of all.flatMap((changes) => changes.groups)) {
    const before = groups.get(saved.group.id);
    groups.set(saved.group.id, before === undefined ? saved : mergeGroup(before, saved));
  }
  return {
    pool: all.findLast((changes) => changes.pool !== null)?.pool ?? null,
    ...mergeRisk(all.flatMap(({ risk }) => (risk === undefined ? [] : [risk]))),
    groups: [...groups.values()],
    journal: all.flatMap((changes) => changes.journal),
    inbox: all.flatMap((changes) => changes.inbox),
    outbox: all.flatMap((changes) => changes.outbox),
    signals: [...new Map(all.flatMap((changes) => changes.signals).map((signal) => [signal.signalId, signal])).values()],
  };
}
