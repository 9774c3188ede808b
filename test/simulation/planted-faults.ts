import { dec, money, price } from '#shared/engine/num/units';
import { floorTo } from '#shared/engine/num/rounding';
import type { PositionGroup } from '#shared/engine/position/position-group';
import type { ExchangePort } from '#shared/ports/exchange.port';
import type { OutboxClaim, SavedGroup, Store } from '#shared/ports/store.port';
import type { MemoryTables } from '#shared/simulation/memory-tables';
import { deciding, regrouping, type Hearing, type Plant } from './plant.ts';
import { reconcilePlants } from './planted-reconcile-faults.ts';

/** The claim lets an order go and forgets to have written so. */
function forgetSending(store: Store, tables: MemoryTables): Store {
  const forget = (claim: OutboxClaim | undefined): void => {
    const row = claim?.kind === 'send' ? tables.orders.get(claim.row.order.clientOrderId) : undefined;
    if (row === undefined) return;
    row.order.status = 'ready';
    row.sendingAt = null;
  };
  return {
    ...store,
    async transact(work, decide) {
      const saved = await store.transact(work, decide);
      for (const { claim } of saved?.outbox ?? []) forget(claim);
      return saved;
    },
    async claimOutbox(id, leaseMs) {
      const claim = await store.claimOutbox(id, leaseMs);
      forget(claim);
      return claim;
    },
  };
}

/** A key is no key: it is stored again, and whoever has read the event decides it, decided or not. */
const forgetKeys = (store: Store, tables: MemoryTables): Store => ({
  ...store,
  enqueue(row) {
    tables.inboxKeys.delete(row.key);
    return store.enqueue(row);
  },
  async transact(work, decide) {
    const row = work.key === null ? undefined : tables.inbox.get(tables.inboxKeys.get(work.key) ?? '');
    const decidedAt = row?.decidedAt ?? null;
    if (row !== undefined) row.decidedAt = null;
    try {
      return await store.transact(work, decide);
    } finally {
      if (row !== undefined) row.decidedAt ??= decidedAt;
    }
  },
});

/** Who is told twice of a trade counts it twice: neither the order nor the table remembers it. */
const forgetTrades = (store: Store, tables: MemoryTables): Store => ({
  ...store,
  transact: (work, decide) =>
    store.transact(work, (locked) => {
      const changes = decide(locked.kind === 'group' ? { ...locked, group: { ...locked.group, orders: locked.group.orders.map((order) => ({ ...order, tradeIds: [] })) } } : locked);
      for (const { group, fills } of changes?.groups ?? []) for (const { tradeId, clientOrderId } of fills) tables.fills.delete(`${group.accountId} ${group.symbol} ${tradeId} ${clientOrderId}`);
      return changes;
    }),
});

/** A take-profit reckoned from the price the pyramid wanted, not from what its leg has paid. */
function targetFromEntryPrice(saved: SavedGroup, { before, facts: { instrument } }: Hearing): SavedGroup {
  const known = new Set(before?.orders.map(({ clientOrderId }) => clientOrderId));
  for (const order of saved.group.orders) {
    const pyramid = saved.group.pyramids.find(({ index }) => index === order.pyramid);
    const leg = pyramid?.legs.find(({ index }) => index === order.leg);
    if (order.role !== 'take-profit' || known.has(order.clientOrderId) || pyramid === undefined || leg === undefined) continue;
    const share = dec(100).plus(dec(leg.tpPercent).times(saved.group.side === 'long' ? 1 : -1)).dividedBy(100);
    order.price = price(floorTo(dec(pyramid.entryPrice).times(share), instrument.tickSize));
    for (const each of saved.orders) if (each.clientOrderId === order.clientOrderId) each.price = order.price;
  }
  return saved;
}

const withoutFees = (saved: SavedGroup): SavedGroup => {
  for (const { legs } of saved.group.pyramids) for (const leg of legs) for (const traded of [leg.entered, leg.exited]) traded.fees = money('0');
  return saved;
};

const hasSold = ({ orders }: PositionGroup): boolean => orders.some(({ role, quantityFilled }) => role !== 'entry' && quantityFilled !== '0');

