import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { SimMarket } from '#shared/simulation/matching-state';
import { CommitUnknown, StoreAway } from './group-commit.ts';
import { readParams, type Call, type Endpoint, type PaperContext, type Params } from './endpoint.ts';
import { requestFaults, type Fault, type FaultSwitches, type RequestFault } from './fault-switches.ts';
import { freshness, requireKey, requireSignature, signedPayload } from './request-auth.ts';
import { LimitError, type Meters } from './request-weight.ts';
import { VenueError } from './venue-error.ts';

/** An answer about to leave. */
export interface Answer {
  status: number;
  headers: Record<string, string>;
  body: string;
}

interface RestOptions {
  context: PaperContext;
  endpoints: readonly Endpoint[];
  faults: FaultSwitches;
  meters: Meters;
  /** Takes requests below `/_sim`. */
  control: (request: { method: string; path: string; query: URLSearchParams; body: string; address: string; authorization: string | undefined }) => Promise<Answer>;
}

const bodyLimit = 4 * 1024 * 1024;

/** The HTTP server: Binance's REST interface, its faults, and `/_sim`. */
export function createRestServer(options: RestOptions): Server {
  const table = new Map(options.endpoints.map((endpoint) => [`${endpoint.method} ${endpoint.path}`, endpoint]));
  return createServer((request, response) => {
    respond(request, response, table, options).catch((error: unknown) => {
      const refused = asVenueError(error);
      if (refused !== null) return write(response, errorAnswer(refused));
      options.context.log.error('paper', 'a request of the paper exchange failed', { path: request.url ?? '', error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
      if (!response.headersSent) write(response, errorAnswer(new VenueError(-1000, 'An unknown error occurred while processing the request.', 500)));
    });
  });
}

async function respond(request: IncomingMessage, response: ServerResponse, table: Map<string, Endpoint>, options: RestOptions): Promise<void> {
  const url = request.url ?? '/';
  const cut = url.indexOf('?');
  const path = cut < 0 ? url : url.slice(0, cut);
  const query = cut < 0 ? '' : url.slice(cut + 1);
  const method = request.method ?? 'GET';
  const body = await readBody(request);
  const address = request.socket.remoteAddress ?? '';
  if (path.startsWith('/_sim')) return write(response, await options.control({ method, path, query: new URLSearchParams(query), body, address, authorization: request.headers.authorization }));
  const endpoint = table.get(`${method} ${path}`);
  if (endpoint === undefined) return write(response, { status: 404, headers: {}, body: '<html><body><h2>404 Not found</h2></body></html>' });
  const apiKey = request.headers['x-mbx-apikey'];
  await answerVenue(response, endpoint, { query, body, address, apiKey: typeof apiKey === 'string' ? apiKey : undefined }, options);
}

interface Incoming {
  query: string;
  body: string;
  address: string;
  apiKey: string | undefined;
}

async function answerVenue(response: ServerResponse, endpoint: Endpoint, incoming: Incoming, options: RestOptions): Promise<void> {
  const { context, faults, meters } = options;
  const market: SimMarket = endpoint.path.startsWith('/api/') ? 'spot' : 'usdm';
  const source = new URLSearchParams(incoming.query);
  for (const [name, value] of new URLSearchParams(incoming.body)) source.append(name, value);
  const params = readParams(source);
  const struck = (kinds: readonly RequestFault[]): Fault | null => faults.strike(kinds, { endpoint: `${endpoint.method} ${endpoint.path}`, symbol: source.get('symbol'), apiKey: incoming.apiKey ?? null, market }, context.clock.now());

  const delay = struck(['delay']);
  if (delay !== null) await new Promise((resolve) => setTimeout(resolve, delay.delayMs));
  if (struck(['reset']) !== null) return void response.destroy();
  const refusing = struck(['429', '418', 'reject']);
  if (refusing !== null) return write(response, faultAnswer(refusing, market));
  const parts = endpoint.counts ? struck(['partial-fills']) : null;
  const spoiling = struck(requestFaults.filter((kind) => kind.startsWith('accept-') || kind.endsWith('-body')));
  const answer = await venueAnswer(endpoint, market, params, incoming, parts?.parts ?? 1, context, meters);
  if (spoiling !== null) return spoil(response, answer, spoiling);
  write(response, answer);
}

async function venueAnswer(endpoint: Endpoint, market: SimMarket, params: Params, incoming: Incoming, fillParts: number, context: PaperContext, meters: Meters): Promise<Answer> {
  let headers: Record<string, string> = {};
  try {
    const weight = typeof endpoint.weight === 'number' ? endpoint.weight : endpoint.weight(params);
    headers = meters.request(market, incoming.address, weight, context.clock.now());
    const call = authenticate(endpoint, market, params, incoming, fillParts, context);
    if (endpoint.counts && call.key !== null) headers = { ...headers, ...meters.order(market, call.key.accountId, context.clock.now()) };
    const result = await endpoint.run(call);
    return { status: 200, headers, body: JSON.stringify(result) };
  } catch (error) {
    const refused = asVenueError(error);
    if (refused === null) throw error;
    const answer = errorAnswer(refused);
    return { ...answer, headers: { ...headers, ...answer.headers } };
  }
}

function authenticate(endpoint: Endpoint, market: SimMarket, params: Params, incoming: Incoming, fillParts: number, context: PaperContext): Call {
  const open: Call = { context, market, params, key: null, fresh: () => {}, fillParts };
  if (endpoint.security === 'none') return open;
  const key = requireKey(context.keys, market, incoming.apiKey);
  if (endpoint.security === 'key') return { ...open, key };
  const fresh = freshness(params.text('timestamp'), params.text('recvWindow'));
  fresh(context.clock.now());
  requireSignature(key, signedPayload(incoming.query, incoming.body), params.text('signature'));
  return { ...open, key, fresh };
}

/** A refusal as it is told; a commit whose end is unknown is Binance's -1007, a store that is away its -1001. */
function asVenueError(error: unknown): VenueError | null {
  if (error instanceof VenueError) return error;
  if (error instanceof CommitUnknown) return new VenueError(-1007, 'Timeout waiting for response from backend server. Send status unknown; execution status unknown.', 504);
  if (error instanceof StoreAway) return new VenueError(-1001, 'Internal error; unable to process your request. Please try again.', 503);
  return null;
}

export function errorAnswer(error: VenueError): Answer {
  const headers: Record<string, string> = error instanceof LimitError ? { 'Retry-After': String(error.retryAfterSeconds) } : {};
  return { status: error.status, headers, body: JSON.stringify({ code: error.code, msg: error.message }) };
}

function faultAnswer(fault: Fault, market: SimMarket): Answer {
  if (fault.kind === '429') return errorAnswer(new LimitError(-1003, 'Too many requests queued.', 429, fault.retryAfterSeconds));
  if (fault.kind === '418') return errorAnswer(new LimitError(-1003, 'Way too many requests; IP banned. Please use the websocket for live updates to avoid bans.', 418, fault.retryAfterSeconds));
  const [code, message] = market === 'spot' ? [-2010, 'Account has insufficient balance for requested action.'] : [-2019, 'Margin is insufficient.'];
  return errorAnswer(new VenueError(fault.code ?? code, fault.message ?? message, fault.status));
}

/** The request was carried out; its answer goes wrong on the way. */
function spoil(response: ServerResponse, answer: Answer, fault: Fault): void {
  const half = answer.body.slice(0, Math.ceil(answer.body.length / 2));
  switch (fault.kind) {
    case 'accept-then-504':
      return write(response, { status: 504, headers: { 'Content-Type': 'text/html' }, body: '<html><head><title>504 Gateway Time-out</title></head><body><h1>504 Gateway Time-out</h1></body></html>' });
    case 'truncated-body':
      return write(response, { ...answer, body: half });
    case 'stalled-body':
      response.writeHead(answer.status, { ...answer.headers, 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(answer.body) });
      response.write(half);
      if (fault.delayMs > 0) setTimeout(() => response.destroy(), fault.delayMs).unref();
      return;
    default:
      response.destroy();
  }
}

function write(response: ServerResponse, answer: Answer): void {
  if (response.destroyed) return;
  response.writeHead(answer.status, { 'Content-Type': 'application/json;charset=UTF-8', 'Content-Length': Buffer.byteLength(answer.body), ...answer.headers });
  response.end(answer.body);
}

async function readBody(request: IncomingMessage): Promise<string> {
  if (request.method === 'GET') return '';
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > bodyLimit) throw new VenueError(-1100, 'The request body is too large.', 413);
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}
