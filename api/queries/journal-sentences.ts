import type { JournalLine, OrderView } from '#shared/contracts/http';
import type { GroupCommand, SlippageFigures, Tell } from '#shared/engine/messages/commands';
import type { GroupEvent } from '#shared/engine/messages/events';
import { iso } from './where.ts';

/** One row of a group's journal. */
export interface JournalRow {
  version: number;
  at: Date;
  event: GroupEvent;
  commands: GroupCommand[];
}

const reportCodes = new Set(['open', 'partially_filled', 'filled', 'cancelled', 'expired', 'rejected'].map((status) => `order_${status}`));

type Params = Record<string, string | null>;
/** What a line says, before it is numbered. */
interface Saying {
  code: string;
  params: Params;
  text: string;
}

const roleWords: Record<string, string> = { entry: 'entry', 'take-profit': 'take-profit', stop: 'stop', close: 'closing order', offset: 'offset order', reduce: 'reducing order' };

const say = (code: string, params: Params, text: string): Saying => ({ code, params, text });

/** A group's journal as a story: one line for everything a person would call an event, in order. */
export function journalLines(rows: readonly JournalRow[], orders: readonly OrderView[]): JournalLine[] {
  const known = new Map(orders.map((order) => [order.clientOrderId, order]));
  const told = rows.flatMap((row) => [...sayEvent(row.event, known), ...row.commands.flatMap((command) => sayCommand(command, known))].map((saying) => ({ at: iso(row.at), ...saying })));
  return withoutRepetitions(told).map((line, index) => ({ sequence: index + 1, ...line }));
}

/** Venues report a trade by stream and by poll, and a status as often as they are asked: each is told once. */
function withoutRepetitions<Line extends Saying>(lines: Line[]): Line[] {
  const trades = new Set<string>();
  const statusOf = new Map<string, string>();
  return lines.filter(({ code, params: { clientOrderId, tradeId } }) => {
    if (clientOrderId == null) return true;
    if (code === 'filled') {
      const key = `${clientOrderId} ${tradeId ?? ''}`;
      if (trades.has(key)) return false;
      trades.add(key);
      return true;
    }
    if (!reportCodes.has(code)) return true;
    const repeated = statusOf.get(clientOrderId) === code;
    statusOf.set(clientOrderId, code);
    return !repeated;
  });
}

/** `take-profit of leg 2 (pyramid 0)`. */
function named(order: OrderView | undefined, clientOrderId: string): { words: string; params: Params } {
  if (order === undefined) return { words: `order ${clientOrderId}`, params: { clientOrderId, role: null, pyramid: null, leg: null } };
  const place = order.leg === null ? '' : ` of leg ${order.leg}${order.pyramid === null ? '' : ` (pyramid ${order.pyramid})`}`;
  return {
    words: `${roleWords[order.role] ?? order.role}${place}`,
    params: { clientOrderId, role: order.role, pyramid: order.pyramid === null ? null : String(order.pyramid), leg: order.leg === null ? null : String(order.leg) },
  };
}

