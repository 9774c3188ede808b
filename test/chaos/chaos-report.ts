import type { ChaosOptions } from './chaos-options.ts';
import type { Backend } from './chaos-steps.ts';
import type { Breach } from './evidence.ts';
import type { SenderCounts } from './alert-sender.ts';
import { settleWithinMs } from './settle.ts';

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
  missed: number;
  wipedAt: number | null;
  /** How long each signal waited for its decision. */
  pickUps: { receivedAt: number; tookMs: number }[];
  counts: { signals: number; groups: number; orders: number; fills: number };
  outcomes: Record<string, number>;
}

const total = (counts: Record<string, number>): number => Object.values(counts).reduce((sum, each) => sum + each, 0);
const listed = (counts: Record<string, number>): string[] => {
  const words = Object.entries(counts).sort(([, a], [, b]) => b - a).map(([name, count]) => `${name} ${count}`);
  return Array.from({ length: Math.ceil(words.length / 4) }, (_, row) => `  ${words.slice(row * 4, row * 4 + 4).join(', ')}`);
};
const seconds = (ms: number | null): string => (ms === null ? `not within ${settleWithinMs / 1000} s` : `${(ms / 1000).toFixed(1)} s`);

/** What was asked for and did not come about: a run that was too mild proves nothing. */
export function shortOf({ asked, sender, killed, struck }: ChaosReport): string[] {
  const figures = [
    ['acknowledged alerts', sender.acknowledged, asked.alerts],
    ['faults', total(struck), asked.faults],
    ['kills', total(killed), asked.kills],
  ] as const;
  return figures.flatMap(([what, found, wanted]) => (found >= wanted ? [] : [`${what}: ${found} of ${wanted}`]));
}

/** Did every promise hold, under as much as was asked for? */
export const held = (report: ChaosReport): boolean => report.breaches.length === 0 && shortOf(report).length === 0 && report.settleMs !== null && report.closeMs !== null && report.sender.refused.length === 0;

const after = ({ pickUps }: ChaosReport, at: number): number[] => pickUps.filter(({ receivedAt, tookMs }) => receivedAt < at + 10_000 && receivedAt + tookMs > at).map(({ tookMs }) => tookMs);

function pickUpText(tookMs: number[], what: string): string {
  const sorted = [...tookMs].sort((a, b) => a - b);
  const at = (share: number): string => ((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0) / 1000).toFixed(2);
  return `${what}: median ${at(0.5)} s, 95 % ${at(0.95)} s, longest ${at(1)} s`;
}

const mostTold = 40;

/** The report as a person reads it. */
export function reportText(report: ChaosReport): string {
  const { sender, counts, breaches } = report;
  const short = shortOf(report);
  return [
    `backend ${report.backend}, seed ${report.asked.seed}, ${(report.chaosMs / 1000).toFixed(0)} s of chaos`,
    `alerts: ${sender.sent} sent, ${sender.acknowledged} acknowledged, ${sender.repeated} times sent again, ${sender.givenUp} given up`,
    `${counts.signals} signals, ${counts.groups} groups, ${counts.orders} orders, ${counts.fills} fills; outcomes:`,
    ...listed(report.outcomes),
    `faults of the venue: ${total(report.struck)} struck`,
    ...listed(report.struck),
    `kills (kill -9): ${total(report.killed)}${report.missed > 0 ? `; ${report.missed} blows found nobody` : ''}`,
    ...listed(report.killed),
    `stopped and continued: ${total(report.paused)}`,
    ...listed(report.paused),
    pickUpText(report.pickUps.map(({ tookMs }) => tookMs), 'signals decided after'),
    ...(report.wipedAt === null ? [] : [pickUpText(after(report, report.wipedAt), 'Redis was emptied; signals that waited or came within 10 s decided after')]),
    `at rest ${seconds(report.settleMs)} after the last fault; all closed after ${seconds(report.closeMs)}`,
    ...sender.refused.slice(0, 10).map((line) => `refused alert ${line}`),
    ...breaches.slice(0, mostTold).map(({ promise, id, what }) => `VIOLATED ${promise} [${id}] ${what}`),
    ...(breaches.length > mostTold ? [`and ${breaches.length - mostTold} more`] : []),
    ...short.map((line) => `TOO MILD ${line}`),
    held(report) ? 'every promise held' : `FAILED: ${breaches.length} violations; evidence: ${report.directory}; the same plan again: npm run chaos -- --backend ${report.backend}${Object.entries(report.asked).map(([name, value]) => ` --${name} ${value}`).join('')}`,
  ].join('\n');
}
