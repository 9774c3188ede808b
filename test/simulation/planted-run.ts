import { plants, type PlantName } from './planted-faults.ts';
import { liveSeed } from './simulated-life.ts';

/** What found a planted mistake. */
export interface Caught {
  name: PlantName;
  seed: number;
  invariant: number | null;
  message: string;
}

/**
 * Lives seeds with a planted mistake until one of them finds it; null where none does. The same seed without the mistake must hold,
 * otherwise it has found something else.
 */
export async function catchPlant(name: PlantName, { from, seeds, streamsOff = false }: { from: number; seeds: number; streamsOff?: boolean }): Promise<Caught | null> {
  for (let seed = from; seed < from + seeds; seed += 1) {
    const { failure } = await liveSeed(seed, { plant: plants[name], streamsOff });
    if (failure === null || (await liveSeed(seed, { streamsOff })).failure !== null) continue;
    return { name, seed, invariant: failure.invariant, message: failure.message.split('\n')[0] ?? '' };
  }
  return null;
}

/** One line of what found a mistake. */
export const caughtText = (name: PlantName, seeds: number, caught: Caught | null): string =>
  caught === null ? `${name}: NOT FOUND in ${seeds} seeds (${plants[name].what})` : `${name}: found at seed ${caught.seed} by ${caught.invariant === null ? 'an error' : `invariant ${caught.invariant}`} (${plants[name].what})\n    ${caught.message.slice(0, 300)}`;