function sayEvent(event: GroupEvent, known: ReadonlyMap<string, OrderView>): Saying[] {
  switch (event.type) {
    case 'open': {
      const { signal, start } = event;
      return [
        say(
          'opened',
          { signalId: signal.signalId, symbol: signal.symbol, side: signal.side, timeframe: signal.timeframe, price: start.entryPrice, capital: start.capital },
          `Opened ${signal.side} ${signal.symbol} ${signal.timeframe} by signal ${signal.signalId}: entry price ${start.entryPrice}, capital ${start.capital}`,
        ),
      ];
    }
    case 'adopt':
      return [say('adopted', { symbol: event.signal.symbol, side: event.signal.side, quantity: event.quantity, price: event.priceEntry }, `Took over ${event.signal.side} ${event.quantity} ${event.signal.symbol}, found at the venue with an entry price of ${event.priceEntry}`)];
    case 'add-pyramid':
      return [
        say(
          'pyramid_added',
          { signalId: event.signal.signalId, price: event.start.entryPrice, capital: event.start.capital },
          `One more entry by signal ${event.signal.signalId}: entry price ${event.start.entryPrice}, capital ${event.start.capital}`,
        ),
      ];
    case 'close-requested':
      return [say('close_requested', { reason: event.reason, signalId: event.signalId }, `Close requested: ${event.reason.replaceAll('_', ' ')}${event.signalId === null ? '' : ` (signal ${event.signalId})`}`)];
    case 'entries-dropped':
      return [say('entries_dropped', {}, 'The kill switch cancelled what had not entered yet')];
    case 'reduce-requested':
      return [say('reduce_requested', { fraction: event.fraction, signalId: event.signalId }, `Reduction by a share of ${event.fraction} requested${event.signalId === null ? '' : ` by signal ${event.signalId}`}`)];
    case 'offset-requested':
      return [say('offset_requested', { planId: event.planId, role: event.role, quantity: event.quantity, whole: event.whole ? 'yes' : 'no' }, `Plan ${event.planId} of the risk engine closes ${event.whole ? 'all of it' : event.quantity}, as ${event.role}`)];
    case 'order-report':
      return sayReport(event, known);
    case 'order-refused': {
      const { words, params } = named(known.get(event.clientOrderId), event.clientOrderId);
      return [say('order_refused', { ...params, refused: event.refused, code: event.code, message: event.message }, `The venue refused the ${words}: ${event.message} (${event.code})`)];
    }
    case 'order-unknown': {
      const { words, params } = named(known.get(event.clientOrderId), event.clientOrderId);
      return [say('order_unknown', { ...params, message: event.message }, `It is not known yet whether the ${words} reached the venue: ${event.message}`)];
    }
    case 'order-absent': {
      const { words, params } = named(known.get(event.clientOrderId), event.clientOrderId);
      return [say('order_absent', { ...params, evidence: event.evidence }, `Proved that the ${words} never reached the venue: ${event.evidence}`)];
    }
    case 'order-withdrawn': {
      const { words, params } = named(known.get(event.clientOrderId), event.clientOrderId);
      return [say('order_withdrawn', params, `The ${words} was withdrawn before it was sent`)];
    }
    case 'replan': {
      const { exitPlan, slippagePlan, configVersion } = event;
      return [
        say(
          'replanned',
          { version: String(configVersion), mode: exitPlan.kind, percent: exitPlan.tpPercent, slippage: slippagePlan.maxPercent },
          `Put on the targets of configuration version ${configVersion}: ${exitPlan.kind.replaceAll('_', ' ')}, ${exitPlan.tpPercent} % where a level names none, slippage at most ${slippagePlan.maxPercent} %`,
        ),
      ];
    }
    case 'position-reduced':
      return [say('closed_outside', { quantity: event.quantity, held: event.held, price: event.price }, `At the venue ${event.quantity} of ${event.held} was closed without Tranche, booked at ${event.price}`)];
    case 'price':
      return [say('price_reached', { price: event.touched?.at(-1) ?? event.price }, `The price reached ${event.touched?.at(-1) ?? event.price}`)];
    case 'timer':
      return [];
    default:
      return [];
  }
}

function sayReport(event: Extract<GroupEvent, { type: 'order-report' }>, known: ReadonlyMap<string, OrderView>): Saying[] {
  const { words, params } = named(known.get(event.clientOrderId), event.clientOrderId);
  const fills = event.fills.map((fill) =>
    say('filled', { ...params, tradeId: fill.tradeId, quantity: fill.quantity, price: fill.price, fee: fill.fee, feeAsset: fill.feeAsset }, `The ${words} filled ${fill.quantity} at ${fill.price} (fee ${fill.fee} ${fill.feeAsset})`),
  );
  const status = event.report?.status;
  if (status === undefined || (status === 'partially_filled' && fills.length > 0)) return fills;
  const reason = event.report?.reason ?? null;
  return [...fills, say(`order_${status}`, { ...params, reason }, `The ${words} is ${status.replaceAll('_', ' ')}${reason === null ? '' : `: ${reason}`}`)];
}

/** The figures of every market order, and that they were too much; an alert beside it says the same to somebody else. */
function saySlippage({ level, message }: Pick<Tell, 'level' | 'message'>, figures: SlippageFigures, known: ReadonlyMap<string, OrderView>): Saying[] {
  if (level === 'alert') return [];
  const { expected, actual, percent, limitPercent: limit, clientOrderId } = figures;
  return [say(level === 'info' ? 'slippage' : 'slippage_exceeded', { ...named(known.get(clientOrderId), clientOrderId).params, expected, actual, percent, limit }, message)];
}

function sayCommand(command: GroupCommand, known: ReadonlyMap<string, OrderView>): Saying[] {
  switch (command.type) {
    case 'submit-order': {
      const order = known.get(command.clientOrderId);
      const { words, params } = named(order, command.clientOrderId);
      const what = order === undefined ? '' : `: ${order.side} ${order.quantity}${order.price === null ? ' at market' : ` at ${order.price}`}`;
      return [say('order_decided', { ...params, side: order?.side ?? null, quantity: order?.quantity ?? null, price: order?.price ?? null }, `Sends the ${words}${what}`)];
    }
    case 'cancel-order': {
      const { words, params } = named(known.get(command.clientOrderId), command.clientOrderId);
      return [say('cancel_decided', params, `Cancels the ${words}`)];
    }
    case 'settle-signal':
      return command.status === 'refused'
        ? [say('signal_refused', { signalId: command.signalId, reason: command.reason, detail: command.detail }, `Signal ${command.signalId} refused: ${command.detail ?? command.reason ?? ''}`)]
        : [];
    case 'tell':
      if (command.slippage !== undefined) return saySlippage(command, command.slippage, known);
      // A fill is told by its own line.
      return command.category === 'fill' ? [] : [say('note', { ...command.said?.figures, message: command.message, said: command.said?.code ?? null }, command.message)];
    default:
      return [];
  }
}
