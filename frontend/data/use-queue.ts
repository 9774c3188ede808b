import type { Page, QueueEntry } from '#shared/contracts/http';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from './api-client.ts';
import { keys } from './cache.ts';

export function useQueue() {
  return useQuery({ queryKey: keys.queue, queryFn: ({ signal }) => api.get<Page<QueueEntry>>('/queue', signal).then((page) => page.data) });
}

export type QueueAction = 'promote' | 'force' | 'remove';

export function useQueueAction() {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: ({ id, action }: { id: string; action: QueueAction }) => (action === 'remove' ? api.delete(`/queue/${id}`) : api.post(`/queue/${id}/${action}`)),
    onSettled: () => Promise.all([cache.invalidateQueries({ queryKey: keys.queue }), cache.invalidateQueries({ queryKey: keys.status })]),
  });
}
