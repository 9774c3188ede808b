import type { Page, Position, PositionDetail, QueueEntry, SignalChain, SignalSummary, Status } from '#shared/contracts/http';
import type { LiveEvent, LiveMessage, PriceUpdate } from '#shared/contracts/socket';
import type { InfiniteData, QueryClient } from '@tanstack/react-query';
import { keys } from './cache.ts';
import { priceKey, revalue, revalueAll, revalueQueue } from './revalue.ts';

export interface LiveEntry {
  event: LiveEvent;
  message: LiveMessage<unknown>;
}

/** A row that a message brings whole, or null where it only names what changed and REST must be asked. */
function merged<Row extends object>(known: Row | undefined, change: Partial<Row>, needs: readonly (keyof Row)[]): Row | null {
  const next = { ...known, ...change };
  return needs.every((field) => next[field] !== undefined) ? (next as Row) : null;
}

const positionNeeds: (keyof Position)[] = ['id', 'symbol', 'side', 'status', 'quantity', 'openedAt', 'pnlRealised', 'legsTotal', 'accountName'];

function takePositions(cache: QueryClient, changes: Map<string, Partial<Position>>): void {
  const list = cache.getQueryData<Position[]>(keys.positionsOpen);
  if (list !== undefined) {
    const rest = new Map(changes);
    let incomplete = false;
    const next = list.flatMap((row) => {
      const change = rest.get(row.id);
      rest.delete(row.id);
      const after = change === undefined ? row : { ...row, ...change };
      return after.status === 'closed' ? [] : [after];
    });
    const fresh = [...rest.values()].flatMap((change) => {
      const row = merged<Position>(undefined, change, positionNeeds);
      if (row === null) incomplete = true;
      return row === null || row.status === 'closed' ? [] : [row];
    });
    cache.setQueryData(keys.positionsOpen, [...fresh, ...next]);
    if (incomplete) void cache.invalidateQueries({ queryKey: keys.positionsOpen });
  }
  for (const [id, change] of changes) {
    if (change.status === 'closed') void cache.invalidateQueries({ queryKey: keys.positionsClosed });
    cache.setQueryData<PositionDetail>(keys.position(id), (known) => known && { ...known, ...change });
    void cache.invalidateQueries({ queryKey: keys.position(id) });
  }
}

function takePrices(cache: QueryClient, prices: Map<string, PriceUpdate['prices'][number]>): void {
  cache.setQueryData<Position[]>(keys.positionsOpen, (list) => list && revalueAll(list, prices));
  cache.setQueryData<QueueEntry[]>(keys.queue, (rows) => rows && revalueQueue(rows, prices));
  for (const [queryKey, detail] of cache.getQueriesData<PositionDetail>({ queryKey: ['position'] })) {
    const price = detail && prices.get(priceKey(detail));
    if (detail !== undefined && price !== undefined) cache.setQueryData(queryKey, revalue(detail, price.price));
  }
}

function takeSignals(cache: QueryClient, changes: Map<string, Partial<SignalSummary>>): void {
  for (const [queryKey, pages] of cache.getQueriesData<InfiniteData<Page<SignalSummary>>>({ queryKey: ['signals'] })) {
    if (pages?.pages === undefined) continue;
    const known = new Set(pages.pages.flatMap((page) => page.data.map((row) => row.id)));
    const next = pages.pages.map((page) => ({ ...page, data: page.data.map((row) => ({ ...row, ...changes.get(row.id) })) }));
    cache.setQueryData(queryKey, { ...pages, pages: next });
    if ([...changes.keys()].some((id) => !known.has(id))) void cache.invalidateQueries({ queryKey });
  }
  for (const id of changes.keys()) {
    if (cache.getQueryData<SignalChain>(keys.signal(id)) !== undefined) void cache.invalidateQueries({ queryKey: keys.signal(id) });
  }
}

/** A signal's chain goes on after its decision, up to the first fill: what its group does concerns it, and any group may be one it does not know yet. */
function takeFills(cache: QueryClient, groups: ReadonlySet<string>): void {
  if (groups.size === 0) return;
  for (const [queryKey, signal] of cache.getQueriesData<SignalChain>({ queryKey: ['signal'] })) {
    if (signal !== undefined && (signal.groupId === null || groups.has(signal.groupId))) void cache.invalidateQueries({ queryKey });
  }
}

/** Brings a batch of live messages into the cache: the last word of each thing, one write per list. */
export function applyLive(cache: QueryClient, batch: readonly LiveEntry[]): void {
  const positions = new Map<string, Partial<Position>>();
  const signals = new Map<string, Partial<SignalSummary>>();
  const prices = new Map<string, PriceUpdate['prices'][number]>();
  const groups = new Set<string>();
  const nouns = new Set<string>();
  for (const { event, message } of batch) {
    const { id, data } = message as LiveMessage<Record<string, unknown>>;
    if (event === 'position') positions.set(id, { ...positions.get(id), ...data, id });
    else if (event === 'signal') signals.set(id, { ...signals.get(id), ...data, id });
    else if (event === 'price') for (const price of (data as unknown as PriceUpdate).prices) prices.set(priceKey(price), price);
    else if (event === 'order') groups.add(typeof data['groupId'] === 'string' ? data['groupId'] : '');
    else if (event === 'status' && !('engine' in data)) nouns.add('status');
    else if (event === 'status') cache.setQueryData<Status>(keys.status, (known) => known && { ...known, ...data });
    else nouns.add(event === 'log' ? 'logs' : event);
  }
  if (positions.size > 0) takePositions(cache, positions);
  if (signals.size > 0) takeSignals(cache, signals);
  if (prices.size > 0) takePrices(cache, prices);
  takeFills(cache, new Set([...groups, ...positions.keys()]));
  for (const group of groups) if (group !== '' && !positions.has(group)) void cache.invalidateQueries({ queryKey: keys.position(group) });
  for (const noun of nouns) void cache.invalidateQueries({ queryKey: [noun] });
  if (nouns.has('queue') || positions.size > 0) void cache.invalidateQueries({ queryKey: keys.status });
}
