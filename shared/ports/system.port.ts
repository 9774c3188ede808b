/** The current time in epoch milliseconds. Only processes have a clock; the engine is told the time. */
export interface Clock {
  now(): number;
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'alert';

/** Log categories a person can filter by (R-721 onwards). */
export type LogCategory = 'webhook' | 'signal' | 'order' | 'fill' | 'risk' | 'precision' | 'pool' | 'market' | 'venue' | 'paper' | 'system' | 'security' | 'config' | 'audit';

/** Ids that link a log row to what it is about, and plain figures. Never a secret. */
export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** Structured log. `alert` is for what a person must see now. */
export interface Log {
  debug(category: LogCategory, message: string, fields?: LogFields): void;
  info(category: LogCategory, message: string, fields?: LogFields): void;
  warn(category: LogCategory, message: string, fields?: LogFields): void;
  error(category: LogCategory, message: string, fields?: LogFields): void;
  alert(category: LogCategory, message: string, fields?: LogFields): void;
}

/** Topics of the bus, each with what it carries. Losing a message is allowed: whoever needs certainty asks the database. */
export interface BusTopics {
  /** Something a browser may show: `event` is the Socket.IO event, `userId` null for everybody. */
  live: { event: 'position' | 'order' | 'signal' | 'queue' | 'risk' | 'log' | 'status' | 'config' | 'reconcile'; userId: string | null; id: string; data: unknown };
  /** Last traded prices, decimal strings, epoch milliseconds. */
  price: { venue: string; market: string; prices: { symbol: string; price: string; at: number }[] };
  /** A group's wake conditions changed: the price watch reads them again. */
  wake: { groupId: string };
  /** A new configuration version is active. */
  config: { userId: string; version: number };
}
export type BusTopic = keyof BusTopics;

/** Publish and subscribe between processes; at most once, in order per publisher. */
export interface Bus {
  publish<T extends BusTopic>(topic: T, message: BusTopics[T]): Promise<void>;
  subscribe<T extends BusTopic>(topic: T, handler: (message: BusTopics[T]) => void): Promise<() => Promise<void>>;
  close(): Promise<void>;
}
