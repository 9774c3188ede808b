import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { runningDatabaseUrl } from '#scripts/running-database';
import { startTestRedis, type TestRedis } from '#test/support/redis';
import { waitFor } from '#test/support/wait-for';
import { WorkedStack } from '#test/support/worked-stack';
import { openAcknowledgements } from './acknowledgements.ts';
import { AlertSender } from './alert-sender.ts';
import { audit } from './audit-run.ts';
import type { ChaosOptions } from './chaos-options.ts';
import { planChaos } from './chaos-plan.ts';
import { held, type ChaosReport } from './chaos-report.ts';
import { chaosSettings } from './chaos-settings.ts';
import { bases, type Backend, type Step } from './chaos-steps.ts';
import type { Breach } from './evidence.ts';
import { FaultDesk } from './fault-desk.ts';
import { grouped } from './grouped.ts';
import { Nemesis } from './nemesis.ts';
import { startPrice } from './plan-market.ts';
import { readEvidence } from './read-evidence.ts';
import { untilSettled, type Settled } from './settle.ts';

type RunOptions = Omit<ChaosOptions, 'backends'>;

/** Lives one run on one backend: chaos, rest, audit, everything closed, rest, audit. Leaves its evidence on the disk where something broke, or too little was done. */
export async function runChaos(options: RunOptions, backend: Backend, tell: (line: string) => void = () => {}): Promise<ChaosReport> {
  const directory = mkdtempSync(join(tmpdir(), `tranche-chaos-${backend}-`));
  const redis = backend === 'redis' ? await startTestRedis({ appendOnly: true }) : null;
  let worked: WorkedStack | null = null;
  const end = async (): Promise<void> => {
    await worked?.stack.stop();
    await redis?.stop();
  };
  // A person who stops it must not leave a deployment behind.
  const interrupted = (): void => void end().finally(() => process.exit(130));
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, interrupted);
  try {
    worked = await startWorked(options, redis);
    const report = await live(worked, redis, options, backend, directory, tell);
    if (held(report)) rmSync(directory, { recursive: true, force: true });
    else writeFileSync(join(directory, 'output.log'), worked.stack.output());
    return report;
  } finally {
    await end();
    for (const name of ['SIGINT', 'SIGTERM'] as const) process.off(name, interrupted);
  }
}

async function startWorked({ workers }: RunOptions, redis: TestRedis | null): Promise<WorkedStack> {
  const worked = await WorkedStack.start(Object.fromEntries(bases.map((base) => [base, {}])), { WORKER_PROCESSES: String(workers), LOG_FORMAT: 'json', REDIS_URL: redis?.url ?? '', DATABASE_URL: '' });
  await worked.configure(chaosSettings);
  for (const base of bases) await worked.market(base, startPrice);
  return worked;
}

