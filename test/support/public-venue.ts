import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';

/** A server with Binance's public data of both markets on one port: prices, candles, trade streams. */
export interface PublicVenue {
  http: string;
  ws: string;
  /** Last prices by venue symbol; a symbol that is not here is unknown to it. */
  prices: Map<string, string>;
  /** Answers REST with this status instead, until null. */
  answer: number | null;
  requests: string[];
  /** Stream names that somebody subscribed to, on any connection so far. */
  subscribed: Set<string>;
  connections(): number;
  /** Sends a frame to everybody connected. */
  push(frame: object): void;
  /** Cuts all streams. */
  drop(): void;
  /** Accepts nothing and cuts everything, as an unreachable host. */
  stop(): Promise<void>;
}

/** Starts one on a free port. Streams are served at `streamPath` only. */
export async function startPublicVenue(streamPath = '/ws'): Promise<PublicVenue> {
  const sockets = new Set<Socket>();
  const streams = new Set<WebSocket>();
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://venue');
    venue.requests.push(url.pathname + url.search);
    const send = (status: number, body: unknown): void => void response.writeHead(status, { 'content-type': 'application/json', ...(status === 429 && { 'retry-after': '30' }) }).end(JSON.stringify(body));
    if (venue.answer !== null) return send(venue.answer, { code: -1003, msg: 'not now' });
    const symbol = url.searchParams.get('symbol') ?? '';
    const price = venue.prices.get(symbol);
    if (url.pathname.endsWith('/ping')) return send(200, {});
    if (price === undefined) return send(400, { code: -1121, msg: 'Invalid symbol.' });
    if (url.pathname.endsWith('/ticker/price')) return send(200, { symbol, price });
    if (url.pathname.endsWith('/klines')) return send(200, [[1736121600000, price, price, price, price, '12.5', 1736121659999, '0', 1, '0', '0', '0']]);
    return send(404, {});
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  const wss = new WebSocketServer({ server, path: streamPath });
  wss.on('connection', (stream) => {
    streams.add(stream);
    stream.on('close', () => streams.delete(stream));
    stream.on('message', (data: Buffer) => {
      const { method, params, id } = JSON.parse(data.toString()) as { method: string; params: string[]; id: number };
      if (method === 'SUBSCRIBE') for (const name of params) venue.subscribed.add(name);
      stream.send(JSON.stringify({ result: null, id }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const venue: PublicVenue = {
    http: `http://127.0.0.1:${port}`,
    ws: `ws://127.0.0.1:${port}`,
    prices: new Map(),
    answer: null,
    requests: [],
    subscribed: new Set(),
    connections: () => streams.size,
    push: (frame) => {
      for (const stream of streams) stream.send(JSON.stringify(frame));
    },
    drop: () => {
      for (const stream of streams) stream.terminate();
    },
    stop: async () => {
      for (const stream of streams) stream.terminate();
      wss.close();
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return venue;
}
