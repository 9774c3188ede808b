import type pg from 'pg';
import type { RiskFigures, RiskGroupView, RiskIdleReason, RiskPlanView, RiskView } from '#shared/contracts/http';
import { compare, dec, sum } from '#shared/engine/num/units';
import { averagePrice, feesPaid } from '#shared/engine/position/exposure';
import { legsOf } from '#shared/engine/position/position-group';
import { loserEligibility, winnerEligibility } from '#shared/engine/risk/offset-eligibility';
import type { OffsetOutcome, OffsetPlan } from '#shared/engine/risk/offset-plan';
import { rankedLosers, rankedWinners } from '#shared/engine/risk/offset-ranking';
import { freshCycle, selectOffset } from '#shared/engine/risk/offset-selection';
import { nextCycleAt } from '#shared/engine/risk/risk-schedule';
import { actionViews, readLastBegun } from './risk-actions.query.ts';
import { readRiskBook, type BookEntry, type RiskBook } from './risk-book.query.ts';
import { cycleView } from './risk-cycles.query.ts';
import { plain, plainOrNull } from './views.ts';

const at = (time: number | null | undefined): string | null => (time == null ? null : new Date(time).toISOString());
const placed = (value: string | null): string | null => (value === null ? null : plain(dec(value).toDecimalPlaces(12)));

/** The risk panel: who loses, who could pay, what would be done now and why, by the very functions the workers decide with. */
export async function riskView(client: pg.Pool, userId: string, now: number): Promise<RiskView> {
  const [book, last, slippage] = await Promise.all([readRiskBook(client, userId, now), readLastBegun(client, userId), readSlippage(client, userId)]);
  const { plan, risk } = book;
  // Also while a plan runs or everything is halted: who could not be paid for is told all the same.
  const outcome = selectOffset(book.entries.map(({ row }) => row), plan, now, { type: 'cycle', progress: risk.cycle?.progress ?? freshCycle });
  const groups = groupViews(book, outcome);
  const [[running = null], [lastAction = null]] = await Promise.all([actionViews(client, risk.plan === null ? [] : [risk.plan]), actionViews(client, last === null ? [] : [last])]);
  const gains = ({ pnlUsd }: RiskGroupView): number => (pnlUsd === null ? 0 : compare(pnlUsd, '0'));
  return {
    status: risk.plan !== null && risk.plan.status === 'running' ? 'active' : book.halted ? 'blocked' : 'idle',
    ...projectedPlan(book, outcome, slippage),
    losers: groups.filter((group) => gains(group) < 0).sort((a, b) => compare(a.pnlPercent ?? '0', b.pnlPercent ?? '0')),
    winners: groups.filter((group) => gains(group) > 0).sort((a, b) => compare(b.pnlUsd ?? '0', a.pnlUsd ?? '0')),
    others: groups.filter((group) => gains(group) === 0),
    running,
    runningPlan: risk.plan === null ? null : planView(risk.plan.offset, '', book.entries, slippage),
    lastAction,
    lastCycle: book.lastCycle === null ? null : cycleView(book.lastCycle),
    nextCycleAt: groups.length === 0 ? null : at(nextCycleAt(plan, now, book.lastCycleAt, 'time')),
    rules: {
      lossThresholdPercent: plan.lossThresholdPercent,
      waitMinutes: plan.waitMs === null ? null : plan.waitMs / 60_000,
      ageMinutes: plan.ageLeastMs === null ? null : plan.ageLeastMs / 60_000,
      winnersMax: plan.winnersMax,
      closeNotionalMin: plan.closeNotionalMin,
      everySeconds: plan.cycleEveryMs / 1000,
      onFill: plan.cycleOnFill,
      approvalRequired: plan.approvalLifeMs != null,
    },
  };
}

function groupViews({ entries, plan, risk, now }: RiskBook, { passedOver }: OffsetOutcome): RiskGroupView[] {
  const rows = entries.map(({ row }) => row);
  const losers = rankedLosers(rows, plan, now).map(({ groupId }) => groupId);
  const winners = rankedWinners(rows);
  const ranked = winners.map(({ groupId }) => groupId);
  const rankIn = (order: readonly string[], groupId: string): number | null => (order.includes(groupId) ? order.indexOf(groupId) + 1 : null);
  return entries.map(({ row, group, accountName }): RiskGroupView => {
    const loser = loserEligibility(row, plan, now);
    const paying = winners.filter(({ groupId, accountMode }) => groupId !== row.groupId && accountMode === row.accountMode);
    const rest = row.restsUntil === null ? undefined : risk.resting[row.groupId];
    const over = passedOver.find(({ groupId }) => groupId === row.groupId);
    return {
      ...{ groupId: row.groupId, accountId: group.accountId, accountName, mode: row.accountMode as RiskGroupView['mode'], exchange: group.venue, symbol: row.symbol, timeframe: group.timeframe, side: group.side, status: row.status },
      openedAt: new Date(row.openedAt).toISOString(),
      quantity: plain(row.quantity),
      priceEntryAverage: placed(averagePrice(group)),
      priceLast: plainOrNull(row.priceLast),
      pnlUsd: placed(row.pnlUsd),
      pnlPercent: placed(row.pnlPercent),
      pyramids: { received: row.timer.pyramidCount + 1, required: row.timer.pyramidsRequired + 1, reached: row.timer.pyramidCount >= row.timer.pyramidsRequired },
      entriesWaiting: row.timer.entriesWaiting,
      timer: { fullSince: at(row.timer.fullSince), expiresAt: at(row.timer.expiresAt) },
      agePassed: loser.conditions.find(({ name }) => name === 'age')?.met ?? true,
      skippedAt: at(risk.skipOnce[row.groupId]),
      blockedAt: at(risk.blocked[row.groupId]),
      restsUntil: at(row.restsUntil),
      restsBecause: rest === undefined ? null : { reason: rest.reason, figures: rest.figures },
      loser: { ...loser, rank: rankIn(losers, row.groupId), unpaid: over === undefined ? null : { reason: over.reason, figures: over.figures } },
      winner: { ...winnerEligibility(row), rank: rankIn(ranked, row.groupId) },
      winningOffsets: { count: paying.length, totalUsd: plain(sum(paying.map(({ pnlUsd }) => pnlUsd)).toDecimalPlaces(12)) },
    };
  });
}

