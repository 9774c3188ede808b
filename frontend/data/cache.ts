import { QueryClient } from '@tanstack/react-query';
import { ApiProblem } from './api-client.ts';

/** The names of everything the page remembers of the server. The first word is the noun, so that a noun can be refreshed whole. */
export const keys = {
  session: ['session'] as const,
  setup: (token: string) => ['setup', token] as const,
  status: ['status'] as const,
  positionsOpen: ['positions', 'open'] as const,
  positionsClosed: ['positions', 'closed'] as const,
  position: (id: string) => ['position', id] as const,
  candles: (accountId: string, symbol: string, timeframe: string) => ['candles', accountId, symbol, timeframe] as const,
  precision: ['precision'] as const,
  signals: (filter: object) => ['signals', filter] as const,
  signal: (id: string) => ['signal', id] as const,
  queue: ['queue'] as const,
  risk: ['risk'] as const,
  riskActions: ['risk', 'actions'] as const,
  riskCycles: ['risk', 'cycles'] as const,
  logs: (filter: object) => ['logs', filter] as const,
  reconcile: ['reconcile'] as const,
  differences: (which: string) => ['reconcile', 'differences', which] as const,
  reconcileRuns: ['reconcile', 'runs'] as const,
  endpoints: ['endpoints'] as const,
  accounts: ['accounts'] as const,
  config: ['config'] as const,
};

/** The cache of the page. Live updates keep it fresh; what they miss is asked for again on reconnect and on focus. */
export function createCache(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 15_000,
        gcTime: 10 * 60_000,
        retry: (failures, error) => failures < 2 && (!(error instanceof ApiProblem) || error.code === 'network' || error.status >= 500),
        networkMode: 'always',
      },
      mutations: { retry: false, networkMode: 'always' },
    },
  });
}
