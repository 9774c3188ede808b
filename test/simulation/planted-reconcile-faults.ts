import { clientOrderId } from '#shared/engine/ids';
import type { GroupEvent } from '#shared/engine/messages/events';
import type { Instrument } from '#shared/engine/instrument/instrument';
import { dec, price, qty, zeroMoney, type Dec } from '#shared/engine/num/units';
import { floorTo } from '#shared/engine/num/rounding';
import type { Order } from '#shared/engine/order/order';
import { isSettled } from '#shared/engine/order/apply-fill';
import { decideGroup, type GroupFacts } from '#shared/engine/position/position-group.decide';
import { wakeConditions } from '#shared/engine/position/wake-conditions';
import type { Changes, SavedGroup, Store, Work } from '#shared/ports/store.port';
import type { MemoryTables } from '#shared/simulation/memory-tables';
import { deciding, regrouping, type Plant } from './plant.ts';

/** Another order for the leg of an entry: a generation later, and on its way with this decision. */
function enterAgain({ group, orders }: SavedGroup, changes: Changes, { deploymentPrefix, now }: GroupFacts, like: Order, quantity = like.quantity): void {
  const generation = Math.max(...group.orders.filter(({ role, pyramid, leg }) => role === like.role && pyramid === like.pyramid && leg === like.leg).map((order) => order.generation)) + 1;
  const id = clientOrderId(deploymentPrefix, { groupId: group.id, role: 'entry', pyramid: like.pyramid, leg: like.leg, generation });
  const order: Order = { ...like, clientOrderId: id, generation, quantity, venueOrderId: null, status: 'ready', quantityFilled: qty('0'), notionalFilled: zeroMoney, quantityReported: qty('0'), tradeIds: [], reason: null, createdAt: now };
  group.orders.push(order);
  orders.push(order);
  changes.outbox.push({ kind: 'submit', accountId: group.accountId, venue: group.venue, groupId: group.id, clientOrderId: id, priority: 10 });
}

/** What was closed at the venue without us is bought again. */
const buyBack = regrouping((saved, { event, facts, changes }) => {
  const entry = saved.group.orders.find(({ role }) => role === 'entry');
  if (event.type === 'position-reduced' && entry !== undefined) enterAgain(saved, changes, facts, entry);
  return saved;
});

/** Whose entry somebody has cancelled at the venue enters again. */
const enterAgainAfterHand = regrouping((saved, { event, facts, before, changes }) => {
  if (event.type !== 'order-report' || event.report?.status !== 'cancelled' || saved.group.windDown !== null) return saved;
  const cancelled = before?.orders.find((order) => order.clientOrderId === event.clientOrderId);
  if (cancelled?.role === 'entry' && (cancelled.status === 'open' || cancelled.status === 'partially_filled')) enterAgain(saved, changes, facts, cancelled);
  return saved;
});

/** Who takes a position over buys as much again, at the price it was bought at. */
const adoptAndEnter = regrouping((saved, { event, facts, changes }) => {
  if (event.type !== 'adopt' || event.close) return saved;
  const { side, instrument, quantity } = { side: saved.group.side, instrument: facts.instrument, quantity: floorTo(event.quantity, facts.instrument.stepSize) };
  const like: Order = {
    clientOrderId: '', venueOrderId: null, role: 'entry', pyramid: 0, leg: 0, generation: -1, side: side === 'long' ? 'buy' : 'sell', type: 'limit', price: price(floorTo(event.priceEntry, instrument.tickSize)), priceExpected: null, quantity: qty(quantity),
    reduceOnly: false, status: 'ready', quantityFilled: qty('0'), notionalFilled: zeroMoney, quantityReported: qty('0'), tradeIds: [], reason: null, createdAt: facts.now,
  };
  saved.group.orders.push(like);
  enterAgain(saved, changes, facts, like);
  saved.group.orders = saved.group.orders.filter((order) => order !== like);
  return saved;
});

/** With an adoption the newest group of the same position is opened once more, for an alert that nobody has sent. */
const adoptAndOpen = deciding((changes, locked, tables) => {
  const row = changes.journal.find(({ event }) => (event as GroupEvent).type === 'adopt');
  if (locked.kind !== 'pool' || row === undefined) return changes;
  const { signal } = row.event as Extract<GroupEvent, { type: 'adopt' }>;
  const opened = [...tables.journal.values()].flatMap(([first]) => ((first?.event as GroupEvent).type === 'open' ? [first!.event as Extract<GroupEvent, { type: 'open' }>] : []));
  const known = opened.findLast((each) => each.signal.accountId === signal.accountId && each.signal.symbol === signal.symbol && each.signal.side === signal.side);
  if (known === undefined) return changes;
  const groupId = String((tables.last.group += 1));
  const signalId = `made-up-${groupId}`;
  const event = { ...known, groupId, signal: { ...known.signal, signalId, timeframe: 'again' }, start: { ...known.start, signalId } };
  const facts = row.facts as GroupFacts;
  const { state, commands } = decideGroup(null, event, facts);
  const submits = commands.flatMap((command) => (command.type === 'submit-order' ? [command.clientOrderId] : []));
  return {
    ...changes,
    groups: [...changes.groups, { group: state, version: 1, wake: wakeConditions(state, facts.instrument), orders: state.orders, fills: [] }],
    journal: [...changes.journal.map((each) => (each.aggregate === 'pool' ? { ...each, commands: [...(each.commands as unknown[]), { type: 'open-group', groupId }] } : each)), { aggregate: 'group', aggregateId: groupId, version: 1, at: row.at, event, facts, commands }],
    outbox: [...changes.outbox, ...submits.map((id) => ({ kind: 'submit' as const, accountId: state.accountId, venue: state.venue, groupId, clientOrderId: id, priority: 10 }))],
  };
});

