import { compare, dec, price, qty, ratio } from '#shared/engine/num/units';
import type { Market } from '#shared/engine/instrument/instrument';
import type { ExecutionMode, Signal, SignalSize } from '#shared/engine/messages/signals';
import type { Side } from '#shared/engine/order/order';
import type { AlertFault } from './alert-fields.ts';
import { AlertFields, excerpt } from './alert-fields.ts';
import type { ExactJson, ExactObject } from './exact-json.ts';
import { isExactObject } from './exact-json.ts';
import { readSymbol, unifiedSymbol } from './symbol-text.ts';
import { timeframeOf } from './timeframe-text.ts';

/**
 * From an alert's body to an understood signal: pure, so that every rule of and E-52 is a row in a test table.
 * Two payloads are known: the full one with its 24 fields, and the simple one of a Pine script.
 */

/** What the alert is for: the account of its webhook endpoint. */
export interface AlertTarget {
  venue: string;
  market: Market;
  /** `auto` takes the mode that belongs to the payload. */
  executionMode: 'auto' | ExecutionMode;
  /** The unified symbol the venue lists under this compact name; null when it lists none, undefined when its list is not loaded. */
  findSymbol(compact: string): string | null | undefined;
}

/** An alert that makes sense, without what only the server knows. */
export interface UnderstoodAlert {
  signal: Omit<Signal, 'signalId' | 'userId' | 'accountId' | 'receivedAt'>;
  /** Two alerts of one account with the same identity are one. */
  identity: string;
  /** The identity holds for a few minutes only, because the alert carries nothing that tells a repetition from a second alert. */
  windowed: boolean;
  /** As received, without the secret; numbers are text. */
  payload: ExactJson;
}

export type Understanding = { alert: UnderstoodAlert; faults: null } | { alert: null; faults: AlertFault[] };

const sides = { buy: 'long', long: 'long', sell: 'short', short: 'short' } as const;
const positions = { long: 'long', short: 'short', flat: 'flat' } as const;
const intents = { signal: 'signal', exit: 'exit', reduce: 'reduce', reverse: 'reverse' } as const;
const sizeTypes = { contracts: 'contracts', base: 'base', quote: 'quote' } as const;
const precisionModes = { auto: 'auto', force: 'force' } as const;
const opposite = (side: Side): Side => (side === 'long' ? 'short' : 'long');

/** TradingView's names of exchanges that differ from ours. */
const venueAliases: Record<string, string> = { gateio: 'gate', okex: 'okx' };
const venueOf = (text: string): string => venueAliases[text.toLowerCase()] ?? text.toLowerCase();

/** The payload without its secret, for storage and display. */
const withoutSecret = (root: ExactObject): ExactObject => Object.fromEntries(Object.entries(root).filter(([key]) => key !== 'secret'));

/** What an authenticated alert asks for, or everything that is wrong with it. */
export function understandAlert(value: ExactJson, target: AlertTarget): Understanding {
  if (!isExactObject(value)) return { alert: null, faults: [{ path: '$', message: 'expected a JSON object' }] };
  const fields = new AlertFields(value);
  const simple = !('tv' in value) && !('execution_intent' in value) && ('action' in value || 'symbol' in value);
  const alert = simple ? readSimple(fields, target) : readFull(fields, target);
  if (alert === null || fields.faults.length > 0) return { alert: null, faults: fields.faults };
  return { alert: { ...alert, payload: withoutSecret(value) }, faults: null };
}

type Draft = Omit<UnderstoodAlert, 'payload'> | null;

