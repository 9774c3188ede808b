import type { IncomingMessage, Server as HttpServer } from 'node:http';
import { Server } from 'socket.io';
import type { ClientEvents, LiveMessage, ServerEvents } from '#shared/contracts/socket';
import type { UserRole } from '#shared/contracts/http';
import type { ApiDeps } from '../api-deps.ts';
import { identify } from '../middleware/identify.ts';
import { createLiveRows } from './live-rows.ts';
import { startLogTail } from './log-tail.ts';
import { createPriceBatch } from './price-batch.ts';

/** Sessions of open sockets are looked at again this often: after sign-out a socket lives no longer than this. */
const recheckMs = 1_000;
const priceEveryMs = 500;
const messageBytesMax = 32 * 1024;

interface SocketData {
  userId: string;
  role: UserRole;
}
export type LiveServer = Server<ClientEvents, ServerEvents, Record<never, never>, SocketData>;
type EmitArguments = Parameters<ServerEvents[keyof ServerEvents]>;

export const userRoom = (userId: string): string => `user:${userId}`;
export const administratorRoom = 'administrators';

/** A page of another site may open a socket with our cookie unless its origin is looked at. Scripts send no origin. */
function sameOrigin(request: IncomingMessage): boolean {
  const { origin, host } = request.headers;
  return origin === undefined || (URL.canParse(origin) && new URL(origin).host === host);
}

/**
 * Socket.IO on the session of the web app. A server only: rooms are joined here, and what a client sends is dropped. Websocket only,
 * so that several api processes need no sticky sessions. The heartbeat is short because a page must notice a dead link within two seconds.
 */
export async function startSocketServer(deps: ApiDeps, http: HttpServer): Promise<{ close(): Promise<void> }> {
  const { pool, bus, clock, log } = deps;
  const io: LiveServer = new Server(http, {
    transports: ['websocket'],
    serveClient: false,
    maxHttpBufferSize: messageBytesMax,
    pingInterval: 1000,
    pingTimeout: 900,
    allowRequest: (request, decide) => {
      if (!sameOrigin(request)) return decide('origin not allowed', false);
      identify(pool, request).then(
        (identity) => decide(null, identity !== null),
        (error: unknown) => {
          log.warn('system', 'socket handshake failed', { error: String(error) });
          decide('unavailable', false);
        },
      );
    },
  });
  io.use((socket, next) => {
    identify(pool, socket.request).then((identity) => {
      if (identity === null) return next(new Error('unauthenticated'));
      socket.data = { userId: identity.user.id, role: identity.user.role };
      next();
    }, next);
  });
  io.on('connection', (socket) => {
    void socket.join(userRoom(socket.data.userId));
    if (socket.data.role === 'administrator') void socket.join(administratorRoom);
  });

  const emit = (room: string | null, event: keyof ServerEvents, id: string, data: unknown): void => {
    const message: LiveMessage<unknown> = { id, at: new Date(clock.now()).toISOString(), data };
    (room === null ? io : io.to(room)).emit(event, ...([message] as unknown as EmitArguments));
  };
  const listening = (room: string): boolean => (io.of('/').adapter.rooms.get(room)?.size ?? 0) > 0;
  const rows = createLiveRows(deps, (userId, event, id, data) => emit(userRoom(userId), event, id, data));
  const prices = createPriceBatch((update) => emit(null, 'price', 'prices', update));

  const unsubscribe = await Promise.all([
    bus.subscribe('live', ({ event, userId, id, data }) => {
      if (userId === null) emit(null, event, id, data);
      else if (listening(userRoom(userId))) rows.take(userId, event, id, data);
    }),
    bus.subscribe('price', (message) => {
      if (io.of('/').sockets.size > 0) prices.take(message);
    }),
  ]);
  const priceTimer = setInterval(() => prices.flush(), priceEveryMs);
  const recheckTimer = setInterval(() => {
    for (const socket of io.of('/').sockets.values())
      identify(pool, socket.request).then(
        (identity) => void (identity === null && socket.disconnect(true)),
        () => {},
      );
  }, recheckMs);
  const tail = startLogTail(deps, () => io.of('/').sockets.size > 0, (entry, userId) => {
    emit(administratorRoom, 'log', entry.id, entry);
    if (userId !== null && !isAdministrator(io, userId)) emit(userRoom(userId), 'log', entry.id, entry);
  });

  return {
    async close() {
      clearInterval(priceTimer);
      clearInterval(recheckTimer);
      tail.stop();
      rows.stop();
      await Promise.all(unsubscribe.map((stop) => stop()));
      await io.close();
    },
  };
}

const isAdministrator = (io: LiveServer, userId: string): boolean => [...io.of('/').sockets.values()].some((socket) => socket.data.userId === userId && socket.data.role === 'administrator');
