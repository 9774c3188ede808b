import type { Account, AccountMode, AccountTest, MarketName, Page } from '#shared/contracts/http';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from './api-client.ts';
import { keys } from './cache.ts';

export interface AccountInput {
  name: string;
  venue: string;
  market: MarketName;
  mode: AccountMode;
  apiKey?: string;
  secret?: string;
  passphrase?: string;
}

export function useAccounts() {
  return useQuery({ queryKey: keys.accounts, queryFn: ({ signal }) => api.get<Page<Account>>('/accounts', signal).then((page) => page.data) });
}

function useAccountChange<Input, Answer>(mutationFn: (input: Input) => Promise<Answer>) {
  const cache = useQueryClient();
  return useMutation({ mutationFn, gcTime: 0, onSuccess: () => cache.invalidateQueries({ queryKey: keys.accounts }) });
}

export const useCreateAccount = () => useAccountChange((input: AccountInput) => api.post<Account>('/accounts', input));
export const useEditAccount = () => useAccountChange(({ id, change }: { id: string; change: Partial<AccountInput> & { enabled?: boolean } }) => api.patch<Account>(`/accounts/${id}`, change));
export const useDeleteAccount = () => useAccountChange((id: string) => api.delete(`/accounts/${id}`));
export const useTestAccount = () => useAccountChange((id: string) => api.post<AccountTest>(`/accounts/${id}/test`));
export const useEnableLive = () => useAccountChange(({ id, name }: { id: string; name: string }) => api.post<Account>(`/accounts/${id}/enable-live`, { confirm: name }));
