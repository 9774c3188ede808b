import type { Page, PrecisionSync } from '#shared/contracts/http';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from './api-client.ts';
import { keys } from './cache.ts';

const sync = [...keys.precision, 'sync'] as const;
const betweenLooksMs = 2000;

/** How the last fetch of the instrument rules went, per venue and market; looked at more often while a fetch is awaited. */
export function usePrecisionSync(awaited: boolean) {
  return useQuery({ queryKey: sync, queryFn: ({ signal }) => api.get<Page<PrecisionSync>>('/precision/sync', signal).then((page) => page.data), refetchInterval: awaited ? betweenLooksMs : 60_000 });
}

export function useRefreshPrecision() {
  const cache = useQueryClient();
  return useMutation({ mutationFn: () => api.post('/precision/refresh'), onSettled: () => cache.invalidateQueries({ queryKey: sync }) });
}
