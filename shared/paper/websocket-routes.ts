import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import type { SimMarket } from '#shared/simulation/matching-state';
import type { PaperContext } from './endpoint.ts';
import type { MarketStreams, Subscriber } from './market-streams.ts';
import type { Json } from './order-views.ts';
import { freshness, requireKey, requireSignature } from './request-auth.ts';
import { wrapSocket, type StreamSocket } from './stream-socket.ts';
import type { UserStreams } from './user-streams.ts';
import { VenueError } from './venue-error.ts';

interface Streams {
  context: PaperContext;
  users: UserStreams;
  markets: MarketStreams;
}

/**
 * Accepts WebSocket connections. Spot: `/stream...`, `/ws...` and the WS-API `/ws-api/v3`. USD-M: `/public/ws`, `/market/ws`,
 * `/private/ws?listenKey=`, any of them below `/fstream`, and `/ws/<listenKey>`.
 */
export function routeWebSockets(server: Server, streams: Streams): WebSocketServer {
  const sockets = new WebSocketServer({ noServer: true });
  server.on('upgrade', (request: IncomingMessage, connection: Duplex, head: Buffer) => {
    const url = new URL(request.url ?? '/', 'ws://paper');
    const accept = destination(url, streams.context);
    if (accept === null) {
      connection.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n');
      return;
    }
    sockets.handleUpgrade(request, connection, head, (socket) => accept(socket, streams));
  });
  return sockets;
}

type Accept = (socket: WebSocket, streams: Streams) => void;

function destination(url: URL, context: PaperContext): Accept | null {
  const path = url.pathname.replace(/\/+$/, '');
  if (path === '/ws-api/v3') return acceptSpotApi;
  const listenKey = url.searchParams.get('listenKey') ?? path.split('/').at(-1) ?? '';
  if (url.searchParams.has('listenKey') || context.listenKeys.has(listenKey)) return (socket, streams) => acceptListenKey(socket, streams, listenKey);
  const usdm = path.startsWith('/fstream') || /^\/(public|market|private)(\/|$)/.test(path);
  const inner = path.replace(/^\/fstream/, '').replace(/^\/(public|market|private)/, '');
  if (!/^\/(ws|stream)(\/|$)/.test(inner)) return null;
  const named = url.searchParams.get('streams')?.split('/') ?? inner.split('/').slice(2).filter((part) => part.includes('@') || part.startsWith('!'));
  const combined = /^\/stream$/.test(inner);
  return (socket, streams) => acceptMarket(socket, streams, usdm ? 'usdm' : 'spot', named, combined);
}

function acceptMarket(socket: WebSocket, { markets }: Streams, market: SimMarket, streams: string[], combined: boolean): void {
  let remove = (): void => {};
  const wrapped: StreamSocket = wrapSocket(
    socket,
    (message) => wrapped.send(markets.command(subscriber, message)),
    () => remove(),
  );
  const subscriber: Subscriber = { market, socket: wrapped, streams: new Set(streams), combined };
  remove = markets.add(subscriber);
}

function acceptListenKey(socket: WebSocket, { context, users }: Streams, listenKey: string): void {
  let remove = (): void => {};
  const wrapped: StreamSocket = wrapSocket(
    socket,
    (message) => wrapped.send({ result: null, id: message.id ?? null }),
    () => remove(),
  );
  const known = context.listenKeys.get(listenKey);
  if (known === undefined || known.expiresAt <= context.clock.now()) {
    wrapped.send({ e: 'listenKeyExpired', E: context.clock.now(), listenKey });
    wrapped.close(1008, 'listen key unknown or expired');
    return;
  }
  const apiKey = context.keys.ofAccount(known.accountId)?.apiKey ?? null;
  remove = users.add({ accountId: known.accountId, apiKey, market: 'usdm', socket: wrapped, wrap: (body) => body });
}

/** The spot WS-API: of its methods the user-data stream, time and ping; orders go over REST. */
function acceptSpotApi(socket: WebSocket, streams: Streams): void {
  const subscriptions = new Map<number, () => void>();
  let nextId = 0;
  const wrapped: StreamSocket = wrapSocket(
    socket,
    (message) => {
      const id = message.id ?? null;
      try {
        wrapped.send({ id, status: 200, result: answer(message), rateLimits: [] });
      } catch (error) {
        const refused = error instanceof VenueError ? error : new VenueError(-1000, 'An unknown error occurred while processing the request.', 500);
        wrapped.send({ id, status: refused.status, error: { code: refused.code, msg: refused.message }, rateLimits: [] });
      }
    },
    () => {
      for (const remove of subscriptions.values()) remove();
    },
  );
  const answer = (message: Json): Json => {
    const params = (typeof message.params === 'object' && message.params !== null ? message.params : {}) as Json;
    switch (message.method) {
      case 'ping':
        return {};
      case 'time':
        return { serverTime: streams.context.clock.now() };
      case 'userDataStream.subscribe.signature': {
        const subscriptionId = nextId;
        nextId += 1;
        subscriptions.set(subscriptionId, subscribe(wrapped, streams, params, subscriptionId));
        return { subscriptionId };
      }
      case 'userDataStream.unsubscribe': {
        const wanted = params.subscriptionId === undefined ? [...subscriptions.keys()] : [Number(params.subscriptionId)];
        for (const subscriptionId of wanted) {
          subscriptions.get(subscriptionId)?.();
          subscriptions.delete(subscriptionId);
        }
        return {};
      }
      default:
        throw new VenueError(-1000, `Unknown method '${String(message.method)}'.`);
    }
  };
}

function subscribe(socket: StreamSocket, { context, users }: Streams, params: Json, subscriptionId: number): () => void {
  const text = (name: string): string | undefined => {
    const value = params[name];
    return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
  };
  const key = requireKey(context.keys, 'spot', text('apiKey'));
  const payload = Object.keys(params)
    .filter((name) => name !== 'signature')
    .sort()
    .map((name) => `${name}=${text(name) ?? ''}`)
    .join('&');
  requireSignature(key, payload, text('signature'));
  freshness(text('timestamp'), text('recvWindow'))(context.clock.now());
  return users.add({ accountId: key.accountId, apiKey: key.apiKey, market: 'spot', socket, wrap: (event) => ({ subscriptionId, event }) });
}
