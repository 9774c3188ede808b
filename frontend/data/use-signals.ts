import type { Delivery, Page, SignalChain, SignalSummary } from '#shared/contracts/http';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { api, queryString } from './api-client.ts';
import { keys } from './cache.ts';

export interface SignalFilter {
  status?: string | undefined;
  symbol?: string | undefined;
}

/** Signals, newest first, page by page. */
export function useSignals(filter: SignalFilter, limit = 100) {
  return useInfiniteQuery({
    queryKey: keys.signals({ ...filter, limit }),
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) => api.get<Page<SignalSummary>>('/signals' + queryString({ ...filter, limit, cursor: pageParam }), signal),
    getNextPageParam: (page) => page.nextCursor,
  });
}

/** One signal with the whole chain from delivery to fill; asked again while it is under way. */
export function useSignal(id: string) {
  return useQuery({
    queryKey: keys.signal(id),
    queryFn: ({ signal }) => api.get<SignalChain>(`/signals/${encodeURIComponent(id)}`, signal),
    refetchInterval: (query) => (query.state.data?.status === 'pending' || query.state.data?.status === 'waiting' ? 1000 : false),
  });
}

/** Deliveries that did not become a signal, newest first. */
export function useRefusedDeliveries() {
  return useQuery({
    queryKey: ['signals', 'refused deliveries'] as const,
    queryFn: ({ signal }) => api.get<Page<Delivery>>('/deliveries' + queryString({ refused: 'true', limit: 100 }), signal).then((page) => page.data),
  });
}
