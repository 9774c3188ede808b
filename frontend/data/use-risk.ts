import type { Page, RiskAction, RiskCycleEntry, RiskFlagAnswer, RiskRunAnswer, RiskView } from '#shared/contracts/http';
import { useInfiniteQuery, useMutation, useQuery, useQueryClient, type QueryClient } from '@tanstack/react-query';
import { api, queryString } from './api-client.ts';
import { keys } from './cache.ts';

/** Who loses, who could pay, and the plan. Asked again every few seconds besides the live hints, because losses move with every price. */
export function useRisk() {
  return useQuery({ queryKey: keys.risk, queryFn: ({ signal }) => api.get<RiskView>('/risk', signal), refetchInterval: 3000 });
}

/** Offsets, newest first. */
export function useRiskActions() {
  return useInfiniteQuery({
    queryKey: keys.riskActions,
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) => api.get<Page<RiskAction>>('/risk/actions' + queryString({ limit: 20, cursor: pageParam }), signal),
    getNextPageParam: (page) => page.nextCursor,
  });
}

/** What checks have found, newest first. */
export function useRiskCycles() {
  return useInfiniteQuery({
    queryKey: keys.riskCycles,
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) => api.get<Page<RiskCycleEntry>>('/risk/cycles' + queryString({ limit: 10, cursor: pageParam }), signal),
    getNextPageParam: (page) => page.nextCursor,
  });
}

const askAgain = (cache: QueryClient): Promise<unknown> => Promise.all([cache.invalidateQueries({ queryKey: keys.risk }), cache.invalidateQueries({ queryKey: keys.positionsOpen })]);

/** Runs a cycle now, or the immediate one for a single group. */
export function useRiskRun() {
  const cache = useQueryClient();
  return useMutation({ mutationFn: (groupId: string | null) => api.post<RiskRunAnswer>('/risk/run', groupId === null ? {} : { groupId }), onSettled: () => askAgain(cache) });
}

export type RiskFlag = 'skip-once' | 'block' | 'unblock';

export function useRiskFlag() {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: ({ groupId, flag }: { groupId: string; flag: RiskFlag }) => api.post<RiskFlagAnswer>(`/risk/groups/${encodeURIComponent(groupId)}/${flag}`),
    onSettled: () => askAgain(cache),
  });
}

/** A person's answer to a plan that waits for approval. */
export function useRiskApproval() {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: ({ actionId, answer }: { actionId: string; answer: 'approve' | 'reject' }) => api.post<Pick<RiskRunAnswer, 'status' | 'requestId' | 'action'>>(`/risk/actions/${encodeURIComponent(actionId)}/${answer}`),
    onSettled: () => askAgain(cache),
  });
}