/** A pool that takes a group which has sold a part for one that is gone, except where an alert is about its symbol: that would be a second mistake. */
const releaseEarly = (store: Store, tables: MemoryTables): Store => ({
  ...store,
  transact: (work, decide) =>
    store.transact(work, (locked) => {
      if (locked.kind !== 'pool') return decide(locked);
      const about = new Set([...('signal' in work.event ? [work.event.signal.symbol] : []), ...locked.pool.waiting.map(({ signal }) => signal.symbol)]);
      const whole = locked.pool.open.filter(({ groupId, symbol }) => about.has(symbol) || !hasSold(JSON.parse(tables.groups.get(groupId)?.state ?? '{"orders":[]}') as PositionGroup));
      return decide({ ...locked, pool: { ...locked.pool, open: whole } });
    }),
});

/** Halts are looked at when a decision is made, and not again when its order leaves. */
function forgetHalts(store: Store, tables: MemoryTables): Store {
  const unhalted = async <Answer>(work: () => Promise<Answer>): Promise<Answer> => {
    const standing = [...tables.halts];
    tables.halts.clear();
    // What is kept in memory answers before anybody else has a turn.
    const answer = work();
    for (const [key, halt] of standing) tables.halts.set(key, halt);
    return answer;
  };
  return { ...store, claimOutbox: (id, leaseMs) => unhalted(() => store.claimOutbox(id, leaseMs)) };
}

/** Whoever cancels cancels all of the symbol, whoever has placed it. */
const cancelAll = (exchange: ExchangePort): ExchangePort => ({
  ...exchange,
  async cancel(ref) {
    for (const { clientOrderId, venueOrderId, symbol } of await exchange.openOrders([ref.symbol])) if (clientOrderId !== ref.clientOrderId) await exchange.cancel({ clientOrderId, venueOrderId, symbol });
    return exchange.cancel(ref);
  },
});

/** Mistakes that the simulation must find. None of them is in our code; each is made in what a worker reaches. */
export const plants = {
  'skip-sending-commit': { what: 'an order leaves before it was recorded as sending', store: forgetSending },
  'timeout-is-refused': {
    what: 'a submit without an answer counts as refused',
    exchange: (exchange) => ({
      ...exchange,
      submit: async (request) => {
        const outcome = await exchange.submit(request);
        return outcome.kind === 'unknown' ? { kind: 'refused', refused: 'other', code: 'timeout', message: outcome.message } : outcome;
      },
    }),
  },
  'inbox-not-unique': { what: 'an event that came twice is stored and decided twice', store: forgetKeys },
  'target-from-entry-price': { what: 'take-profits are reckoned from the entry price, not from the fill', store: regrouping(targetFromEntryPrice) },
  'slot-released-on-partial-close': { what: 'a group that has sold a part frees its slot', store: releaseEarly },
  'trade-counted-twice': { what: 'a trade that is told twice is counted twice', store: forgetTrades },
  'cancel-taken-for-granted': {
    what: 'an order counts as cancelled though the venue was not asked, so a close goes out beside it',
    exchange: (exchange) => ({
      ...exchange,
      cancel: async ({ clientOrderId, venueOrderId }) => ({ kind: 'accepted', report: { clientOrderId, venueOrderId: venueOrderId ?? '', status: 'cancelled', quantityFilled: '0' as never, reason: null, at: Date.now() } }),
    }),
  },
  'halt-not-read-at-the-claim': { what: 'a halt that is set after the decision does not hold its entries back', store: forgetHalts },
  'all-orders-cancelled': { what: 'a cancel takes every order of the symbol, those of others too', exchange: cancelAll },
  'fees-forgotten': { what: 'fees are not counted', store: regrouping(withoutFees) },
  ...reconcilePlants,
  'journal-skipped': { what: 'a decision leaves no row in the journal', store: deciding((changes) => ({ ...changes, journal: changes.journal.filter(({ aggregate }) => aggregate !== 'group') })) },
} as const satisfies Record<string, Plant>;

export type PlantName = keyof typeof plants;
export const plantNames = Object.keys(plants) as PlantName[];
