/** The one way from the web app to the HTTP interface: JSON in and out, refusals as `ApiProblem`. */

export interface FieldError {
  path: string;
  message: string;
}

/** A refusal of the server (RFC 9457), or the network's (`code` is then `network`). */
export class ApiProblem extends Error {
  readonly status: number;
  readonly code: string;
  readonly errors: FieldError[];

  constructor(status: number, code: string, message: string, errors: FieldError[] = []) {
    super(message);
    this.status = status;
    this.code = code;
    this.errors = errors;
  }
}

const base = '/api/v1';
const timeoutMs = 15_000;
let csrfToken: string | null = null;
let signedOut: () => void = () => undefined;

/** The token every changing request carries; it lives in this page's memory only. */
export function setCsrfToken(token: string | null): void {
  csrfToken = token;
}

/** What to do when the server no longer knows the session. */
export function onSignedOut(action: () => void): void {
  signedOut = action;
}

interface ProblemBody {
  code?: string;
  title?: string;
  detail?: string;
  errors?: FieldError[];
}

async function problemOf(response: Response): Promise<ApiProblem> {
  const body = (await response.json().catch(() => ({}))) as ProblemBody;
  const message = body.detail ?? body.title ?? `${response.status} ${response.statusText}`;
  return new ApiProblem(response.status, body.code ?? `http_${response.status}`, message, body.errors ?? []);
}

async function send(method: string, path: string, body: unknown, signal?: AbortSignal): Promise<Response> {
  const headers: Record<string, string> = { accept: 'application/json' };
  if (body !== undefined) headers['content-type'] = 'application/json';
  if (method !== 'GET' && csrfToken !== null) headers['x-csrf-token'] = csrfToken;
  const limits = [AbortSignal.timeout(timeoutMs), ...(signal === undefined ? [] : [signal])];
  let response: Response;
  try {
    response = await fetch(base + path, { method, headers, credentials: 'same-origin', signal: AbortSignal.any(limits), ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  } catch (error) {
    if (signal?.aborted === true) throw error;
    throw new ApiProblem(0, 'network', error instanceof Error ? error.message : String(error));
  }
  if (response.ok) return response;
  const problem = await problemOf(response);
  if (response.status === 401 && !path.startsWith('/auth/')) signedOut();
  throw problem;
}

async function json<T>(response: Response): Promise<T> {
  const text = await response.text();
  return (text === '' ? undefined : JSON.parse(text)) as T;
}

export const api = {
  get: async <T>(path: string, signal?: AbortSignal): Promise<T> => json<T>(await send('GET', path, undefined, signal)),
  post: async <T>(path: string, body?: unknown): Promise<T> => json<T>(await send('POST', path, body ?? {})),
  put: async <T>(path: string, body: unknown): Promise<T> => json<T>(await send('PUT', path, body)),
  patch: async <T>(path: string, body: unknown): Promise<T> => json<T>(await send('PATCH', path, body)),
  delete: async <T>(path: string): Promise<T> => json<T>(await send('DELETE', path, undefined)),
  /** Fetches a file under the session and hands it to the browser's downloads. */
  download: async (path: string, filename: string): Promise<void> => {
    const blob = await (await send('GET', path, undefined)).blob();
    const link = document.createElement('a');
    link.href = URL.createObjectURL(blob);
    link.download = filename;
    link.click();
    URL.revokeObjectURL(link.href);
  },
};

/** `?a=1&b=2` without the empty ones, or nothing. */
export function queryString(values: Record<string, string | number | undefined | null>): string {
  const entries = Object.entries(values).filter(([, value]) => value !== undefined && value !== null && value !== '');
  return entries.length === 0 ? '' : `?${new URLSearchParams(entries.map(([key, value]) => [key, String(value)])).toString()}`;
}