function readFull(fields: AlertFields, target: AlertTarget): Draft {
  readVenue(fields, 'tv.exchange', target, true);
  const symbol = readMarketSymbol(fields, 'tv.symbol', target);
  const timeframe = readTimeframe(fields, 'tv.timeframe');
  const route = readRoute(fields);
  const entryPrice = fields.positive('tv.entry_price');
  const closePrice = fields.positive('tv.close_price');
  const size = readSize(fields, route?.kind === 'entry' || route?.kind === 'reverse');
  const stopLoss = fields.positive('risk.stop_loss');
  const takeProfit = fields.positive('risk.take_profit');
  const slippage = fields.decimal('risk.max_slippage_percent');
  if (slippage !== null && compare(slippage, '100') > 0) fields.fault('risk.max_slippage_percent', 'expected a percent from 0 to 100');
  const precisionMode = fields.word('execution_intent.precision_mode', precisionModes) ?? 'auto';
  const alertAt = fields.time('timestamp');
  const tradeId = fields.text('strategy_info.trade_id', 200);
  const alertName = fields.text('strategy_info.alert_name');
  const alertMessage = fields.text('strategy_info.alert_message');
  fields.text('source');
  if (symbol === null || timeframe === null || route === null || fields.faults.length > 0) return null;

  const priceText = entryPrice ?? closePrice;
  const key = [symbol, timeframe, route.side, route.kind, tradeId];
  return {
    signal: {
      venue: target.venue,
      market: target.market,
      symbol,
      timeframe,
      ...route,
      priceSignal: priceText === null ? null : price(priceText),
      size,
      stopLoss: stopLoss === null ? null : price(stopLoss),
      takeProfit: takeProfit === null ? null : price(takeProfit),
      slippageMaxPercent: slippage === null ? null : ratio(slippage),
      precisionMode,
      executionMode: target.executionMode === 'auto' ? 'grid' : target.executionMode,
      alertAt,
      tradeId,
      alertName,
      alertMessage,
    },
    // Without a time the trade id alone tells nothing: in Pine it is often a constant such as "Long".
    identity: JSON.stringify(alertAt === null ? ['untimed', ...key, priceText] : [...key, alertAt]),
    windowed: alertAt === null,
  };
}

function readSimple(fields: AlertFields, target: AlertTarget): Draft {
  readVenue(fields, 'exchange', target, false);
  const symbol = readMarketSymbol(fields, 'symbol', target);
  const timeframe = readTimeframe(fields, 'timeframe');
  if (fields.required('action', 'buy or sell') === null) return null;
  const side = fields.word('action', sides);
  const priceText = fields.positive('price');
  const stop = fields.positive('sl');
  const executionMode = target.executionMode === 'auto' ? 'r_multiple' : target.executionMode;
  if (stop === null && executionMode === 'r_multiple') fields.fault('sl', 'is required: R-multiples are measured from the stop-loss');
  if (side !== null && stop !== null && priceText !== null && compare(stop, priceText) !== (side === 'long' ? -1 : 1))
    fields.fault('sl', `must lie ${side === 'long' ? 'below' : 'above'} the price for a ${side} entry, found ${stop} against ${priceText}`);
  if (symbol === null || timeframe === null || side === null || fields.faults.length > 0) return null;
  return {
    signal: {
      venue: target.venue,
      market: target.market,
      symbol,
      timeframe,
      kind: 'entry',
      side,
      reduceFraction: null,
      priceSignal: priceText === null ? null : price(priceText),
      size: null,
      stopLoss: stop === null ? null : price(stop),
      takeProfit: null,
      slippageMaxPercent: null,
      precisionMode: 'auto',
      executionMode,
      alertAt: null,
      tradeId: null,
      alertName: null,
      alertMessage: null,
    },
    identity: JSON.stringify(['simple', symbol, timeframe, side, stop === null ? null : price(stop)]),
    windowed: true,
  };
}

type Route = Pick<Signal, 'kind' | 'side' | 'reduceFraction'>;