type Projected = Pick<RiskView, 'plan' | 'reason' | 'words' | 'figures'>;

/** What a cycle would do now, or why nothing. */
function projectedPlan({ risk, halted, entries }: RiskBook, outcome: OffsetOutcome, slippage: string | null): Projected {
  const none = (reason: RiskIdleReason | null, words: string, figures: RiskFigures = {}): Projected => ({ plan: null, reason, words, figures });
  if (risk.plan !== null) return none(risk.plan.status === 'running' ? 'plan_running' : 'awaiting_approval', `Plan ${risk.plan.id} ${risk.plan.status === 'running' ? 'is being carried out' : 'waits for approval'}`, { plan: risk.plan.id });
  if (halted) return none('halted', 'New exposure is halted: no offset begins');
  const { plan, reason, words, figures } = outcome;
  return plan === null ? none(reason, words, figures) : { plan: planView(plan, words, entries, slippage), reason: null, words, figures };
}

/** A plan with what its orders are expected to cost. */
export function planView(offset: OffsetPlan, words: string, entries: readonly BookEntry[], slippage: string | null): RiskPlanView {
  const entryOf = (groupId: string): BookEntry | undefined => entries.find(({ row }) => row.groupId === groupId);
  const shown = ({ groupId, closeQuantity, whole, notional, realisedUsd }: OffsetPlan['loser'] | OffsetPlan['winners'][number]) => ({
    ...{ groupId, closeQuantity, whole, notional, symbol: entryOf(groupId)?.row.symbol ?? '' },
    realisedUsd: plain(dec(realisedUsd).toDecimalPlaces(12)),
    quantity: plain(entryOf(groupId)?.row.quantity ?? closeQuantity),
  });
  const closes = [...offset.winners, offset.loser].map((close) => ({ worth: dec(close.notional).times(entryOf(close.groupId)?.row.usdPerQuote ?? '1'), rate: feeRate(entryOf(close.groupId)) }));
  const worth = sum(closes.map((close) => close.worth));
  return {
    loser: { ...shown(offset.loser), lossPercent: offset.loser.lossPercent, lossUsd: offset.loser.lossUsd },
    winners: offset.winners.map((winner) => ({ ...shown(winner), profitUsd: winner.profitUsd, targetUsd: winner.targetUsd })),
    skipped: offset.skipped.map((skipped) => ({ ...skipped, symbol: entryOf(skipped.groupId)?.row.symbol ?? '' })),
    requiredUsd: offset.requiredUsd,
    coveredUsd: offset.coveredUsd,
    netUsd: plain(dec(offset.netUsd).toDecimalPlaces(12)),
    feesExpectedUsd: closes.some(({ rate }) => rate === null) ? null : plain(sum(closes.map(({ worth: each, rate }) => each.times(rate ?? '0'))).toDecimalPlaces(8)),
    slippageExpectedUsd: slippage === null ? null : plain(worth.times(slippage).dividedBy(100).toDecimalPlaces(8)),
    words,
  };
}

/** What a group has paid in fees per quote unit it has traded. */
function feeRate(entry: BookEntry | undefined): string | null {
  if (entry === undefined) return null;
  const traded = sum(legsOf(entry.group).flatMap(({ leg }) => [leg.entered.notional, leg.exited.notional]));
  return traded.isZero() ? null : dec(feesPaid(entry.group)).dividedBy(traded).toFixed();
}

/** What the user's last market exits have slipped on average, in percent. */
export async function readSlippage(client: pg.Pool, userId: string): Promise<string | null> {
  const { rows } = await client.query<{ percent: string | null }>(
    `select avg(slippage_percent)::numeric(20, 8) as percent from (select o.slippage_percent from orders o join position_groups g on g.id = o.group_id
       where g.user_id = $1 and o.type = 'market' and o.role <> 'entry' and o.slippage_percent is not null order by o.created_at desc limit 50) newest`,
    [userId],
  );
  return rows[0]?.percent ?? null;
}
