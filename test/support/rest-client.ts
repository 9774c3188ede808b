/** A script's way into Tranche: a token made after signing in, as the contract says. */
export interface RestClient {
  token: string;
  get<T>(path: string): Promise<T>;
  post<T>(path: string, body?: unknown): Promise<T>;
  put<T>(path: string, body: unknown): Promise<T>;
  /** The answer whatever its status. */
  call(method: string, path: string, body?: unknown): Promise<{ status: number; body: unknown }>;
}

const read = async (response: Response): Promise<unknown> => {
  const text = await response.text();
  return response.headers.get('content-type')?.includes('json') === true && text !== '' ? (JSON.parse(text) as unknown) : text;
};

/** Signs in and makes a token. Rejects with the answer where one of the two is refused. */
export async function signIn(origin: string, who: { email: string; password: string }): Promise<RestClient> {
  const login = await fetch(`${origin}/api/v1/auth/login`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(who) });
  if (!login.ok) throw new Error(`signing in answered ${login.status}: ${await login.text()}`);
  const { csrfToken } = (await login.json()) as { csrfToken: string };
  const cookie = login.headers.getSetCookie().map((each) => each.split(';')[0]).join('; ');
  const made = await fetch(`${origin}/api/v1/tokens`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', cookie, 'x-csrf-token': csrfToken },
    body: JSON.stringify({ name: 'test' }),
  });
  if (!made.ok) throw new Error(`making a token answered ${made.status}: ${await made.text()}`);
  const { token } = (await made.json()) as { token: string };

  const call = async (method: string, path: string, body?: unknown): Promise<{ status: number; body: unknown }> => {
    const response = await fetch(`${origin}/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: await read(response) };
  };
  const must = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const answer = await call(method, path, body);
    if (answer.status >= 300) throw new Error(`${method} ${path} answered ${answer.status}: ${JSON.stringify(answer.body)}`);
    return answer.body as T;
  };
  return { token, call, get: (path) => must('GET', path), post: (path, body = {}) => must('POST', path, body), put: (path, body) => must('PUT', path, body) };
}
