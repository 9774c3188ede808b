import type { Page, QueueAnswer, QueueEntry } from '#shared/contracts/http';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from './api-client.ts';
import { keys } from './cache.ts';

/** Who waits, in order. Prices come live; the order they make is asked for again, because the rules that make it are the engine's. */
export function useQueue() {
  return useQuery({ queryKey: keys.queue, queryFn: ({ signal }) => api.get<Page<QueueEntry>>('/queue', signal).then((page) => page.data), refetchInterval: 5000 });
}

export type QueueAction = 'promote' | 'force' | 'remove';

export function useQueueAction() {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: ({ id, action }: { id: string; action: QueueAction }) => (action === 'remove' ? api.delete<QueueAnswer>(`/queue/${id}`) : api.post<QueueAnswer>(`/queue/${id}/${action}`)),
    onSettled: () => Promise.all([cache.invalidateQueries({ queryKey: keys.queue }), cache.invalidateQueries({ queryKey: keys.status })]),
  });
}
