import type { ConfigVersion } from '#shared/contracts/http';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from './api-client.ts';
import { keys } from './cache.ts';

export type Settings = Record<string, unknown>;
/** With what a fresh install has, and the bounds of every value as a JSON Schema. */
export interface Config extends ConfigVersion<Settings> {
  defaults: Settings;
  schema: { properties?: Record<string, object> };
}

export function useConfig() {
  return useQuery({ queryKey: keys.config, queryFn: ({ signal }) => api.get<Config>('/config', signal) });
}

function useConfigChange<Input>(mutationFn: (input: Input) => Promise<unknown>) {
  const cache = useQueryClient();
  return useMutation({ mutationFn, onSuccess: () => cache.invalidateQueries({ queryKey: keys.config }) });
}

export const useSaveDraft = () => useConfigChange((draft: Settings) => api.put('/config', draft));
export const useApplyConfig = () => useConfigChange((_: void) => api.post('/config/apply'));
export const useResetConfig = () => useConfigChange((_: void) => api.post('/config/reset'));
export const useImportConfig = () => useConfigChange((file: unknown) => api.post('/config/import', file));
export const exportConfig = (): Promise<void> => api.download('/config/export', `tranche-settings-${new Date().toISOString().slice(0, 10)}.json`);
