import type { LogEntry, Page } from '#shared/contracts/http';
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { api, queryString } from './api-client.ts';
import { keys } from './cache.ts';

export interface LogFilter {
  /** Comma list. */
  severity?: string | undefined;
  /** Comma list. */
  category?: string | undefined;
  text?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
}

/** Log entries, newest first, page by page. While `follow` is off what is shown stays as it is. */
export function useLogs(filter: LogFilter, follow = true, limit = 200) {
  const shown = useQueryClient().getQueryState(keys.logs({ ...filter, limit }))?.data !== undefined;
  return useInfiniteQuery({
    enabled: follow || !shown,
    queryKey: keys.logs({ ...filter, limit }),
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) => api.get<Page<LogEntry>>('/logs' + queryString({ ...filter, limit, cursor: pageParam }), signal),
    getNextPageParam: (page) => page.nextCursor,
  });
}

/** Downloads exactly what the filter shows. */
export function exportLogs(filter: LogFilter, format: 'txt' | 'csv' | 'json'): Promise<void> {
  const day = new Date().toISOString().slice(0, 10);
  return api.download('/logs/export' + queryString({ ...filter, format }), `tranche-logs-${day}.${format}`);
}
