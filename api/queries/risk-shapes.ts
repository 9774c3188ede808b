import Joi from 'joi';
import { count, decimal, id, instant, nullable, shape, side } from '../http/schemas.ts';

/** Schemas of what the risk engine's routes answer. */

const words = () => Joi.string().allow('');
const unmet = { name: Joi.string(), actual: nullable(Joi.string()), required: nullable(Joi.string()) };
const figures = () => Joi.object().pattern(Joi.string(), words());
const unpaid = () => nullable(shape({ reason: Joi.string(), figures: figures() }));
const role = { eligible: Joi.boolean(), rank: nullable(count()), conditions: Joi.array().items(shape({ ...unmet, met: Joi.boolean(), asked: Joi.boolean(), words: words() })) };
const groupShape = shape({
  ...{ groupId: id(), accountId: id(), accountName: Joi.string(), mode: Joi.string().valid('paper', 'testnet', 'live'), exchange: Joi.string(), symbol: Joi.string(), timeframe: Joi.string(), side: side(), status: Joi.string() },
  openedAt: instant(),
  ...{ quantity: decimal(), priceEntryAverage: nullable(decimal()), priceLast: nullable(decimal()), pnlUsd: nullable(decimal()), pnlPercent: nullable(decimal()) },
  pyramids: shape({ received: count(), required: count(), reached: Joi.boolean() }),
  entriesWaiting: count(),
  timer: shape({ fullSince: nullable(instant()), expiresAt: nullable(instant()) }),
  agePassed: Joi.boolean(),
  ...{ skippedAt: nullable(instant()), blockedAt: nullable(instant()), restsUntil: nullable(instant()), restsBecause: nullable(shape({ reason: Joi.string(), figures: figures() })) },
  ...{ loser: shape({ ...role, unpaid: unpaid() }), winner: shape(role) },
  winningOffsets: shape({ count: count(), totalUsd: decimal() }),
});

const closing = { groupId: id(), symbol: words(), closeQuantity: decimal(), whole: Joi.boolean(), notional: decimal(), realisedUsd: decimal(), quantity: decimal() };
export const planShape = shape({
  loser: shape({ ...closing, lossPercent: decimal(), lossUsd: decimal() }),
  winners: Joi.array().items(shape({ ...closing, profitUsd: decimal(), targetUsd: decimal() })),
  skipped: Joi.array().items(shape({ groupId: id(), symbol: words(), reason: Joi.string(), words: words(), figures: figures() })),
  ...{ requiredUsd: decimal(), coveredUsd: decimal(), netUsd: decimal(), feesExpectedUsd: nullable(decimal()), slippageExpectedUsd: nullable(decimal()), words: words() },
});

const stepShape = shape({
  ...{ step: count(), role: Joi.string().valid('winner', 'loser'), groupId: id(), symbol: words(), timeframe: words(), side: side(), state: Joi.string().valid('pending', 'asked', 'done', 'failed', 'left_out') },
  ...{ reason: nullable(Joi.string()), detail: nullable(words()), figures: figures(), whole: Joi.boolean(), quantityPlanned: decimal(), quantityAsked: nullable(decimal()), quantityClosed: decimal() },
  ...{ plannedUsd: decimal(), realisedUsd: decimal(), feesUsd: decimal(), priceAverage: nullable(decimal()), slippagePercent: nullable(decimal()), askedAt: nullable(instant()), endedAt: nullable(instant()) },
});
const trigger = () => Joi.string().valid('time', 'fill', 'run_now', 'next_round');
export const actionShape = shape({
  id: Joi.string(),
  status: Joi.string().valid('awaiting_approval', 'running', 'completed', 'partly', 'stopped', 'rejected', 'expired'),
  ...{ reason: nullable(Joi.string()), detail: nullable(words()), figures: figures(), trigger: trigger(), loserGroupId: id(), steps: Joi.array().items(stepShape) },
  ...{ requiredUsd: decimal(), coveredUsd: decimal(), winnersRealisedUsd: decimal(), loserRealisedUsd: decimal(), netRealisedUsd: decimal(), feesUsd: decimal(), savedSinceUsd: nullable(decimal()) },
  ...{ startedAt: instant(), endedAt: nullable(instant()), approvalExpiresAt: nullable(instant()) },
});

const cycle = {
  ...{ at: instant(), trigger: trigger(), outcome: Joi.string().valid('acted', 'idle', 'blocked', 'busy'), reason: nullable(Joi.string()), words: words(), figures: figures(), actionId: nullable(Joi.string()) },
  groups: Joi.array().items(shape({ groupId: id(), symbol: words(), timeframe: words(), side: side(), unpaid: unpaid(), pnlUsd: nullable(decimal()), pnlPercent: nullable(decimal()), loserFailed: Joi.array().items(shape(unmet)), winnerFailed: Joi.array().items(shape(unmet)) })),
};
const cycleShape = shape(cycle);
export const cycleEntryShape = shape({ ...cycle, id: id(), until: nullable(instant()) });

export const riskShape = shape({
  status: Joi.string().valid('active', 'idle', 'blocked'),
  ...{ plan: nullable(planShape), reason: nullable(Joi.string()), words: words(), figures: figures() },
  ...{ losers: Joi.array().items(groupShape), winners: Joi.array().items(groupShape), others: Joi.array().items(groupShape) },
  ...{ running: nullable(actionShape), runningPlan: nullable(planShape), lastAction: nullable(actionShape), lastCycle: nullable(cycleShape), nextCycleAt: nullable(instant()) },
  rules: shape({
    ...{ lossThresholdPercent: decimal(), waitMinutes: nullable(Joi.number()), ageMinutes: nullable(Joi.number()), winnersMax: count(), closeNotionalMin: decimal() },
    ...{ everySeconds: Joi.number(), onFill: Joi.boolean(), approvalRequired: Joi.boolean() },
  }),
});
const answer = { status: Joi.string().valid('done', 'running', 'requested'), requestId: id() };
export const runShape = shape({ ...answer, plan: nullable(planShape), reason: nullable(Joi.string()), words: nullable(words()), figures: figures(), failed: Joi.array().items(shape(unmet)), action: nullable(actionShape) });
export const flagShape = shape({ ...answer, groupId: id(), skippedAt: nullable(instant()), blockedAt: nullable(instant()) });
export const planAnswerShape = shape({ ...answer, action: nullable(actionShape) });
