import type { PriceSource } from '#shared/contracts/http';

/** What the light of the prices says of one source, and how loud. */
export interface PriceLight {
  source: PriceSource;
  tone: 'profit' | 'accent' | 'warning';
  word: 'none' | 'old' | 'fallback' | 'live' | 'synthetic' | 'replayAt' | 'replayEnded';
  /** Milliseconds since prices were last heard; a live price's own age where that is more. */
  age: number;
}

const oldAfterMs = 30_000;
const since = (at: string, now: number): number => Math.max(0, now - Date.parse(at));

function lightOf(source: PriceSource, now: number): PriceLight {
  const { lastPriceAt, source: kind } = source;
  if (lastPriceAt === null) return { source, tone: 'warning', word: 'none', age: since(source.heardAt, now) };
  // A replayed price carries the time of its file: only a live one can be old by its own time.
  const age = Math.max(since(source.heardAt, now), kind === 'live' ? since(lastPriceAt, now) : 0);
  if (!source.connected || age > oldAfterMs) return { source, tone: 'warning', word: 'old', age };
  if (source.fallback) return { source, tone: 'warning', word: 'fallback', age };
  if (kind === 'replay') return { source, tone: 'accent', word: source.ended ? 'replayEnded' : 'replayAt', age };
  return { source, tone: kind === 'live' ? 'profit' : 'accent', word: kind, age };
}

const rank = ({ tone, word }: PriceLight): number => (word === 'none' || word === 'old' ? 0 : tone === 'warning' ? 1 : tone === 'accent' ? 2 : 3);

/** The source a trader must know of first: one that is silent or fell back before one that works. */
export function priceLight(sources: readonly PriceSource[], now: number): PriceLight | undefined {
  return sources.map((source) => lightOf(source, now)).sort((a, b) => rank(a) - rank(b))[0];
}
