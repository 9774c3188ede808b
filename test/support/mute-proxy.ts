import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A way to a server on which single sessions can fall silent without an end: both sides hold the connection, nothing comes through. */
export interface MuteProxy {
  /** The address of the server, by way of the proxy. */
  url: string;
  /** Silences every session that has ever sent `word`; answers how many. */
  mute(word: string): number;
  /** Ends them, as a server does that is started again. */
  cut(word: string): number;
  stop(): Promise<void>;
}

export async function startMuteProxy(serverUrl: string): Promise<MuteProxy> {
  const server = new URL(serverUrl);
  const sessions = new Set<{ near: Socket; far: Socket; said: string; mute: boolean }>();
  const proxy = createServer((near) => {
    const session = { near, far: connect(Number(server.port), server.hostname), said: '', mute: false };
    sessions.add(session);
    near.on('data', (chunk) => {
      session.said += chunk.toString('latin1');
      if (!session.mute) session.far.write(chunk);
    });
    session.far.on('data', (chunk) => void (session.mute || near.write(chunk)));
    for (const [one, other] of [[near, session.far], [session.far, near]] as const) {
      one.on('error', () => {});
      one.on('close', () => {
        sessions.delete(session);
        other.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const heard = (word: string) => [...sessions].filter(({ said }) => said.includes(word));
  return {
    url: Object.assign(new URL(serverUrl), { hostname: '127.0.0.1', port: String((proxy.address() as AddressInfo).port) }).toString(),
    mute(word) {
      const found = heard(word);
      for (const session of found) session.mute = true;
      return found.length;
    },
    cut(word) {
      const found = heard(word);
      for (const { near, far } of found) for (const one of [near, far]) one.destroy();
      return found.length;
    },
    async stop() {
      for (const { near, far } of sessions) for (const one of [near, far]) one.destroy();
      await new Promise((resolve) => proxy.close(resolve));
    },
  };
}
