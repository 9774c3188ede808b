import { dec } from '#shared/engine/num/units';
import type { Walk, WalkOptions } from '#shared/ports/price-source.port';

/** Of one step, as a share of the price: about 0.15 % within a minute of steps of a second, as lively crypto markets have it. */
const deviation = 0.0002;
/** Share of the way back to the anchor per step; keeps a market that runs for weeks at a plausible price. */
const pull = 0.000004;

/** 32 well-mixed bits of a text (FNV-1a). */
export function textHash(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193) >>> 0;
  return hash;
}

/** Number `index` of a stream of numbers in [0, 1): counted, not chained, so that a walk can go on anywhere (splitmix32). */
function uniform(stream: number, index: number): number {
  let bits = (stream + Math.imul(index + 1, 0x9e3779b9)) >>> 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x21f0aaad) >>> 0;
  bits = Math.imul(bits ^ (bits >>> 15), 0x735a2d97) >>> 0;
  return ((bits ^ (bits >>> 15)) >>> 0) / 0x1_0000_0000;
}

/** Nearly normal, deviation 1: a sum of uniforms needs only additions, which round alike everywhere; logarithms may not. */
function bell(stream: number, step: number): number {
  let total = -6;
  for (let draw = 0; draw < 12; draw += 1) total += uniform(stream, step * 12 + draw);
  return total;
}

/**
 * A geometric random walk on whole ticks, drawn from a seed and the symbol. Floats only choose how many ticks the price moves;
 * the price itself is a count of ticks and leaves as exact text.
 */
export function createWalk({ seed, pair, anchor, tickSize, from }: WalkOptions): Walk {
  const stream = textHash(`${seed}/${pair}`);
  const tick = dec(tickSize);
  const ticksOf = (price: string): number => Math.max(1, dec(price).dividedToIntegerBy(tick).toNumber());
  const home = ticksOf(anchor);
  let step = from?.step ?? 0;
  let ticks = from ? ticksOf(from.price) : home;
  const price = (count: number): string => tick.times(count).toFixed();
  const move = (): number => {
    const drift = (home - ticks) * pull;
    ticks = Math.max(1, ticks + Math.round(ticks * deviation * bell(stream, step) + drift));
    step += 1;
    return ticks;
  };
  return {
    position: () => ({ step, price: price(ticks) }),
    step: () => price(move()),
    candle: (steps) => {
      const open = move();
      let [high, low] = [open, open];
      for (let made = 1; made < steps; made += 1) {
        const at = move();
        if (at > high) high = at;
        else if (at < low) low = at;
      }
      return { open: price(open), high: price(high), low: price(low), close: price(ticks) };
    },
  };
}