/** Whoever tells an event of the reconciler tells it wrong; what follows is decided as it always is. */
const mistelling = (change: (event: Work['event']) => void) => (store: Store): Store => {
  const told = new WeakSet<object>();
  return {
    ...store,
    transact(work, decide) {
      if (work.key?.startsWith('reconcile:') === true && !told.has(work.event)) change(work.event);
      told.add(work.event);
      return store.transact(work, decide);
    },
  };
};

/** A close sells less than there is, and its group ends over the spare: so it does by itself where the venue would not take that. */
const leaving = (spareOf: (instrument: Instrument) => Dec) =>
  regrouping((saved, { facts: { instrument, now }, before, changes }) => {
    const { group } = saved;
    const close = group.orders.find(({ role, clientOrderId: id }) => role === 'close' && before?.orders.every((order) => order.clientOrderId !== id) === true);
    if (close === undefined) return saved;
    const spare = spareOf(instrument);
    const less = dec(close.quantity).minus(spare);
    if (less.greaterThanOrEqualTo(instrument.quantityMin)) {
      for (const order of new Set([close, ...saved.orders])) if (order.clientOrderId === close.clientOrderId) order.quantity = qty(less);
      return saved;
    }
    if (dec(close.quantity).greaterThan(spare) || !group.orders.every((order) => order === close || isSettled(order))) return saved;
    const others = <Row extends { clientOrderId: string }>(rows: readonly Row[]): Row[] => rows.filter(({ clientOrderId: id }) => id !== close.clientOrderId);
    [group.orders, saved.orders, changes.outbox] = [others(group.orders), others(saved.orders), others(changes.outbox)];
    if (group.closedAt !== null || group.windDown === null) return saved;
    Object.assign(group, { closedAt: now, closeReason: group.windDown.reason, status: 'closed' });
    changes.inbox.push({ key: `group:${group.id}:closed`, aggregate: 'pool', aggregateId: group.userId, event: { type: 'group-closed', groupId: group.id }, dueAt: now });
    return saved;
  });

/** The comparison sees open groups only: what a closed one could not sell is nobody's. Few seeds come to such a rest, so every close leaves one that is as large as it may be. */
const forgetRests = (store: Store, tables: MemoryTables): Store => ({
  ...leaving(({ quantityMin, stepSize }) => dec(quantityMin).minus(stepSize))(store, tables),
  async accountBook(accountId) {
    const book = await store.accountBook(accountId);
    return book === null ? null : { ...book, groups: book.groups.filter(({ group }) => group.closedAt === null) };
  },
  async accountOutline(accountId) {
    const outline = await store.accountOutline(accountId);
    return outline === null ? null : { ...outline, groups: outline.groups.filter(({ open }) => open) };
  },
});

/** Mistakes of the comparison with the venue, and of what follows it. */
export const reconcilePlants = {
  'closed-rests-forgotten': { what: 'a comparison does not know that a closed group still holds what it could not sell', store: forgetRests },
  'rest-left-too-large': { what: 'a group ends over more than the venue would not take', store: leaving(({ quantityMin }) => dec(quantityMin).times(3)) },
  'reduced-beyond-what-is-gone': { what: 'whoever has lost a part has lost all', store: mistelling((event) => void (event.type === 'position-reduced' && Object.assign(event, { quantity: event.held }))) },
  'adopted-twice-as-much': { what: 'more is taken over than is there', store: mistelling((event) => void (event.type === 'adopt-position' && Object.assign(event, { quantity: qty(dec(event.quantity).times(2)) }))) },
  'adoption-enters': { what: 'who takes a position over adds to it', store: adoptAndEnter },
  'adoption-opens-a-group': { what: 'with an adoption a group is opened that nobody has asked for', store: adoptAndOpen },
  'bought-back': { what: 'what somebody has closed by hand is bought again', store: buyBack },
  'cancelled-by-hand-and-sent-again': { what: 'an entry that somebody has cancelled by hand is sent again', store: enterAgainAfterHand },
} as const satisfies Record<string, Plant>;
