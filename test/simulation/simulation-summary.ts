import { crashMoments, crashPoints, crashPointsOf, type CrashMoment, type CrashPoint, type ProvedBy } from '#shared/shell/crash-points';
import { faultKinds } from '#shared/simulation/faults';
import { crashCombinations, struckElsewhere } from './armed-strikes.ts';
import type { CrashCount } from './logical-process.ts';
import type { CrewReport } from './seed-crew.ts';
import type { UserStreams } from './life-streams.ts';

const whole = (value: number): string => Math.round(value).toLocaleString('en-US');
const total = (reports: readonly CrewReport[], of: (report: CrewReport) => number): number => reports.reduce((sum, report) => sum + of(report), 0);

export const progressText = (done: number, of: number, failed: number, ms: number): string => `${done}/${of} seeds, ${failed} failed, ${(ms / 1000).toFixed(0)} s`;

/** A failure as a person needs it: what broke, what happened last, how to see it again. */
export const failureText = ({ seed, failure, userStreams }: CrewReport): string =>
  failure === null ? '' : [`seed ${seed} FAILED`, ...failure.lines.map((line) => `  ${line.slice(0, 400)}`), `seed ${seed}: ${failure.message}`, `replay: npm run simulate -- --seed ${seed}${userStreams === 'on' ? '' : ' --streams off'}`, ''].join('\n');

const stationOf = (point: CrashPoint): string => point.slice(0, point.indexOf(':'));

/** How many lives had to do without user-data streams. */
function streamsText(reports: readonly CrewReport[]): string {
  const lives = (way: UserStreams): number => reports.filter(({ userStreams }) => userStreams === way).length;
  return `without user-data streams: ${lives('silent') + lives('refused')} seeds (open and silent ${lives('silent')}, never opened ${lives('refused')})`;
}

const struckAt = (reports: readonly CrewReport[], point: CrashPoint, moment: CrashMoment, kind: keyof CrashCount): number => total(reports, ({ crashes }) => crashes?.[point]?.[moment][kind] ?? 0);

/** Calls that nobody died, threw or hung at in all these lives. */
export const neverStruck = (reports: readonly CrewReport[]): string[] => crashCombinations.filter(({ point, moment, way }) => struckAt(reports, point, moment, way) === 0).map(({ point, moment, way }) => `${way} ${moment} ${point}`);

/** The calls that simulations leave to other tests, by station, with the files of these tests. */
function elsewhereLines(): string[] {
  return Object.entries(struckElsewhere).flatMap(([by, files]) => {
    const points = crashPointsOf(by as ProvedBy);
    const stations = [...new Set(points.map(stationOf))].map((station) => points.filter((point) => stationOf(point) === station));
    return [`  ${points.length} by ${files.join(', ')}:`, ...stations.flatMap((those) => lines(those, 4)).map((line) => `  ${line}`)];
  });
}

/** What was lived through, in figures. */
export function summaryText(reports: readonly CrewReport[], ms: number): string {
  const failed = reports.filter(({ failure }) => failure !== null);
  const settled = reports.map(({ settleMs }) => settleMs).sort((a, b) => a - b);
  const crashLines = crashPointsOf('simulation').flatMap((point) =>
    crashMoments.map((moment) => {
      const at = (kind: keyof CrashCount): string => whole(struckAt(reports, point, moment, kind));
      return `  ${moment.padEnd(6)} ${point.padEnd(28)} reached ${at('reached').padStart(9)}  died ${at('died').padStart(5)}  threw ${at('threw').padStart(5)}  hung ${at('hung').padStart(5)}  stalled ${at('stalled').padStart(5)}`;
    }),
  );
  const missed = neverStruck(reports);
  const struck = faultKinds.map((kind) => `${kind} ${whole(total(reports, ({ faults }) => faults?.[kind] ?? 0))}`);
  const broken = new Map<string, number>();
  for (const { failure } of failed) {
    const name = failure?.invariant === null || failure?.invariant === undefined ? 'an error' : `invariant ${failure.invariant}`;
    broken.set(name, (broken.get(name) ?? 0) + 1);
  }
  return [
    `seeds ${reports.length}, steps ${whole(total(reports, ({ steps }) => steps))}, virtual time ${(total(reports, ({ virtualMs }) => virtualMs) / 3_600_000).toFixed(1)} h`,
    `signals ${whole(total(reports, ({ signals }) => signals))}, groups ${whole(total(reports, ({ groups }) => groups))}, decisions ${whole(total(reports, ({ decisions }) => decisions))}, orders at the venue ${whole(total(reports, ({ orders }) => orders))}, fills ${whole(total(reports, ({ fills }) => fills))}`,
    `at rest after the last fault: median ${(settled[settled.length >> 1] ?? 0) / 1000} s, longest ${(settled.at(-1) ?? 0) / 1000} s`,
    streamsText(reports),
    `crashes at ${crashPointsOf('simulation').length} of ${crashPoints.length} calls out, before and after each:`,
    ...crashLines,
    ...(missed.length === 0 ? ['every one was struck in every way'] : [`never struck, ${missed.length} of ${crashCombinations.length}:`, ...lines(missed, 4)]),
    'the other calls are struck by tests of their own:',
    ...elsewhereLines(),
    'faults by kind:',
    ...lines(struck, 6),
    failed.length === 0 ? 'every invariant held' : `FAILED: ${failed.length} seeds (${[...broken].map(([name, count]) => `${name}: ${count}`).join(', ')}): ${failed.slice(0, 20).map(({ seed }) => seed).join(' ')}${failed.length > 20 ? ' ...' : ''}`,
    ...(ms > 0 ? [`${(ms / 1000).toFixed(1)} s`] : []),
  ].join('\n');
}

const lines = (words: readonly string[], perLine: number): string[] => Array.from({ length: Math.ceil(words.length / perLine) }, (_, row) => `  ${words.slice(row * perLine, (row + 1) * perLine).join(', ')}`);
