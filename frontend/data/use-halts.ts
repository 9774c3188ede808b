import type { HaltView, KillAnswer } from '#shared/contracts/http';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api } from './api-client.ts';
import { keys } from './cache.ts';

/** Stops new positions of everything. */
export function usePause() {
  const cache = useQueryClient();
  return useMutation({ mutationFn: () => api.post('/status/pause', {}), onSettled: () => cache.invalidateQueries({ queryKey: keys.status }) });
}

/** Ends one halt, or without one every halt of everything. */
export function useRearm() {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: ({ halt, reason }: { halt?: HaltView; reason?: string }) =>
      api.post('/status/resume', { ...(halt === undefined ? {} : { kind: halt.kind }), ...(halt?.scope === 'account' ? { accountId: halt.scopeId } : {}), ...(reason === undefined ? {} : { reason }) }),
    onSettled: () => cache.invalidateQueries(),
  });
}

/** What the kill switch is asked to do. */
export interface KillOrder {
  /** Absent for everything. */
  accountId?: string;
  closePositions: boolean;
  confirm: string;
}

/** Halts, cancels every entry, and closes positions where asked. */
export function useKillSwitch() {
  const cache = useQueryClient();
  return useMutation({ mutationFn: (order: KillOrder) => api.post<KillAnswer>('/status/kill', order), onSettled: () => cache.invalidateQueries() });
}
