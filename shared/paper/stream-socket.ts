import { WebSocket } from 'ws';
import type { Json } from './order-views.ts';

const pingEveryMs = 20_000;
const pongWithinMs = 60_000;
/** Binance cuts every connection after a day. */
const lifeMs = 24 * 60 * 60 * 1000;

/** One accepted WebSocket connection: sends JSON, pings every 20 s, ends after 24 h or a minute without a pong. */
export interface StreamSocket {
  send(message: Json): void;
  /** Cuts the connection without a closing handshake. */
  cut(): void;
  close(code: number, reason: string): void;
}

export function wrapSocket(socket: WebSocket, onMessage: (message: Json) => void, onClose: () => void): StreamSocket {
  let pongAt = Date.now();
  socket.on('pong', () => (pongAt = Date.now()));
  const pings = setInterval(() => {
    if (Date.now() - pongAt > pongWithinMs) socket.terminate();
    else if (socket.readyState === WebSocket.OPEN) socket.ping(String(Date.now()));
  }, pingEveryMs);
  const end = setTimeout(() => socket.close(1008, 'disconnected after 24 hours'), lifeMs);
  pings.unref();
  end.unref();
  socket.on('message', (data: Buffer) => {
    let message: unknown;
    try {
      message = JSON.parse(data.toString('utf8'));
    } catch {
      message = null;
    }
    if (typeof message === 'object' && message !== null && !Array.isArray(message)) onMessage(message as Json);
    else socket.send(JSON.stringify({ error: { code: 3, msg: 'Invalid JSON: expected value at line 1 column 1' } }));
  });
  socket.on('close', () => {
    clearInterval(pings);
    clearTimeout(end);
    onClose();
  });
  socket.on('error', () => socket.terminate());
  return {
    send(message) {
      if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
    },
    cut: () => socket.terminate(),
    close: (code, reason) => socket.close(code, reason),
  };
}
