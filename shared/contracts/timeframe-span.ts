const units: readonly [string, number][] = [
  ['w', 604_800_000],
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
];

/** Weeks begin on Monday; the epoch was a Thursday. */
const mondayMs = 345_600_000;

/** Milliseconds of `1m`, `4h`, `1d`, `1w`; null for anything else. */
export function timeframeMs(timeframe: string): number | null {
  const parts = /^([1-9]\d{0,4})([smhdw])$/.exec(timeframe);
  const unit = units.find(([name]) => name === parts?.[2]);
  return parts && unit ? Number(parts[1]) * unit[1] : null;
}

/** The name of a span: `5m` for 300000. */
export function timeframeOfSpan(spanMs: number): string {
  const [name, ms] = units.find(([, unit]) => spanMs >= unit && spanMs % unit === 0) ?? ['s', 1000];
  return `${Math.max(1, Math.round(spanMs / ms))}${name}`;
}

/** Where candles of this span are counted from, epoch milliseconds. */
export const timeframeOrigin = (spanMs: number): number => (spanMs % 604_800_000 === 0 ? mondayMs : 0);

/** When the candle that holds `at` opened. */
export function candleStart(at: number, spanMs: number): number {
  const origin = timeframeOrigin(spanMs);
  return origin + Math.floor((at - origin) / spanMs) * spanMs;
}
