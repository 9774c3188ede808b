const clocks = new Map<string, Intl.DateTimeFormat>();

/** Minutes that the clocks of `timezone` are ahead of UTC at that time; the summer is in it. */
export function offsetIn(timezone: string, date: Date): number {
  let clock = clocks.get(timezone);
  if (clock === undefined) {
    clock = new Intl.DateTimeFormat('en-US', { timeZone: timezone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric' });
    clocks.set(timezone, clock);
  }
  const part = Object.fromEntries(clock.formatToParts(date).map(({ type, value }) => [type, Number(value)]));
  const there = Date.UTC(part['year'] ?? 0, (part['month'] ?? 1) - 1, part['day'], part['hour'], part['minute'], part['second']);
  return Math.round((there - date.getTime()) / 60_000);
}

/** `2026-11-21 14:03:11 UTC+2`: the moment on clocks that are so many minutes ahead of UTC. */
export function timeAhead(date: Date, offset: number): string {
  const there = new Date(date.getTime() + offset * 60_000).toISOString().slice(0, 19).replace('T', ' ');
  const hours = Math.trunc(Math.abs(offset) / 60);
  const minutes = Math.abs(offset) % 60;
  return `${there} UTC${offset < 0 ? '\u2212' : '+'}${hours}${minutes === 0 ? '' : `:${String(minutes).padStart(2, '0')}`}`;
}
