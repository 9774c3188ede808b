import { createServer } from 'node:net';
import { StartFault } from './start-fault.ts';

/** Listens on `port` for an instant: the port got, or the error code that says why not. Port 0 takes any free one. */
const listenOnce = (port: number, host: string): Promise<number | string> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen({ port, host, exclusive: true }, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 'EINVAL'));
    });
  });

/** `port` if it can be listened on right now, otherwise null. */
export async function tryPort(port: number, host = '127.0.0.1'): Promise<number | null> {
  const got = await listenOnce(port, host);
  return typeof got === 'number' ? got : null;
}

/** A port of this machine nobody listens on at this moment. */
export async function freePort(host = '127.0.0.1'): Promise<number> {
  const port = await tryPort(0, host);
  if (port === null) throw new Error(`no port of ${host} can be listened on`);
  return port;
}

/** `port`, or any free one for 0; rejects with the variable to change when it cannot be listened on. */
export async function requirePort(portName: string, port: number, hostName: string, host: string): Promise<number> {
  const got = await listenOnce(port, host);
  if (typeof got === 'number') return got;
  const reasons: Record<string, string> = {
    EADDRINUSE: `${portName}: found ${port}, which another program uses, expected a free TCP port, for example ${portName}=${port + 10}`,
    EACCES: `${portName}: found ${port}, which needs more rights than this user has, expected a port above 1023`,
    EADDRNOTAVAIL: `${hostName}: found "${host}", which is not an address of this machine, expected one, such as 127.0.0.1 or 0.0.0.0`,
    ENOTFOUND: `${hostName}: found "${host}", which cannot be resolved, expected an address of this machine, such as 127.0.0.1`,
  };
  throw new StartFault(reasons[got] ?? `${portName}: found ${port} on ${host}, which cannot be listened on (${got}), expected a free TCP port`);
}
