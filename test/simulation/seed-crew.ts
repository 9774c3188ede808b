import { fork, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { userStreamsOf } from './life-streams.ts';
import type { Asked } from './seed-member.ts';
import type { LifeReport } from './simulated-life.ts';

/** A seed's report without the whole story, which a failure carries the end of. */
export type CrewReport = Omit<LifeReport, 'lines'>;

/** How long one seed may take in real time before its process is given up. Most need less than a second of a processor, but at low priority beside other work two minutes were once not enough. */
const patienceMs = 300_000;

/** Lives seeds over `jobs` processes; answers their reports in the order of the seeds. What a seed comes to does not depend on which process lives it. */
export async function runSeeds(seeds: readonly number[], { jobs, streamsOff }: { jobs: number; streamsOff: boolean }, progress: (done: number, failed: number) => void): Promise<CrewReport[]> {
  const reports = new Map<number, CrewReport>();
  let next = 0;
  let failed = 0;

  const member = async (): Promise<void> => {
    let child: ChildProcess | null = null;
    while (next < seeds.length) {
      const seed = seeds[next]!;
      next += 1;
      child ??= fork(join(import.meta.dirname, 'seed-member.ts'), { execArgv: process.execArgv });
      const wanted = { seed, streamsOff };
      const report = await asked(child, wanted);
      if (report === null) {
        child.kill('SIGKILL');
        child = null;
      }
      reports.set(seed, report ?? lost(wanted));
      if ((report ?? lost(wanted)).failure !== null) failed += 1;
      progress(reports.size, failed);
    }
    child?.kill();
  };

  await Promise.all(Array.from({ length: Math.min(jobs, seeds.length) }, member));
  return seeds.map((seed) => reports.get(seed)!);
}

const asked = (child: ChildProcess, wanted: Asked): Promise<CrewReport | null> =>
  new Promise((resolve) => {
    const end = (report: CrewReport | null): void => {
      clearTimeout(timer);
      child.off('message', heard);
      child.off('exit', ended);
      resolve(report);
    };
    const heard = (report: unknown): void => end(report as CrewReport);
    const ended = (): void => end(null);
    const timer = setTimeout(ended, patienceMs);
    child.on('message', heard);
    child.on('exit', ended);
    child.send(wanted);
  });

const lost = ({ seed, streamsOff }: Asked): CrewReport => ({
  seed,
  failure: { invariant: null, message: `the process that lived it ended, or took longer than ${patienceMs / 1000} s`, lines: [] },
  steps: 0, virtualMs: 0, signals: 0, groups: 0, decisions: 0, orders: 0, fills: 0, settleMs: 0, userStreams: userStreamsOf(seed, streamsOff), crashes: null, faults: null,
});
