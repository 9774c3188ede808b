import type { GroupCommand, SettleSignal, SlippageFigures, Tell } from '../messages/commands.ts';
import { orderName, said } from '../messages/said.ts';
import type { Ratio } from '../num/units.ts';
import type { Order } from '../order/order.ts';
import { executionOf, slippedMoreThan } from '../order/slippage.ts';
import { describe } from './on-order.ts';
import { settled } from './on-request.ts';
import type { PositionGroup } from './position-group.ts';

/** Who asked for an order, and what may slip by their word. */
interface Cause {
  signalId: string | null;
  slippageMaxPercent: Ratio | null;
  outcome: SettleSignal['outcome'];
}

/** The request an order goes back to; null where the engine itself decided it: then the group's plan counts. */
function causeOf(group: PositionGroup, order: Order): Cause | null {
  switch (order.role) {
    case 'entry': {
      const pyramid = group.pyramids.find(({ index }) => index === order.pyramid);
      return pyramid === undefined ? null : { ...pyramid, outcome: pyramid.index === 0 ? 'opened' : 'pyramid_added' };
    }
    case 'close':
      return group.windDown === null ? null : { ...group.windDown, outcome: 'closing' };
    case 'reduce': {
      const reduction = group.reductions.findLast(({ generation }) => generation <= order.generation);
      return reduction === undefined ? null : { ...reduction, outcome: 'reducing' };
    }
    case 'take-profit':
    case 'stop':
    case 'offset':
      return null;
  }
}

/**
 * Says how every market order was executed that came to its end between two states, and whether it slipped too much (A-14, R-193 to
 * It only says so: the trades stand as they are booked, and nothing is sent because of it. A trade that the venue lists late
 * changes the figures, which are told again; that it was too much is told once.
 */
export function judgeSlippage(before: PositionGroup | null, after: PositionGroup): GroupCommand[] {
  return after.orders.flatMap((order) => {
    if (order.type !== 'market') return [];
    const known = before?.orders.find((each) => each.clientOrderId === order.clientOrderId);
    const execution = executionOf(order);
    if (known === order || execution === null) return [];
    if (known !== undefined && executionOf(known)?.actual === execution.actual) return [];
    const cause = causeOf(after, order);
    const limitPercent = cause?.slippageMaxPercent ?? after.slippagePlan.maxPercent;
    const figures: SlippageFigures = { clientOrderId: order.clientOrderId, ...execution, limitPercent };
    const what = `${describe(order)} of ${after.symbol}`;
    const told: GroupCommand[] = [{ ...tell('info', sentence(what, figures), figures), ...saidOf(order, after, figures) }];
    const news = slippedMoreThan(order, limitPercent) && !(known !== undefined && slippedMoreThan(known, limitPercent));
    return news ? [...told, ...exceeded(after, order, what, figures, cause)] : told;
  });
}

const tell = (level: Tell['level'], message: string, slippage: SlippageFigures): Tell => ({ type: 'tell', level, category: 'order', message, slippage });

const sentence = (what: string, { expected, actual, percent }: SlippageFigures): string =>
  percent === null
    ? `The ${what} filled at ${actual} on average; no last price was known when it was decided, so its slippage is not known`
    : `The ${what} filled at ${actual} on average, expected was ${expected}: slippage ${percent} %`;

const saidOf = (order: Order, { symbol }: PositionGroup, { expected, actual, percent }: SlippageFigures): Pick<Tell, 'said'> =>
  percent === null ? said('executed_blind', { order: orderName(order), symbol, actual }) : said('executed', { order: orderName(order), symbol, expected, actual, percent });

/** Warn: a warning. Reject: an error, an alert, and the word of it to the signal that asked. */
function exceeded(group: PositionGroup, order: Order, what: string, figures: SlippageFigures, cause: Cause | null): GroupCommand[] {
  const much = `slipped ${figures.percent} %, more than the ${figures.limitPercent} % allowed`;
  const detail = `the ${what} ${much}: expected ${figures.expected}, filled at ${figures.actual} on average`;
  const { expected, actual, percent, limitPercent } = figures;
  const slipped = said('slipped', { order: orderName(order), symbol: group.symbol, expected, actual, percent, limitPercent });
  if (group.slippagePlan.action === 'warn') return [{ ...tell('warn', `Too much slippage: ${detail}`, figures), ...slipped }];
  const told: GroupCommand[] = [
    { ...tell('error', `SlippageExceeded: ${detail}`, figures), ...slipped },
    { ...tell('alert', `The ${what} ${much}. The position is what was filled; nothing is undone or sent again`, figures), ...said('slippage_exceeded', { order: orderName(order), symbol: group.symbol, percent, limitPercent }) },
  ];
  if (cause?.signalId != null) told.push(settled(cause.signalId, cause.outcome, group.id, { reason: 'slippage_exceeded', detail }));
  return told;
}
