import type pg from 'pg';
import type { RiskAction, RiskActionStep } from '#shared/contracts/http';
import { dec, sum } from '#shared/engine/num/units';
import type { PlanRun, PlanStep } from '#shared/engine/risk/risk';
import { plain, plainOrNull } from './views.ts';

const at = (time: number | null): string | null => (time === null ? null : new Date(time).toISOString());

/** Names and last price of the groups of some plans, by id; groups stay when they are closed. */
interface Market {
  timeframe: string;
  side: 'long' | 'short';
  last: string | null;
}
type Markets = ReadonlyMap<string, Market>;

async function readMarkets(client: pg.Pool, runs: readonly PlanRun[]): Promise<Markets> {
  const ids = [...new Set(runs.flatMap(({ steps }) => steps.map(({ groupId }) => groupId)))];
  const { rows } = await client.query<Market & { id: string }>(
    'select g.id, g.timeframe, g.side, p.price as last from position_groups g left join prices p on p.venue = g.venue and p.market = g.market and p.symbol = g.symbol where g.id = any($1::bigint[])',
    [ids],
  );
  return new Map(rows.map(({ id, ...market }) => [id, market]));
}

const stepView = (step: PlanStep, market: Market | undefined): RiskActionStep => ({
  step: step.step,
  role: step.role,
  groupId: step.groupId,
  symbol: step.symbol,
  timeframe: step.timeframe ?? market?.timeframe ?? '',
  side: step.side ?? market?.side ?? 'long',
  state: step.state,
  reason: step.reason,
  detail: step.detail,
  figures: step.figures ?? {},
  whole: step.whole,
  quantityPlanned: plain(step.quantityPlanned),
  quantityAsked: plainOrNull(step.quantityAsked),
  quantityClosed: plain(step.closed.quantity),
  plannedUsd: plain(step.plannedUsd),
  realisedUsd: plain(dec(step.closed.realisedUsd).toDecimalPlaces(12)),
  feesUsd: plain(step.closed.feesUsd),
  priceAverage: plainOrNull(step.closed.priceAverage),
  slippagePercent: plainOrNull(step.closed.slippagePercent),
  askedAt: at(step.askedAt),
  endedAt: at(step.endedAt),
});

/** What the closed parts would have brought since, had they been kept: saved on the loser, missed on the winners. Null where a price is missing. */
function savedSince({ steps }: PlanRun, markets: Markets): string | null {
  const parts = steps.filter(({ closed }) => !dec(closed.quantity).isZero());
  const saved = parts.map(({ groupId, closed, usdPerQuote }) => {
    const market = markets.get(groupId);
    if (market?.last == null || closed.priceAverage === null) return null;
    const fallen = dec(closed.priceAverage).minus(market.last).times(closed.quantity).times(usdPerQuote);
    return market.side === 'long' ? fallen : fallen.negated();
  });
  return parts.length === 0 || saved.some((each) => each === null) ? null : plain(sum(saved.flatMap((each) => each ?? [])).toDecimalPlaces(12));
}

function actionView(run: PlanRun, markets: Markets): RiskAction {
  const realised = (role: PlanStep['role']) => sum(run.steps.filter((step) => step.role === role).map(({ closed }) => closed.realisedUsd)).toDecimalPlaces(12);
  const [winners, loser] = [realised('winner'), realised('loser')];
  return {
    id: run.id,
    status: run.status,
    reason: run.reason,
    detail: run.detail,
    figures: run.figures ?? {},
    trigger: run.trigger,
    loserGroupId: run.offset.loser.groupId,
    steps: run.steps.map((step) => stepView(step, markets.get(step.groupId))),
    requiredUsd: plain(run.offset.requiredUsd),
    coveredUsd: plain(run.offset.coveredUsd),
    winnersRealisedUsd: plain(winners),
    loserRealisedUsd: plain(loser),
    netRealisedUsd: plain(winners.plus(loser)),
    feesUsd: plain(sum(run.steps.map(({ closed }) => closed.feesUsd))),
    savedSinceUsd: savedSince(run, markets),
    startedAt: new Date(run.startedAt).toISOString(),
    endedAt: at(run.endedAt),
    approvalExpiresAt: at(run.approvalUntil),
  };
}

/** Plans as the interface shows them, with what they have saved since. */
export async function actionViews(client: pg.Pool, runs: readonly PlanRun[]): Promise<RiskAction[]> {
  const markets = await readMarkets(client, runs);
  return runs.map((run) => actionView(run, markets));
}

/** Plans of a user, newest first, from before `cursor`; each with its place in the list. */
export async function readRuns(client: pg.Pool, userId: string, limit: number, cursor?: string): Promise<{ number: string; run: PlanRun }[]> {
  const { rows } = await client.query<{ number: string; run: PlanRun }>('select number, run from risk_actions where user_id = $1 and ($2::bigint is null or number < $2) order by number desc limit $3', [userId, cursor ?? null, limit]);
  return rows;
}

/** The last plan of a user that has begun: one that waits, was rejected or has expired closed nothing. */
export async function readLastBegun(client: pg.Pool, userId: string): Promise<PlanRun | null> {
  const { rows } = await client.query<{ run: PlanRun }>(`select run from risk_actions where user_id = $1 and status not in ('awaiting_approval', 'rejected', 'expired') order by number desc limit 1`, [userId]);
  return rows[0]?.run ?? null;
}

/** One plan of a user. */
export async function readRun(client: pg.Pool, userId: string, id: string): Promise<PlanRun | null> {
  const { rows } = await client.query<{ run: PlanRun }>('select run from risk_actions where user_id = $1 and id = $2', [userId, id]);
  return rows[0]?.run ?? null;
}
