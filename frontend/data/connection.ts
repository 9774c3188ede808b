import { useSyncExternalStore } from 'react';

/** `waiting` before the first connection, `live` while messages can arrive, `lost` since `since`. */
export interface Connection {
  state: 'waiting' | 'live' | 'lost';
  since: number;
}

let current: Connection = { state: 'waiting', since: Date.now() };
const listeners = new Set<() => void>();

export function setConnection(state: Connection['state']): void {
  if (state === current.state) return;
  current = { state, since: Date.now() };
  for (const listener of listeners) listener();
}

export function useConnection(): Connection {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => current,
  );
}
