import pg from 'pg';
import { waitFor } from '#test/support/wait-for';
import { load, median, spread, type LoadResult, type Spread } from './load.ts';

/** What one run of a chain at one rate showed. */
export interface ChainRun {
  perSecond: number;
  answer: Spread;
  /** From the arrival of an alert to the acceptance of its first order, by the database's clock. */
  accepted: Spread;
  failed: number;
  /** Alerts whose orders were all accepted within the drain time, and that time. */
  settled: number;
  sent: number;
  drainSeconds: number;
}

/** How to see what became of the alerts of a run. */
export interface ChainView {
  /** Alerts settled since the run began. */
  settled(client: pg.Client): Promise<number>;
  /** Milliseconds from alert to accepted order, one per settled alert. */
  latencies(client: pg.Client): Promise<number[]>;
}

/** A chain that is up and can be loaded again and again. */
export interface Chain {
  name: string;
  run(perSecond: number, seconds: number): Promise<ChainRun>;
  /** Makes what runs left behind cost the next one nothing. */
  rest(): Promise<void>;
  analyse(): Promise<void>;
  stop(): void;
}

const drainMaxMs = 30_000;

/** Plans are made by what tables hold, as the server does by itself within a minute; a run must not begin with those of empty ones, nor change them in its middle. */
export async function analyse(databaseUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  await client.query('analyze').finally(() => client.end());
}

/** Loads a chain and waits until every alert of the run has its orders at the exchange, or the drain time is over. */
export async function runChain(origin: string, databaseUrl: string, requests: readonly { path: string; body: string }[], perSecond: number, view: ChainView): Promise<ChainRun> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const before = await view.settled(client);
    const result: LoadResult = await load(origin, requests, perSecond);
    const ended = performance.now();
    const goal = result.sent - result.failed;
    await waitFor('the orders of all alerts', async () => (await view.settled(client)) - before >= goal, { timeoutMs: drainMaxMs, everyMs: 50 }).catch(() => {});
    const drainSeconds = (performance.now() - ended) / 1000;
    const settled = (await view.settled(client)) - before;
    // One that was answered too late, or not at all, may have been stored all the same.
    if (settled > result.sent) throw new Error(`${settled} alerts settled of ${result.sent}: something was sent twice`);
    const latencies = (await view.latencies(client)).slice(-settled);
    return { perSecond, answer: spread(result.answers), accepted: spread(latencies), failed: result.failed, settled, sent: result.sent, drainSeconds };
  } finally {
    await client.end();
  }
}

const ms = (value: number): string => (Number.isNaN(value) ? '-' : value.toFixed(value < 10 ? 1 : 0)).padStart(7);

/** One line of the table. */
export const line = (name: string, run: ChainRun): string =>
  `${name.padEnd(34)}${String(run.perSecond).padStart(5)}/s  answer ${ms(run.answer.p50)}${ms(run.answer.p95)}${ms(run.answer.p99)}   order ${ms(run.accepted.p50)}${ms(run.accepted.p95)}${ms(run.accepted.p99)}   settled ${run.settled}/${run.sent}, drained in ${run.drainSeconds.toFixed(1)} s${run.failed > 0 ? `, ${run.failed} FAILED` : ''}`;

/** Order latency of one round, as multiples of what the reference took in the same round. */
export const ratiosOf = (mine: ChainRun, reference: ChainRun): { p50: number; p99: number } => ({ p50: mine.accepted.p50 / reference.accepted.p50, p99: mine.accepted.p99 / reference.accepted.p99 });

/** The median of the rounds, and all of them where they are several: `1.46 (1.40, 1.46, 2.06)`. */
export function overOf(rounds: readonly { p50: number; p99: number }[], which: 'p50' | 'p99'): string {
  const values = rounds.map((round) => round[which]);
  return `${median(values).toFixed(2)}${values.length > 1 ? ` (${values.map((value) => value.toFixed(2)).join(', ')})` : ''}`;
}

export const heading = `${''.padEnd(34)}${'rate'.padStart(7)}  (ms)       p50    p95    p99  (ms)     p50    p95    p99`;
