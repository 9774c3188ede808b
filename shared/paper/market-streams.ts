import type { SimMarket } from '#shared/simulation/matching-state';
import type { FaultSwitches } from './fault-switches.ts';
import { isMarketStream, marketEvent, type TradedPrice } from './market-events.ts';
import type { Json } from './order-views.ts';
import type { PriceBoard } from './price-board.ts';
import type { StreamSocket } from './stream-socket.ts';

/** One connection's subscriptions to public streams, such as `btcusdt@trade` or `!miniTicker@arr`. */
export interface Subscriber {
  market: SimMarket;
  socket: StreamSocket;
  streams: Set<string>;
  /** Events come as `{stream, data}`. */
  combined: boolean;
}

/** Public streams: who watches what, and the events of each traded price. */
export interface MarketStreams {
  add(subscriber: Subscriber): () => void;
  /** Handles SUBSCRIBE, UNSUBSCRIBE and LIST_SUBSCRIPTIONS; returns the acknowledgement. */
  command(subscriber: Subscriber, message: Json): Json;
  publish(traded: TradedPrice): void;
  dropNow(applies: (subscriber: Subscriber) => boolean): number;
}

export function createMarketStreams(board: PriceBoard, faults: FaultSwitches): MarketStreams {
  const watchers = new Map<string, Set<Subscriber>>();
  const subscribers = new Set<Subscriber>();
  const channel = (market: SimMarket, symbol: string): string => `${market} ${symbol}`;
  const symbolOf = (stream: string): string => (stream.startsWith('!') ? '!' : (stream.split('@')[0] ?? ''));

  const watch = (subscriber: Subscriber, stream: string): void => {
    subscriber.streams.add(stream);
    const name = channel(subscriber.market, symbolOf(stream));
    watchers.set(name, (watchers.get(name) ?? new Set()).add(subscriber));
  };
  const unwatch = (subscriber: Subscriber, stream: string): void => {
    subscriber.streams.delete(stream);
    const symbol = symbolOf(stream);
    if (![...subscriber.streams].some((other) => symbolOf(other) === symbol)) watchers.get(channel(subscriber.market, symbol))?.delete(subscriber);
  };
  const send = (subscriber: Subscriber, stream: string, data: unknown): void => subscriber.socket.send(subscriber.combined ? { stream, data } : (data as Json));

  return {
    add(subscriber) {
      subscribers.add(subscriber);
      for (const stream of [...subscriber.streams]) watch(subscriber, stream);
      return () => {
        subscribers.delete(subscriber);
        for (const stream of [...subscriber.streams]) unwatch(subscriber, stream);
      };
    },
    command(subscriber, message) {
      const id = message.id ?? null;
      const streams = Array.isArray(message.params) ? message.params.map(String) : [];
      if (message.method === 'LIST_SUBSCRIPTIONS') return { result: [...subscriber.streams], id };
      if (message.method !== 'SUBSCRIBE' && message.method !== 'UNSUBSCRIBE') return { error: { code: 2, msg: `Invalid request: unknown variant \`${String(message.method)}\`` }, id };
      const wrong = streams.find((stream) => !isKnown(stream, subscriber.market));
      if (streams.length === 0 || wrong !== undefined) return { error: { code: 2, msg: 'Invalid request: invalid stream' }, id };
      for (const stream of streams) (message.method === 'SUBSCRIBE' ? watch : unwatch)(subscriber, stream);
      return { result: null, id };
    },
    publish(traded) {
      const { market, symbol } = traded.instrument;
      const lower = symbol.toLowerCase();
      const events = new Map<string, Json | null>();
      const eventOf = (kind: string): Json | null => {
        if (!events.has(kind)) events.set(kind, marketEvent(kind, traded, board));
        return events.get(kind) ?? null;
      };
      for (const subscriber of new Set([...(watchers.get(channel(market, lower)) ?? []), ...(watchers.get(channel(market, '!')) ?? [])])) {
        const occasion = { symbol, apiKey: null, market, stream: 'market' as const };
        if (faults.strike(['mute-stream'], occasion, traded.now) !== null) continue;
        if (faults.strike(['drop-stream'], occasion, traded.now) !== null) {
          subscriber.socket.cut();
          continue;
        }
        for (const stream of subscriber.streams) {
          const all = stream.startsWith('!');
          if (!all && symbolOf(stream) !== lower) continue;
          const event = eventOf(all ? stream.slice(1).replace('@arr', '') : stream.slice(lower.length + 1));
          if (event !== null) send(subscriber, stream, all && stream.includes('@arr') ? [event] : event);
        }
      }
    },
    dropNow(applies) {
      const victims = [...subscribers].filter(applies);
      for (const subscriber of victims) subscriber.socket.cut();
      return victims.length;
    },
  };
}

const isKnown = (stream: string, market: SimMarket): boolean => {
  if (stream.startsWith('!')) return ['!miniTicker', '!ticker', '!bookTicker', '!markPrice'].some((name) => stream === name || stream.startsWith(`${name}@`));
  const at = stream.indexOf('@');
  return at > 0 && isMarketStream(stream.slice(at + 1), market);
};
