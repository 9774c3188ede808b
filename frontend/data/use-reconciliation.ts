import type { DifferenceDecision, Page, ReconcileAccount, ReconcileDifference, ReconcileRun } from '#shared/contracts/http';
import { useInfiniteQuery, useMutation, useQuery, useQueryClient, type QueryClient } from '@tanstack/react-query';
import { api, queryString } from './api-client.ts';
import { keys } from './cache.ts';

/** How each account stands against its venue. */
export function useReconcileAccounts() {
  return useQuery({ queryKey: keys.reconcile, queryFn: ({ signal }) => api.get<{ data: ReconcileAccount[] }>('/reconciliation', signal).then(({ data }) => data), refetchInterval: 10_000 });
}

/** Differences, newest first; `open` those that wait for a person or are being mended. */
export function useDifferences(which: 'open' | 'past') {
  const state = which === 'open' ? 'asks,acting' : 'done,adopted,closed,ignored,gone';
  return useInfiniteQuery({
    queryKey: keys.differences(which),
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) => api.get<Page<ReconcileDifference>>('/reconciliation/differences' + queryString({ limit: 50, state, cursor: pageParam }), signal),
    getNextPageParam: (page) => page.nextCursor,
  });
}

/** Reports, newest first. */
export function useReconcileRuns() {
  return useInfiniteQuery({
    queryKey: keys.reconcileRuns,
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) => api.get<Page<ReconcileRun>>('/reconciliation/runs' + queryString({ limit: 20, cursor: pageParam }), signal),
    getNextPageParam: (page) => page.nextCursor,
  });
}

const askAgain = (cache: QueryClient): Promise<unknown> => cache.invalidateQueries({ queryKey: keys.reconcile });

/** Compares one account, or all with null, with its venue now. */
export function useReconcileNow() {
  const cache = useQueryClient();
  return useMutation({ mutationFn: (accountId: string | null) => api.post<{ accountIds: string[] }>('/reconciliation/run', accountId === null ? {} : { accountId }), onSettled: () => askAgain(cache) });
}

/** A person's word on a position that nobody here has opened. */
export function useDecideDifference() {
  const cache = useQueryClient();
  return useMutation({ mutationFn: ({ id, decision }: { id: string; decision: DifferenceDecision }) => api.post<ReconcileDifference>(`/reconciliation/differences/${encodeURIComponent(id)}/decide`, { decision }), onSettled: () => askAgain(cache) });
}