/** Entry, exit, reduce or reverse, and of which side: A-37 in its order. */
function readRoute(fields: AlertFields): Route | null {
  if (fields.required('tv.action', 'buy, sell, long or short') === null) return null;
  const action = fields.word('tv.action', sides);
  const stated = fields.word('execution_intent.side', sides);
  const type = fields.word('execution_intent.type', intents) ?? 'signal';
  const now = fields.word('tv.market_position', positions);
  const before = fields.word('tv.prev_market_position', positions);
  const sizeNow = fields.decimal('tv.market_position_size');
  const sizeBefore = fields.decimal('tv.prev_market_position_size');
  if (action === null) return null;
  if (stated !== null && stated !== action) return fields.fault('execution_intent.side', `${stated} contradicts tv.action, which says ${action}`, 'side_contradicts_action');

  const held: Side | null = before === 'long' || before === 'short' ? before : null;
  if (type === 'exit' || now === 'flat') return { kind: 'exit', side: held ?? opposite(action), reduceFraction: null };
  // TradingView's partial exit is an opposite action that leaves the same side smaller; as an entry it would open the other side.
  const shrinks = type === 'signal' && now !== null && now === before && now !== action && sizeNow !== null && sizeBefore !== null && compare(sizeNow, sizeBefore) < 0;
  if (type === 'reduce' || shrinks) return readReduce(fields, held ?? (now === 'long' || now === 'short' ? now : opposite(action)), sizeNow, sizeBefore);
  const flips = held !== null && now !== null && now !== held;
  if (type === 'reverse' || flips) return { kind: 'reverse', side: flips && now !== null ? now : action, reduceFraction: null };
  return { kind: 'entry', side: action, reduceFraction: null };
}

/** (prev size - size) / prev size, E-50. */
function readReduce(fields: AlertFields, side: Side, now: string | null, before: string | null): Route | null {
  if (before === null || dec(before).isZero()) return fields.fault('tv.prev_market_position_size', 'a reduce needs the size before it, above zero');
  if (now === null) return fields.fault('tv.market_position_size', 'a reduce needs the size after it');
  if (compare(now, before) >= 0) return fields.fault('tv.market_position_size', `a reduce must leave less than the ${before} before it, found ${now}`);
  return { kind: 'reduce', side, reduceFraction: ratio(dec(before).minus(dec(now)).dividedBy(dec(before))) };
}

function readSize(fields: AlertFields, matters: boolean): SignalSize | null {
  const amount = fields.decimal('tv.order_size');
  const type = fields.word('execution_intent.position_size_type', sizeTypes) ?? 'contracts';
  if (amount === null || !matters) return null;
  if (dec(amount).isZero()) return fields.fault('tv.order_size', 'must be above zero; leave it out to use the configured default capital');
  return { type, amount: qty(amount) };
}

function readVenue(fields: AlertFields, path: string, target: AlertTarget, required: boolean): void {
  const text = required ? fields.required(path, `the exchange, such as ${target.venue.toUpperCase()}`) : fields.text(path);
  if (text !== null && venueOf(text) !== target.venue)
    fields.fault(path, `"${excerpt(text)}" is not the venue of this webhook endpoint, which trades on ${target.venue}`, 'unknown_exchange');
}

function readTimeframe(fields: AlertFields, path: string): string | null {
  const text = fields.required(path, 'the chart timeframe, such as 15 or 1h');
  if (text === null) return null;
  return timeframeOf(text) ?? fields.fault(path, `"${excerpt(text)}" is not a timeframe; expected minutes such as 15, or 30s, 1h, 1d, 1w`, 'unsupported_timeframe');
}

function readMarketSymbol(fields: AlertFields, path: string, target: AlertTarget): string | null {
  const text = fields.required(path, 'the trading pair, such as BTCUSDT');
  if (text === null) return null;
  const read = readSymbol(text);
  if (read === null) return fields.fault(path, `"${excerpt(text)}" is not a symbol; expected a form such as BTCUSDT, BTCUSDT.P or BTC/USDT`, 'unknown_symbol');
  if (read.exchange !== null && venueOf(read.exchange) !== target.venue)
    return fields.fault(path, `"${excerpt(text)}" names another venue than ${target.venue}`, 'unknown_exchange');
  const unified = read.base !== null && read.quote !== null ? unifiedSymbol(read.base, read.quote, target.market) : null;
  const listed = target.findSymbol(read.compact);
  if (listed === undefined) return unified ?? fields.fault(path, `"${excerpt(text)}" cannot be divided into base and quote; write it as BASE/QUOTE`, 'unknown_symbol');
  if (listed === null || (read.divided && listed !== unified))
    return fields.fault(path, `${target.venue} does not list "${excerpt(text)}" on its ${target.market === 'spot' ? 'spot' : 'USD-M futures'} market`, 'unknown_symbol');
  return listed;
}
