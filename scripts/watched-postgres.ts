import type { Log } from '#shared/ports/system.port';
import type { EmbeddedOptions, EmbeddedPostgres } from './embedded-postgres.ts';
import { startEmbeddedPostgres } from './embedded-postgres.ts';

/** An embedded server that is started again when it dies. */
export interface WatchedPostgres {
  url: string;
  stop(): Promise<void>;
}

const lookMs = 500;

/**
 * Starts the embedded PostgreSQL and starts it again, on the same port, when its process is gone (killed for want of memory, for
 * example). The processes connect again by themselves. `onLost` is called when it cannot be brought back under its address.
 */
export async function startWatchedPostgres(options: EmbeddedOptions, log: Log, onLost: () => void): Promise<WatchedPostgres> {
  let server: EmbeddedPostgres = await startEmbeddedPostgres(options);
  const { url } = server;
  let stopping = false;
  let reviving: Promise<void> = Promise.resolve();
  log.info('system', server.adopted ? 'took over the embedded PostgreSQL of an earlier run' : 'the embedded PostgreSQL runs', { pid: server.pid });

  const revive = async (): Promise<void> => {
    log.alert('system', 'the embedded PostgreSQL died and is started again', { pid: server.pid });
    try {
      server = await startEmbeddedPostgres(options);
      if (server.url !== url) throw new Error('its port is taken by another program');
      log.info('system', 'the embedded PostgreSQL runs again', { pid: server.pid });
    } catch (error) {
      log.alert('system', 'the embedded PostgreSQL cannot be started again', { error: (error as Error).message });
      onLost();
    }
  };
  let busy = false;
  const timer = setInterval(() => {
    if (busy || stopping || server.alive()) return;
    busy = true;
    reviving = revive().finally(() => (busy = false));
  }, lookMs);

  return {
    url,
    stop: async () => {
      stopping = true;
      clearInterval(timer);
      await reviving;
      await server.stop();
    },
  };
}
