import type { Backend } from './chaos-steps.ts';

/** What `npm run chaos` was asked for. */
export interface ChaosOptions {
  backends: Backend[];
  /** Of each, on each backend, at least so many. */
  alerts: number;
  kills: number;
  faults: number;
  seed: number;
  /** How long alerts, kills and faults are spread over. */
  seconds: number;
  workers: number;
  /** A smoke test: fewer of everything unless said, and it need not have killed each store. */
  short: boolean;
}

export const chaosUsage = 'npm run chaos -- [--backend postgres|redis] [--alerts 500] [--kills 50] [--faults 200] [--seed 1] [--seconds 330] [--workers 3] [--short]';

const numbers = ['alerts', 'kills', 'faults', 'seed', 'seconds', 'workers'] as const;
const full = { alerts: 500, kills: 50, faults: 200, seconds: 330, short: false };
const little = { alerts: 20, kills: 3, faults: 10, seconds: 20, short: true };

/** The options of the command line, or what is wrong with them. */
export function readChaosOptions(given: readonly string[]): ChaosOptions | string {
  const options: ChaosOptions = { backends: ['postgres', 'redis'], seed: 1, workers: 3, ...(given.includes('--short') ? little : full) };
  const words = given.flatMap((word) => (word === '--short' ? [] : word.startsWith('--') ? word.split('=') : [word]));
  for (let place = 0; place < words.length; place += 2) {
    const text = words[place + 1] ?? '';
    if (words[place] === '--backend') {
      if (text !== 'postgres' && text !== 'redis') return `--backend: found "${text}", expected postgres or redis`;
      options.backends = [text];
      continue;
    }
    const name = numbers.find((each) => `--${each}` === words[place]);
    if (name === undefined) return `${words[place]}: expected one of --short, --backend, ${numbers.map((each) => `--${each}`).join(', ')}`;
    if (!/^\d{1,9}$/.test(text)) return `--${name}: found "${text}", expected a whole number`;
    options[name] = Number(text);
  }
  if (options.seconds < 5) return `--seconds: found "${options.seconds}", expected 5 or more`;
  if (options.workers < 1) return `--workers: found "${options.workers}", expected 1 or more`;
  return options;
}
