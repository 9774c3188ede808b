import type { ConfigAnswer, ConfigApplied, ConfigDiff, ConfigImpact, ConfigMirror, ConfigVersion, ConfigVersionSummary, Page } from '#shared/contracts/http';
import { useInfiniteQuery, useMutation, useQuery, useQueryClient, type QueryClient } from '@tanstack/react-query';
import { api, queryString } from './api-client.ts';
import { keys } from './cache.ts';

export type Settings = Record<string, unknown>;
/** With what a fresh install has, and the bounds of every value as a JSON Schema. */
export interface Config extends ConfigVersion<Settings> {
  mirror: ConfigMirror;
  defaults: Settings;
  schema: { properties?: Record<string, object> };
}
export type Answer = ConfigAnswer<Settings>;
export type Applied = ConfigApplied<Settings>;

const readConfig = (signal?: AbortSignal): Promise<Config> => api.get<Config>('/config', signal);

export function useConfig() {
  return useQuery({ queryKey: keys.config, queryFn: ({ signal }) => readConfig(signal) });
}

/** What the server answered to a change is the newest there is; what hangs on it (impact, versions) is asked for again. */
function remember(cache: QueryClient, { warnings: _, ...answer }: Answer): void {
  cache.setQueryData<Config>(keys.config, (known) => known && { ...known, ...answer });
  void cache.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] === keys.config[0] && queryKey.length > 1 });
}

function useConfigChange<Input, Given extends Answer>(mutationFn: (input: Input) => Promise<Given>) {
  const cache = useQueryClient();
  return useMutation({ mutationFn, onSuccess: (answer) => remember(cache, answer) });
}

/** Refused with `draft_changed` where the draft is no longer the revision that was edited. */
export const putDraft = (draft: Settings, revision: number): Promise<Answer> => api.put<Answer>(`/config${queryString({ revision })}`, draft);
export const useSaveDraft = () => useConfigChange(({ draft, revision }: { draft: Settings; revision: number }) => putDraft(draft, revision));
export const useApplyConfig = () => useConfigChange((wish: { replan: boolean; note: string; revision: number }) => api.post<Applied>('/config/apply', wish));
export const useResetConfig = () => useConfigChange((_: void) => api.post<Answer>('/config/reset'));
export const useImportConfig = () => useConfigChange((file: unknown) => api.post<Answer>('/config/import', file));
export const useImportMirror = () => useConfigChange((_: void) => api.post<Answer>('/config/import-mirror'));
export const useRollback = () => useConfigChange(({ version, ...wish }: { version: number; apply: boolean; replan: boolean; note: string }) => api.post<Applied>(`/config/rollback/${version}`, wish));
export const exportConfig = (): Promise<void> => api.download('/config/export', `tranche-settings-${new Date().toISOString().slice(0, 10)}.json`);

/** Asks anew, whatever the page knows. */
export function useReloadConfig(): () => Promise<Config> {
  const cache = useQueryClient();
  return () => cache.fetchQuery({ queryKey: keys.config, queryFn: () => readConfig(), staleTime: 0 });
}

/** What applying the draft would touch, asked for each time it is looked at. */
export function useConfigImpact(wanted: boolean) {
  return useQuery({ queryKey: [...keys.config, 'impact'], enabled: wanted, staleTime: 0, gcTime: 0, queryFn: ({ signal }) => api.get<ConfigImpact>('/config/impact', signal) });
}

export function useConfigVersions() {
  return useInfiniteQuery({
    queryKey: [...keys.config, 'versions'],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) => api.get<Page<ConfigVersionSummary>>(`/config/versions${queryString({ limit: 30, cursor: pageParam })}`, signal),
    getNextPageParam: (page) => page.nextCursor,
  });
}

/** What changed from one version to another; `draft` and `active` are versions too. */
export function useConfigDiff(from: ConfigDiff['from'], to: ConfigDiff['to'], wanted = true) {
  return useQuery({ queryKey: [...keys.config, 'diff', from, to], enabled: wanted, queryFn: ({ signal }) => api.get<ConfigDiff>(`/config/versions/${from}/diff/${to}`, signal) });
}