async function live(worked: WorkedStack, redis: TestRedis | null, options: RunOptions, backend: Backend, directory: string, tell: (line: string) => void): Promise<ChaosReport> {
  const { stack } = worked;
  const databaseUrl = (): string => runningDatabaseUrl({ databaseUrl: null, dataDir: stack.dataDir });
  const log = openAcknowledgements(join(directory, 'acknowledged.jsonl'));
  const sender = new AlertSender(stack.origin, worked.endpoint, log);
  const desk = new FaultDesk(stack.paperOrigin);
  const nemesis = new Nemesis(stack, redis, desk);
  const steps = planChaos(options, backend);
  writeFileSync(join(directory, 'plan.jsonl'), steps.map((step) => JSON.stringify(step)).join('\n'));
  const began = Date.now();
  const judged = async (settled: Settled, when: string): Promise<Breach[]> => {
    const evidence = await readEvidence(databaseUrl(), log.all());
    const breaches = audit(evidence);
    if (breaches.length > 0) writeFileSync(join(directory, `evidence-${when}.json`), JSON.stringify(evidence, null, 1));
    tell(`${when}: ${settled.afterMs === null ? `not at rest after a minute, ${settled.left.length} things undone` : `at rest after ${(settled.afterMs / 1000).toFixed(1)} s`}, ${breaches.length} violations`);
    return breaches.map((breach) => ({ ...breach, what: `${when}: ${breach.what}` }));
  };

  desk.start();
  await perform(steps, { worked, sender, desk, nemesis, began, tell });
  const chaosMs = Date.now() - began;
  nemesis.end();
  await desk.end();
  const settled = await untilSettled(databaseUrl);
  const breaches = await judged(settled, 'after the faults');
  const closed = await closeEverything(worked, databaseUrl);
  breaches.push(...(await judged(closed, 'closed')));
  log.close();
  const evidence = await readEvidence(databaseUrl(), []);
  return {
    backend, asked: { alerts: options.alerts, kills: options.kills, faults: options.faults, seed: options.seed, seconds: options.seconds, workers: options.workers, short: options.short }, directory, chaosMs, settleMs: settled.afterMs, closeMs: closed.afterMs, breaches, sender: sender.counts,
    struck: Object.fromEntries(desk.struck), killed: Object.fromEntries(nemesis.killed), paused: Object.fromEntries(nemesis.paused), missed: Object.fromEntries(nemesis.missed), wipedAt: nemesis.wipedAt, pickUps: evidence.signals.map(({ id, receivedAt, decidedAt }) => ({ id, receivedAt, tookMs: (decidedAt ?? Infinity) - receivedAt })),
    counts: { signals: evidence.signals.length, groups: evidence.groups.length, orders: evidence.orders.length, fills: evidence.fills.length },
    outcomes: Object.fromEntries([...grouped(evidence.signals, ({ outcome, reason }) => (outcome === 'refused' ? `refused ${reason}` : String(outcome)))].map(([outcome, all]) => [outcome, all.length])),
  };
}

interface Crew {
  worked: WorkedStack;
  sender: AlertSender;
  desk: FaultDesk;
  nemesis: Nemesis;
  began: number;
  tell: (line: string) => void;
}

/** Does each step at its time; resolves when the last is done. */
async function perform(steps: readonly Step[], { worked, sender, desk, nemesis, began, tell }: Crew): Promise<void> {
  const running: Promise<void>[] = [];
  const one = (step: Step): Promise<void> => {
    if (step.do === 'alert') return sender.send(step);
    if (step.do === 'fault') return desk.schedule(step);
    if (step.do !== 'walk') return nemesis.strike(step);
    // A market that moves while its exchange is dead has moved unseen.
    return worked.walk(step.base, ...step.prices).catch(() => {});
  };
  for (const [place, step] of steps.entries()) {
    const waitMs = began + step.atMs - Date.now();
    if (waitMs > 0) await pause(waitMs);
    running.push(one(step));
    if (place % 200 === 199) tell(`${Math.round((Date.now() - began) / 1000)} s: ${sender.counts.acknowledged} alerts acknowledged, ${desk.total()} faults struck, ${[...nemesis.killed.values()].reduce((sum, each) => sum + each, 0)} kills`);
  }
  await Promise.all(running);
}

/** Empties the queue and closes every position, so that the wallet can be compared; entries that slipped in meanwhile are closed by the next round. */
async function closeEverything({ stack }: WorkedStack, databaseUrl: () => string): Promise<Settled> {
  await waitFor('the api', () => fetch(`${stack.origin}/readyz`).then(({ ok }) => ok, () => false), { timeoutMs: 60_000, everyMs: 100 });
  for (let round = 1; ; round += 1) {
    for (const { id } of (await stack.client.get<{ data: { id: string }[] }>('/queue')).data) await stack.client.call('DELETE', `/queue/${id}`);
    await stack.client.post('/positions/close-all', {});
    const settled = await untilSettled(databaseUrl);
    const open = (await stack.client.get<{ data: { status: string }[] }>('/positions?limit=200')).data.filter(({ status }) => status !== 'closed');
    if (open.length === 0 || settled.afterMs === null || round === 4) return settled;
  }
}
