import type { ChaosOptions } from './chaos-options.ts';
import type { Backend } from './chaos-steps.ts';
import type { Breach } from './evidence.ts';
import type { SenderCounts } from './alert-sender.ts';
import { settleWithinMs } from './settle.ts';

interface PickUp {
  id: string;
  receivedAt: number;
  tookMs: number;
}

/** What a run came to. */
export interface ChaosReport {
  backend: Backend;
  asked: Omit<ChaosOptions, 'backends'>;
  /** Plan, acknowledgement log and, where something broke, evidence and output. */
  directory: string;
  chaosMs: number;
  settleMs: number | null;
  closeMs: number | null;
  breaches: Breach[];
  sender: SenderCounts;
  struck: Record<string, number>;
  killed: Record<string, number>;
  paused: Record<string, number>;
  /** Blows that found nobody. */
  missed: Record<string, number>;
  /** When Redis was emptied. */
  wipedAt: number | null;
  /** How long each signal waited for its decision. */
  pickUps: PickUp[];
  counts: { signals: number; groups: number; orders: number; fills: number };
  outcomes: Record<string, number>;
}

const total = (counts: Record<string, number>): number => Object.values(counts).reduce((sum, each) => sum + each, 0);
const listed = (counts: Record<string, number>): string[] => {
  const words = Object.entries(counts).sort(([, a], [, b]) => b - a).map(([name, count]) => `${name} ${count}`);
  return Array.from({ length: Math.ceil(words.length / 4) }, (_, row) => `  ${words.slice(row * 4, row * 4 + 4).join(', ')}`);
};
const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
const restAfter = (ms: number | null): string => (ms === null ? `not within ${settleWithinMs / 1000} s` : seconds(ms));
const asWords = (asked: ChaosReport['asked']): string => Object.entries(asked).map(([name, value]) => (typeof value === 'number' ? ` --${name} ${value}` : value ? ` --${name}` : '')).join('');

/** What came for so long after Redis was emptied belongs to the emptying too. */
const aroundMs = 10_000;
/** What Redis has lost a job for is found again by the sweeper, so late at the most. */
const foundAgainMs = 15_000;

/** The signals that waited when Redis was emptied, or came within 10 s. */
const aroundWipe = ({ wipedAt, pickUps }: ChaosReport): PickUp[] => (wipedAt === null ? [] : pickUps.filter(({ receivedAt, tookMs }) => receivedAt < wipedAt + aroundMs && receivedAt + tookMs > wipedAt));

/** What must have died, and been emptied, whatever else was asked for. */
function mustHaveStruck(report: ChaosReport): [what: string, found: number, wanted: number][] {
  const { backend, killed, wipedAt } = report;
  const kills = (['postgres', 'redis'] as const).filter((each) => each === 'postgres' || each === backend);
  const wipe: [string, number, number][] = [
    ['times that Redis was emptied', wipedAt === null ? 0 : 1, 1],
    ['signals around that moment', aroundWipe(report).length, 1],
  ];
  return [...kills.map((each): [string, number, number] => [`kills of ${each}`, killed[each] ?? 0, 1]), ...(backend === 'redis' ? wipe : [])];
}

/** What was asked for and did not come about: a run that was too mild proves nothing. */
export function shortOf(report: ChaosReport): string[] {
  const { asked, sender, killed, struck } = report;
  const figures: [what: string, found: number, wanted: number][] = [
    ['acknowledged alerts', sender.acknowledged, asked.alerts],
    ['faults', total(struck), asked.faults],
    ['kills', total(killed), asked.kills],
    ...(asked.short ? [] : mustHaveStruck(report)),
  ];
  return figures.flatMap(([what, found, wanted]) => (found >= wanted ? [] : [`${what}: ${found} of ${wanted}`]));
}

/** Signals that the emptying of Redis held up for too long: counted from then, or from when they came if that was later. */
export function lateAfterWipe(report: ChaosReport): string[] {
  const { wipedAt, asked } = report;
  if (wipedAt === null || asked.short) return [];
  return aroundWipe(report).flatMap(({ id, receivedAt, tookMs }) => {
    const waitedMs = receivedAt + tookMs - Math.max(receivedAt, wipedAt);
    return waitedMs <= foundAgainMs ? [] : [`signal ${id}, around the emptying of Redis: ${waitedMs === Infinity ? 'never decided' : `decided after ${seconds(waitedMs)}`}, expected ${seconds(foundAgainMs)} at the most`];
  });
}

/** Did every promise hold, under as much as was asked for? */
export const held = (report: ChaosReport): boolean => [report.breaches, shortOf(report), lateAfterWipe(report), report.sender.refused].every(({ length }) => length === 0) && report.settleMs !== null && report.closeMs !== null;

function pickUpText(tookMs: number[], what: string): string {
  const sorted = [...tookMs].sort((a, b) => a - b);
  const at = (share: number): string => ((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0) / 1000).toFixed(2);
  return `${what}: median ${at(0.5)} s, 95 % ${at(0.95)} s, longest ${at(1)} s`;
}

const mostTold = 40;

/** The report as a person reads it. */
export function reportText(report: ChaosReport): string {
  const { sender, counts, breaches } = report;
  const late = lateAfterWipe(report);
  return [
    `backend ${report.backend}, seed ${report.asked.seed}, ${(report.chaosMs / 1000).toFixed(0)} s of chaos`,
    `alerts: ${sender.sent} sent, ${sender.acknowledged} acknowledged, ${sender.repeated} times sent again, ${sender.givenUp} given up`,
    `${counts.signals} signals, ${counts.groups} groups, ${counts.orders} orders, ${counts.fills} fills; outcomes:`,
    ...listed(report.outcomes),
    `faults of the venue: ${total(report.struck)} struck`,
    ...listed(report.struck),
    `kills (kill -9): ${total(report.killed)}`,
    ...listed(report.killed),
    ...(total(report.missed) > 0 ? [`blows that found nobody: ${total(report.missed)}`, ...listed(report.missed)] : []),
    `stopped and continued: ${total(report.paused)}`,
    ...listed(report.paused),
    pickUpText(report.pickUps.map(({ tookMs }) => tookMs), 'signals decided after'),
    ...(report.wipedAt === null ? [] : [pickUpText(aroundWipe(report).map(({ tookMs }) => tookMs), 'Redis was emptied; signals that waited or came within 10 s decided after')]),
    `at rest ${restAfter(report.settleMs)} after the last fault; all closed after ${restAfter(report.closeMs)}`,
    ...sender.refused.slice(0, 10).map((line) => `refused alert ${line}`),
    ...breaches.slice(0, mostTold).map(({ promise, id, what }) => `VIOLATED ${promise} [${id}] ${what}`),
    ...(breaches.length > mostTold ? [`and ${breaches.length - mostTold} more`] : []),
    ...late.slice(0, mostTold).map((line) => `LATE ${line}`),
    ...shortOf(report).map((line) => `TOO MILD ${line}`),
    held(report) ? 'every promise held' : `FAILED: ${breaches.length + late.length} violations; evidence: ${report.directory}; the same plan again: npm run chaos -- --backend ${report.backend}${asWords(report.asked)}`,
  ].join('\n');
}
