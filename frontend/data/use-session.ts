import type { SessionAnswer } from '#shared/contracts/http';
import { queryOptions, useMutation, useQuery, useQueryClient, type QueryClient } from '@tanstack/react-query';
import { api, onSignedOut, setCsrfToken } from './api-client.ts';
import { keys } from './cache.ts';

function remember(cache: QueryClient, session: SessionAnswer | null): void {
  setCsrfToken(session?.csrfToken ?? null);
  // After a session that ran out another user may be the next.
  if (session !== null) cache.removeQueries({ predicate: (query) => query.queryKey[0] !== keys.session[0] });
  cache.setQueryData(keys.session, session);
}

/** Ties the cache to the session: a 401 anywhere leads to the sign-in page. */
export function watchSession(cache: QueryClient): void {
  onSignedOut(() => remember(cache, null));
}

const sessionQuery = queryOptions({
  queryKey: keys.session,
  staleTime: Number.POSITIVE_INFINITY,
  queryFn: async ({ signal }): Promise<SessionAnswer | null> => {
    const { session } = await api.get<{ session: SessionAnswer | null }>('/auth/state', signal);
    setCsrfToken(session?.csrfToken ?? null);
    return session;
  },
});

/** Asks for the session while the page is still being built. */
export function askForSession(cache: QueryClient): void {
  void cache.prefetchQuery(sessionQuery);
}

/** Who is signed in; null when nobody is. */
export function useSession() {
  return useQuery(sessionQuery);
}

export interface Credentials {
  email: string;
  password: string;
}

export function useSignIn() {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: (credentials: Credentials) => api.post<SessionAnswer>('/auth/login', credentials),
    onSuccess: (session) => remember(cache, session),
  });
}

/** Creates the first administrator with the one-time token of the set-up link, and signs them in. */
export function useSetUp() {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: (input: Credentials & { token: string }) => api.post<SessionAnswer>('/auth/setup', input),
    onSuccess: (session) => remember(cache, session),
  });
}

/** Ends the session and leaves by a full load, so that nothing of this user stays in the page's memory. */
export function useSignOut() {
  return useMutation({
    mutationFn: () => api.post('/auth/logout'),
    onSettled: () => window.location.assign('/sign-in'),
  });
}
