import type { Status } from '#shared/contracts/http';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from './api-client.ts';
import { keys } from './cache.ts';

/** What the engine says of itself. Asked for every few seconds besides the live updates, because everything else is judged by it. */
export function useStatus() {
  return useQuery({ queryKey: keys.status, queryFn: ({ signal }) => api.get<Status>('/status', signal), refetchInterval: 5000 });
}

/** Takes a severe alert off the strip for everybody of this installation. */
export function useAcknowledge() {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => api.post(`/alerts/${encodeURIComponent(id)}/acknowledge`),
    onSettled: () => cache.invalidateQueries({ queryKey: keys.status }),
  });
}
