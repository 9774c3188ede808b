import { createHmac } from 'node:crypto';
import { WebSocket } from 'ws';
import type { PaperClient } from './paper-rig.ts';
import { waitFor } from './wait-for.ts';

/** A raw WebSocket to the paper exchange that keeps every message. */
export interface RawStream {
  // Messages are Binance's, whose shape each test knows.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  messages: any[];
  readonly open: boolean;
  send(message: unknown): void;
  /** Waits until a message satisfies `condition` and returns the first that does. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  until(what: string, condition: (message: any) => boolean): Promise<any>;
  close(): void;
}

export async function openStream(url: string): Promise<RawStream> {
  const socket = new WebSocket(url);
  const messages: RawStream['messages'] = [];
  socket.on('message', (data: Buffer) => messages.push(JSON.parse(data.toString('utf8'))));
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  socket.on('error', () => {});
  return {
    messages,
    get open() {
      return socket.readyState === WebSocket.OPEN;
    },
    send: (message) => socket.send(JSON.stringify(message)),
    async until(what, condition) {
      await waitFor(what, () => messages.some(condition));
      return messages.find(condition);
    },
    close: () => socket.terminate(),
  };
}

/** The user-data stream of a client, subscribed: its messages are the bare events. */
export async function openUserStream(origin: string, client: PaperClient): Promise<RawStream> {
  const ws = origin.replace('http', 'ws');
  if (client.market === 'usdm') {
    const { json } = await client.signed('POST', '/fapi/v1/listenKey');
    return openStream(`${ws}/private/ws?listenKey=${json.listenKey}`);
  }
  const stream = await openStream(`${ws}/ws-api/v3`);
  const params = `apiKey=${client.apiKey}&timestamp=${Date.now()}`;
  const signature = createHmac('sha256', client.secret).update(params).digest('hex');
  stream.send({ id: 1, method: 'userDataStream.subscribe.signature', params: { ...Object.fromEntries(new URLSearchParams(params)), signature } });
  await stream.until('the subscription', (message) => message.id === 1 && message.status === 200);
  stream.messages.length = 0;
  return { ...stream, get open() { return stream.open; }, messages: stream.messages };
}
