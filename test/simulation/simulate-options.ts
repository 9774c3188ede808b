import { availableParallelism } from 'node:os';
import { plantNames, type PlantName } from './planted-faults.ts';

export interface SimulateOptions {
  seeds: number;
  from: number;
  /** Replays this one alone, with everything that happened. */
  seed: number | null;
  jobs: number;
  /** How many failures are told in full. */
  failures: number;
  /** Mistakes to be found, each by the first seed that does. */
  plants: readonly PlantName[];
  /** No life has user-data streams. */
  streamsOff: boolean;
}

export const usage = 'npm run simulate -- [--seeds 500] [--from 1] [--jobs 2] [--failures 3]   many seeds\nnpm run simulate -- --seed 42                                              one seed again, with everything that happened in it\nnpm run simulate -- --plant all [--seeds 20] [--from 1]                      mistakes made on purpose, each to be found\nnpm run simulate -- --streams off [--seeds 500] [--seed 42]                   lives without user-data streams';

const names = ['seeds', 'from', 'seed', 'jobs', 'failures'] as const;

/** The options of the command line, or what is wrong with them. */
export function readOptions(given: readonly string[]): SimulateOptions | string {
  const options: SimulateOptions = { seeds: 500, from: 1, seed: null, jobs: Math.min(availableParallelism(), 16), failures: 3, plants: [], streamsOff: false };
  const words = given.flatMap((word) => (word.startsWith('--') ? word.split('=') : [word]));
  for (let place = 0; place < words.length; place += 2) {
    if (words[place] === '--plant') {
      const wanted = plantNames.filter((each) => words[place + 1] === 'all' || words[place + 1] === each);
      if (wanted.length === 0) return `--plant: found "${words[place + 1] ?? ''}", expected all or one of ${plantNames.join(', ')}`;
      options.plants = wanted;
      continue;
    }
    if (words[place] === '--streams') {
      if (words[place + 1] !== 'off') return `--streams: found "${words[place + 1] ?? ''}", expected off`;
      options.streamsOff = true;
      continue;
    }
    const name = names.find((each) => `--${each}` === words[place]);
    if (name === undefined) return `${words[place]}: expected one of ${names.map((each) => `--${each}`).join(', ')}`;
    const text = words[place + 1] ?? '';
    if (!/^\d{1,9}$/.test(text) || (name !== 'seed' && name !== 'from' && Number(text) === 0)) return `--${name}: found "${text}", expected a whole number above 0`;
    options[name] = Number(text);
  }
  return options;
}
