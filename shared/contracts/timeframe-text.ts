const minutesOf = { H: 60, D: 1440, W: 10080 } as const;
const shape = /^(\d{0,3}|\d{4})([a-zA-Z]?)$/;
const longestMinutes = 53 * 10080;

/**
 * A chart's timeframe in our spelling, or null when it is none (E-52): TradingView's `15`, `240`, `1D`, `W` and a person's `15m`, `4h`,
 * `1d`. A bare number is minutes, lower-case m is minutes, upper-case M months; what is a whole number of the next unit is written in
 * it, so that `60` and `1H` are one timeframe.
 */
export function timeframeOf(text: string): string | null {
  const found = shape.exec(text.trim());
  if (!found || text.trim() === '') return null;
  const [, digits = '', letter = ''] = found;
  const count = digits === '' ? 1 : Number(digits);
  if (count === 0) return null;
  if (letter === 'M') return [1, 3, 6, 12].includes(count) ? `${count}M` : null;
  if (letter === 's' || letter === 'S') return count % 60 === 0 ? spell(count / 60) : count < 60 ? `${count}s` : null;
  if (letter === '' || letter === 'm') return digits === '' ? null : spell(count);
  const unit = minutesOf[letter.toUpperCase() as keyof typeof minutesOf];
  return unit === undefined ? null : spell(count * unit);
}

function spell(minutes: number): string | null {
  if (minutes > longestMinutes) return null;
  if (minutes % minutesOf.W === 0) return `${minutes / minutesOf.W}w`;
  if (minutes % minutesOf.D === 0) return `${minutes / minutesOf.D}d`;
  if (minutes % minutesOf.H === 0) return `${minutes / minutesOf.H}h`;
  return `${minutes}m`;
}
