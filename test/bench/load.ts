import { Pool } from 'undici';

/** One measured run of an open loop: requests go out on time, however slowly the answers come. */
export interface LoadResult {
  sent: number;
  failed: number;
  /** Answer latency from the moment a request was due, milliseconds. */
  answers: number[];
  seconds: number;
}

/** Posts `requests` to `origin` at `perSecond`, over at most `connections` connections. */
export async function load(origin: string, requests: readonly { path: string; body: string }[], perSecond: number, connections = 64): Promise<LoadResult> {
  const pool = new Pool(origin, { connections, pipelining: 1 });
  const answers: number[] = [];
  let failed = 0;
  const start = performance.now();
  const sends = requests.map(async ({ path, body }, index) => {
    const due = start + (index * 1000) / perSecond;
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, due - performance.now())));
    try {
      const { statusCode, body: answer } = await pool.request({ path, method: 'POST', headers: { 'content-type': 'application/json' }, body });
      await answer.dump();
      if (statusCode >= 300) failed += 1;
      answers.push(performance.now() - Math.max(due, start));
    } catch {
      failed += 1;
    }
  });
  await Promise.all(sends);
  const seconds = (performance.now() - start) / 1000;
  await pool.close();
  return { sent: requests.length, failed, answers, seconds };
}

/** The value below which `share` of the values lie; NaN for none. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export const median = (values: readonly number[]): number => percentile(values, 0.5);

export interface Spread {
  p50: number;
  p95: number;
  p99: number;
}
export const spread = (values: readonly number[]): Spread => ({ p50: percentile(values, 0.5), p95: percentile(values, 0.95), p99: percentile(values, 0.99) });
