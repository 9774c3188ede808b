import type { CandleView, Page, Position, PositionDetail, Requested } from '#shared/contracts/http';
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, queryString } from './api-client.ts';
import { keys } from './cache.ts';

const pageSize = 500;
const statusesOpen = 'waiting,live,partially_filled,active,closing';
const openMost = 2000;

/** Every page of a list up to `most` rows. */
export async function everyPage<Row>(path: string, query: Record<string, string | undefined>, most: number, signal?: AbortSignal): Promise<Row[]> {
  const rows: Row[] = [];
  let cursor: string | null = null;
  do {
    const page: Page<Row> = await api.get<Page<Row>>(path + queryString({ ...query, limit: pageSize, cursor }), signal);
    rows.push(...page.data);
    cursor = page.nextCursor;
  } while (cursor !== null && rows.length < most);
  return rows;
}

/** All groups that are not closed, newest first. */
export function usePositionsOpen() {
  return useQuery({
    queryKey: keys.positionsOpen,
    queryFn: ({ signal }) => everyPage<Position>('/positions', { status: statusesOpen }, openMost, signal),
  });
}

export function usePositionsClosed(enabled: boolean) {
  return useInfiniteQuery({
    queryKey: keys.positionsClosed,
    enabled,
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) => api.get<Page<Position>>('/positions' + queryString({ status: 'closed', limit: pageSize, cursor: pageParam }), signal),
    getNextPageParam: (page) => page.nextCursor,
  });
}

export function usePosition(id: string) {
  return useQuery({ queryKey: keys.position(id), queryFn: ({ signal }) => api.get<PositionDetail>(`/positions/${encodeURIComponent(id)}`, signal) });
}

/** The last candles of a symbol, oldest first. */
export function useCandles(of: { accountId: string; symbol: string; timeframe: string } | undefined) {
  return useQuery({
    queryKey: keys.candles(of?.accountId ?? '', of?.symbol ?? '', of?.timeframe ?? ''),
    enabled: of !== undefined,
    refetchInterval: 20_000,
    queryFn: ({ signal }) => api.get<Page<CandleView>>('/candles' + queryString({ accountId: of?.accountId, symbol: of?.symbol, timeframe: of?.timeframe, limit: 500 }), signal).then((page) => page.data),
  });
}

export function useClosePosition() {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => api.post<Requested>(`/positions/${encodeURIComponent(id)}/close`),
    onSettled: (_answer, _error, id) => Promise.all([cache.invalidateQueries({ queryKey: keys.position(id) }), cache.invalidateQueries({ queryKey: ['positions'] })]),
  });
}
