/** Bases of the symbols that are traded, against USDT. */
export const bases = ['C01', 'C02', 'C03', 'C04', 'C05', 'C06'] as const;

/** Where the queues live. */
export type Backend = 'postgres' | 'redis';

/** An alert to send, and how. */
export interface PlannedAlert {
  do: 'alert';
  tradeId: string;
  base: string;
  timeframe: string;
  kind: 'entry' | 'exit' | 'reduce' | 'reverse';
  side: 'long' | 'short';
  price: string;
  orderSize: string;
  stopLoss: string | null;
  /** Sent so often, whatever the answers. */
  copies: number;
}

/** The market trades at each of these prices, one after the other. */
export interface PlannedWalk {
  do: 'walk';
  base: string;
  prices: string[];
}

/** A fault that the paper exchange is asked for. `name` is what the report counts it under. */
export interface PlannedFault {
  do: 'fault';
  name: string;
  body: Record<string, unknown> & { kind: string; times: number };
}

export type Victim = 'workers' | 'api' | 'market' | 'paper' | 'postgres' | 'postgres-children' | 'supervisor' | 'redis';

/** A process is killed (kill -9), stopped for a while as a virtual machine may be, or Redis loses all it holds. */
export type PlannedBlow =
  | { do: 'kill'; victim: Victim; which: number; downMs: number }
  | { do: 'pause'; victim: Exclude<Victim, 'supervisor' | 'postgres-children'>; which: number; forMs: number }
  | { do: 'wipe' };

/** `What` is done at a moment after the start. */
export type Timed<What> = What & { atMs: number };
export type Step = Timed<PlannedAlert | PlannedWalk | PlannedFault | PlannedBlow>;
