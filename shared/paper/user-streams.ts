import type { Clock } from '#shared/ports/system.port';
import type { SimMarket } from '#shared/simulation/matching-state';
import type { FaultSwitches, Occasion, StreamFault } from './fault-switches.ts';
import type { Json } from './order-views.ts';
import type { UserEvent } from './stream-events.ts';
import type { StreamSocket } from './stream-socket.ts';

/** Someone who listens to an account. `wrap` gives an event the envelope of its connection. */
export interface Listener {
  accountId: string;
  apiKey: string | null;
  market: SimMarket;
  socket: StreamSocket;
  wrap: (body: Json) => Json;
}

/** The user-data streams of all accounts, with the faults scheduled for them. */
export interface UserStreams {
  add(listener: Listener): () => void;
  publish(event: UserEvent): void;
  /** Tells every listener of an account something outside the order of events. */
  announce(accountId: string, body: Json): void;
  /** Cuts the connections a `drop-stream` fault applies to; returns how many. */
  dropNow(applies: (listener: Listener) => boolean): number;
}

// A held event that no other follows is delivered all the same.
const holdMs = 250;

export function createUserStreams(faults: FaultSwitches, clock: Clock): UserStreams {
  const listeners = new Map<string, Set<Listener>>();
  const held = new Map<Listener, { body: Json; timer: NodeJS.Timeout }>();

  const deliver = (listener: Listener, body: Json): void => {
    listener.socket.send(listener.wrap(body));
    const waiting = held.get(listener);
    if (waiting === undefined) return;
    clearTimeout(waiting.timer);
    held.delete(listener);
    listener.socket.send(listener.wrap(waiting.body));
  };
  const hold = (listener: Listener, body: Json): void => {
    const timer = setTimeout(() => {
      held.delete(listener);
      listener.socket.send(listener.wrap(body));
    }, holdMs);
    held.set(listener, { body, timer });
  };
  const offer = (listener: Listener, event: UserEvent): void => {
    const occasion: Occasion = { symbol: event.symbol, apiKey: listener.apiKey, market: listener.market, stream: 'user' };
    const struck = (kind: StreamFault): boolean => faults.strike([kind], occasion, clock.now()) !== null;
    if (struck('mute-stream')) return;
    if (struck('drop-stream')) return listener.socket.cut();
    if (!held.has(listener) && struck('out-of-order')) return hold(listener, event.body);
    deliver(listener, event.body);
    if (event.trade && struck('duplicate-fill-event')) deliver(listener, event.body);
  };

  return {
    add(listener) {
      const all = listeners.get(listener.accountId) ?? new Set();
      listeners.set(listener.accountId, all.add(listener));
      return () => {
        all.delete(listener);
        const waiting = held.get(listener);
        if (waiting !== undefined) clearTimeout(waiting.timer);
        held.delete(listener);
      };
    },
    publish(event) {
      for (const listener of listeners.get(event.accountId) ?? []) offer(listener, event);
    },
    announce(accountId, body) {
      for (const listener of listeners.get(accountId) ?? []) listener.socket.send(listener.wrap(body));
    },
    dropNow(applies) {
      const victims = [...listeners.values()].flatMap((all) => [...all]).filter(applies);
      for (const listener of victims) listener.socket.cut();
      return victims.length;
    },
  };
}
