import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import type { RiskFlagAnswer, RiskRunAnswer } from '#shared/contracts/http';
import type { RiskEvent } from '#shared/engine/messages/events';
import type { CycleRecord } from '#shared/engine/risk/cycle-record';
import type { PlanRun, Risk } from '#shared/engine/risk/risk';
import type { ApiDeps } from '../api-deps.ts';
import { actionViews, readRun } from './risk-actions.query.ts';
import { readRiskBook } from './risk-book.query.ts';
import { planView, readSlippage } from './risk.query.ts';
import { request } from './requests.query.ts';

/** How long a person waits for a worker's decision, and then for the plan to be carried out; and how often it is looked for. */
const decisionWaitsMs = 3_000;
const planWaitsMs = 5_000;
const lookEveryMs = 50;

/** Looks again until there is something to see, or the time is up. */
async function until<Seen>(ms: number, look: () => Promise<Seen | null>): Promise<Seen | null> {
  const end = performance.now() + ms;
  for (;;) {
    const seen = await look();
    if (seen !== null || performance.now() >= end) return seen;
    await sleep(lookEveryMs);
  }
}

const nothing: Omit<RiskRunAnswer, 'status' | 'requestId'> = { plan: null, reason: null, words: null, figures: {}, failed: [], action: null };
const ended = ({ status }: PlanRun): boolean => status !== 'running';

/** Asks for a cycle and waits a little for what a worker decides, and for the plan it carries out. */
export async function runNow(deps: ApiDeps, userId: string, groupId: string | null): Promise<RiskRunAnswer> {
  const { pool, clock } = deps;
  const runId = randomUUID();
  const [{ entries }, slippage] = await Promise.all([readRiskBook(pool, userId, clock.now()), readSlippage(pool, userId)]);
  const requestId = await request(deps, 'risk', userId, { type: 'run-now', groupId, requestId: runId }, `risk:${runId}`);
  const record = await until(decisionWaitsMs, async () => (await pool.query<{ record: CycleRecord }>('select record from risk_cycles where request_id = $1', [runId])).rows[0]?.record ?? null);
  if (record === null) return { ...nothing, status: 'requested', requestId };
  const { planId, reason, words, figures, outcome, groups } = record;
  const failed = groups.find((group) => group.groupId === groupId)?.loserFailed ?? [];
  if (planId === null || outcome !== 'acted') return { ...nothing, status: 'done', requestId, reason, words, figures, failed };
  const last = await until(planWaitsMs, async () => {
    const run = await readRun(pool, userId, planId);
    return run !== null && ended(run) ? run : null;
  });
  const run = last ?? (await readRun(pool, userId, planId));
  const [action = null] = run === null ? [] : await actionViews(pool, [run]);
  return { ...nothing, status: last === null ? 'running' : 'done', requestId, plan: run === null ? null : planView(run.offset, words, entries, slippage), words, action };
}

/** Stores a person's wish and waits a little until a worker has heard it. */
async function heard(deps: ApiDeps, userId: string, event: RiskEvent): Promise<{ status: 'done' | 'requested'; requestId: string }> {
  const requestId = await request(deps, 'risk', userId, event);
  const done = await until(decisionWaitsMs, async () => (await deps.pool.query('select 1 from inbox where id = $1 and decided_at is not null', [requestId])).rows[0] ?? null);
  return { status: done === null ? 'requested' : 'done', requestId };
}

/** Flags a group, and answers how it is flagged then. */
export async function flagGroup(deps: ApiDeps, userId: string, event: Extract<RiskEvent, { type: 'skip-once' | 'block' | 'unblock' }>): Promise<RiskFlagAnswer> {
  const { groupId } = event;
  const answer = await heard(deps, userId, event);
  const risk = await readRisk(deps.pool, userId);
  const at = (time: number | undefined): string | null => (time === undefined ? null : new Date(time).toISOString());
  return { ...answer, groupId, skippedAt: at(risk?.skipOnce[groupId]), blockedAt: at(risk?.blocked[groupId]) };
}

/** The plan that waits for a person's approval, if there is one. */
export async function awaitingPlan(pool: pg.Pool, userId: string): Promise<PlanRun | null> {
  const plan = (await readRisk(pool, userId))?.plan ?? null;
  return plan?.status === 'awaiting_approval' ? plan : null;
}

/** Lets the plan go that waits, or not, and answers how it stands then. */
export async function answerPlan(deps: ApiDeps, userId: string, event: Extract<RiskEvent, { type: 'approve' | 'reject' }>): Promise<Pick<RiskRunAnswer, 'status' | 'requestId' | 'action'>> {
  const { status, requestId } = await heard(deps, userId, event);
  const run = await readRun(deps.pool, userId, event.planId);
  const [action = null] = run === null ? [] : await actionViews(deps.pool, [run]);
  return { status: status === 'done' && run?.status === 'running' ? 'running' : status, requestId, action };
}

const readRisk = async (pool: pg.Pool, userId: string): Promise<Risk | null> => (await pool.query<{ state: Risk }>('select state from risks where user_id = $1', [userId])).rows[0]?.state ?? null;
