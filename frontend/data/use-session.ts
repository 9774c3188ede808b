import type { SessionAnswer } from '#shared/contracts/http';
import { useMutation, useQuery, useQueryClient, type QueryClient } from '@tanstack/react-query';
import { api, ApiProblem, onSignedOut, setCsrfToken } from './api-client.ts';
import { keys } from './cache.ts';

function remember(cache: QueryClient, session: SessionAnswer | null): void {
  setCsrfToken(session?.csrfToken ?? null);
  cache.setQueryData(keys.session, session);
}

/** Ties the cache to the session: a 401 anywhere leads to the sign-in page. */
export function watchSession(cache: QueryClient): void {
  onSignedOut(() => remember(cache, null));
}

/** Who is signed in; null when nobody is. */
export function useSession() {
  return useQuery({
    queryKey: keys.session,
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async (): Promise<SessionAnswer | null> => {
      try {
        const session = await api.get<SessionAnswer>('/auth/session');
        setCsrfToken(session.csrfToken);
        return session;
      } catch (error) {
        if (error instanceof ApiProblem && error.status === 401) return null;
        throw error;
      }
    },
  });
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

export function useSignOut() {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: () => api.post('/auth/logout'),
    onSettled: () => {
      // Nothing of one user may be on the page when the next one signs in.
      cache.clear();
      remember(cache, null);
    },
  });
}
