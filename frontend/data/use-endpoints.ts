import type { AcceptedAlert, DuplicateAlert, EndpointMode, Page, Problem, WebhookEndpoint, WebhookEndpointCreated } from '#shared/contracts/http';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from './api-client.ts';
import { keys } from './cache.ts';

const path = '/webhook-endpoints';

export function useEndpoints() {
  return useQuery({ queryKey: keys.endpoints, queryFn: ({ signal }) => api.get<Page<WebhookEndpoint>>(path, signal).then((page) => page.data) });
}

function useEndpointChange<Input, Answer>(mutationFn: (input: Input) => Promise<Answer>) {
  const cache = useQueryClient();
  // The answers of create and rotate carry the secret: gcTime 0 drops it from the mutation cache as soon as the dialog is gone.
  return useMutation({ mutationFn, gcTime: 0, onSuccess: () => cache.invalidateQueries({ queryKey: keys.endpoints }) });
}

export const useCreateEndpoint = () =>
  useEndpointChange((input: { name: string; accountId: string; executionMode: EndpointMode }) => api.post<WebhookEndpointCreated>(path, input));
export const useRotateEndpoint = () => useEndpointChange((id: string) => api.post<WebhookEndpointCreated>(`${path}/${id}/rotate`));
export const useDeleteEndpoint = () => useEndpointChange((id: string) => api.delete(`${path}/${id}`));

export interface TestAlert {
  symbol?: string;
  side?: 'long' | 'short';
}

/** What the webhook answered: its status code and body. */
export interface TestAlertAnswer {
  answer: number;
  body: Partial<Omit<AcceptedAlert, 'status'> & Omit<DuplicateAlert, 'status'> & Problem>;
}

/** Sends an alert of our own making on the endpoint's whole way; it trades like any other. */
export const useTestAlert = () => useMutation({ mutationFn: ({ id, alert }: { id: string; alert: TestAlert }) => api.post<TestAlertAnswer>(`${path}/${id}/test-alert`, alert) });
