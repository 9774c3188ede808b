import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { WebSocket } from 'ws';
import { WebSocketServer } from 'ws';

/** One request as it arrived: `params` are those of the query and of the form body together. */
export interface PeerRequest {
  method: string;
  path: string;
  params: URLSearchParams;
  headers: IncomingMessage['headers'];
}

/** Answers a request in whatever way, decent or not. */
export type PeerReply = (response: ServerResponse, socket: Socket) => void;

/** A WebSocket that was opened towards the peer. */
export interface PeerSocket {
  path: string;
  received: Record<string, unknown>[];
  send(message: unknown): void;
  /** Cuts the connection without a closing handshake. */
  cut(): void;
  isOpen(): boolean;
}

/** A JSON answer. */
export const json = (body: unknown, status = 200, headers: Record<string, string> = {}): PeerReply => text(JSON.stringify(body), status, { 'content-type': 'application/json', ...headers });
/** Any text as an answer. */
export const text = (body: string, status = 200, headers: Record<string, string> = {}): PeerReply => (response) => response.writeHead(status, headers).end(body);
/** No answer, ever. */
export const hang: PeerReply = () => undefined;
/** The connection is reset after the request was read. */
export const reset: PeerReply = (_response, socket) => socket.resetAndDestroy();
/** Headers, a part of the body, and then nothing. */
export const stall: PeerReply = (response) => void response.writeHead(200, { 'content-type': 'application/json', 'content-length': '500' }).write('{"orderId":');
/** Headers, a part of the body, and then the connection ends. */
export const truncate: PeerReply = (response, socket) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '500' });
  response.write('{"orderId":', () => socket.destroy());
};

/**
 * A small scripted server that can answer in ways no decent exchange would: for tests of what an adapter makes of timeouts, cut
 * connections and nonsense. It knows no trading; the paper exchange does.
 */
export interface BinancePeer {
  origin: string;
  requests: PeerRequest[];
  sockets: PeerSocket[];
  /** Sets the answer of `POST /api/v3/order` and the like. */
  on(route: string, reply: PeerReply): void;
  /** As `on`, with an answer that depends on the request. */
  onRequest(route: string, reply: (request: PeerRequest) => PeerReply): void;
  /** Refuses WebSocket upgrades with this status where it gives one. */
  refuseUpgrade: (path: string) => number | null;
  /** Answers WS-API requests. */
  answerSocket: (message: Record<string, unknown>) => unknown;
  stop(): Promise<void>;
}

/** Starts a peer on a free port of the loopback address. Routes without an answer get 404. */
export async function startBinancePeer(): Promise<BinancePeer> {
  const routes = new Map<string, (request: PeerRequest) => PeerReply>();
  const server = createServer((incoming, response) => void take(incoming, response));
  const sockets = new WebSocketServer({ noServer: true });
  const peer: BinancePeer = {
    origin: '',
    requests: [],
    sockets: [],
    on: (route, reply) => void routes.set(route, () => reply),
    onRequest: (route, reply) => void routes.set(route, reply),
    refuseUpgrade: () => null,
    answerSocket: (message) => ({ id: message['id'], status: 200, result: { subscriptionId: 0 } }),
    stop: async () => {
      for (const client of sockets.clients) client.terminate();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };

  async function take(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const url = new URL(incoming.url ?? '/', 'http://peer');
    const params = new URLSearchParams([...url.searchParams, ...new URLSearchParams(Buffer.concat(chunks).toString())]);
    const request = { method: incoming.method ?? '', path: url.pathname, params, headers: incoming.headers };
    peer.requests.push(request);
    const route = routes.get(`${request.method} ${request.path}`);
    (route === undefined ? text('no such route', 404) : route(request))(response, incoming.socket);
  }

  server.on('upgrade', (incoming, socket, head) => {
    const path = incoming.url ?? '';
    const status = peer.refuseUpgrade(path);
    if (status !== null) return void socket.end(`HTTP/1.1 ${status} Refused\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
    sockets.handleUpgrade(incoming, socket, head, (client) => accept(path, client));
  });

  function accept(path: string, client: WebSocket): void {
    const one: PeerSocket = { path, received: [], send: (message) => client.send(typeof message === 'string' ? message : JSON.stringify(message)), cut: () => client.terminate(), isOpen: () => client.readyState === client.OPEN };
    peer.sockets.push(one);
    client.on('error', () => undefined);
    client.on('message', (data: Buffer) => {
      const message = JSON.parse(data.toString()) as Record<string, unknown>;
      one.received.push(message);
      const answer = peer.answerSocket(message);
      if (answer !== undefined) one.send(answer);
    });
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  peer.origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return peer;
}
