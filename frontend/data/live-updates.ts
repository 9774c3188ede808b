import { liveEvents, type LiveMessage } from '#shared/contracts/socket';
import type { QueryClient } from '@tanstack/react-query';
import { io } from 'socket.io-client';
import { applyLive, type LiveEntry } from './apply-live.ts';
import { setConnection } from './connection.ts';
import { preferences } from './preferences.ts';

/**
 * Opens the live connection of a signed-in page and keeps it; the answer closes it. Messages are gathered and reach the cache
 * at most once per `refreshMs`, so a busy market costs one render, not hundreds. After a gap everything is asked for again.
 */
export function startLiveUpdates(cache: QueryClient): () => void {
  const socket = io({ transports: ['websocket'], reconnectionDelay: 300, reconnectionDelayMax: 2000, randomizationFactor: 0.3, timeout: 4000 });
  let batch: LiveEntry[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  let retry: ReturnType<typeof setTimeout> | undefined;

  const flush = (): void => {
    timer = undefined;
    const taken = batch;
    batch = [];
    applyLive(cache, taken);
  };
  for (const event of liveEvents) {
    socket.on(event, (message: LiveMessage<unknown>) => {
      batch.push({ event, message });
      timer ??= setTimeout(flush, preferences().refreshMs);
    });
  }
  socket.on('connect', () => {
    setConnection('live');
    // Between the answers the page has and this moment messages may have been missed, on the first connection too.
    void cache.invalidateQueries();
  });
  socket.on('disconnect', (reason) => {
    setConnection('lost');
    // Socket.IO does not come back by itself when the server closed the connection on purpose, as it does when it restarts.
    if (reason === 'io server disconnect') socket.connect();
  });
  socket.on('connect_error', () => {
    setConnection('lost');
    // A refusal by the server (a session that ran out, a restart half done) ends Socket.IO's own attempts.
    if (!socket.active) retry = setTimeout(() => socket.connect(), 2000);
  });

  // Without a network the missing heartbeat would tell us too, but up to two seconds later.
  const offline = (): void => setConnection('lost');
  const online = (): void => {
    if (socket.connected) setConnection('live');
    else socket.connect();
  };
  window.addEventListener('offline', offline);
  window.addEventListener('online', online);

  return () => {
    window.removeEventListener('offline', offline);
    window.removeEventListener('online', online);
    clearTimeout(timer);
    clearTimeout(retry);
    socket.removeAllListeners();
    socket.close();
    setConnection('waiting');
  };
}
