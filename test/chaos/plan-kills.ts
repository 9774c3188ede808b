import type { Chance } from '#shared/simulation/seeded-chance';
import type { Backend, PlannedBlow, Timed, Victim } from './chaos-steps.ts';

/** How often each is killed, in shares. The supervisor's death takes all with it but PostgreSQL. */
const killed: Readonly<Record<Exclude<Victim, 'redis'>, number>> = { workers: 40, api: 15, market: 12, paper: 13, postgres: 9, 'postgres-children': 5, supervisor: 3 };
const paused = { workers: 8, api: 2, market: 3, paper: 2, postgres: 2 };
/** Beside the kills: one pause for every five. */
const pausesPerKill = 0.2;

/** `count` kills and a fifth as many pauses; on Redis it is wiped once in the middle. */
export function planKills(chance: Chance, lengthMs: number, count: number, backend: Backend): Timed<PlannedBlow>[] {
  const redis = backend === 'redis';
  const at = (): number => chance.between(2_000, Math.max(2_000, lengthMs - 2_000));
  const victims: Victim[] = Array.from({ length: count }, () => chance.weighted({ ...killed, redis: redis ? 10 : 0 }));
  // Whatever chance says, each kind of store dies at least once.
  for (const [place, must] of (redis ? (['postgres', 'redis'] as const) : (['postgres'] as const)).entries()) if (!victims.includes(must) && place < count) victims[place] = must;
  const kills = victims.map((victim): Timed<PlannedBlow> => ({ do: 'kill', atMs: at(), victim, which: chance.between(0, 99), downMs: victim === 'redis' ? chance.pick([0, 500, 3_000, 8_000]) : 0 }));
  const pauses = Array.from({ length: Math.round(count * pausesPerKill) }, (): Timed<PlannedBlow> => {
    const victim = chance.weighted({ ...paused, redis: redis ? 2 : 0 });
    // What everybody waits for stands still for a few seconds only; a single process for up to a minute.
    const forMs = victim === 'postgres' || victim === 'redis' || victim === 'paper' ? chance.between(5_000, 9_000) : chance.pick([5_000, 7_000, 12_000, 20_000, 25_000, 60_000]);
    return { do: 'pause', atMs: Math.min(at(), Math.max(2_000, lengthMs - forMs)), victim, which: chance.between(0, 99), forMs: Math.min(forMs, lengthMs) };
  });
  return [...kills, ...pauses, ...(redis && count > 0 ? [{ do: 'wipe' as const, atMs: Math.trunc(lengthMs / 2) }] : [])];
}
