import { defaultSettings } from '#shared/contracts/settings';
import { precisionOf, slippageOf } from '#shared/contracts/settings-plans';
import { decideGroup, type GroupFacts } from '#shared/engine/position/position-group.decide';
import type { EntryPlan, GridLevel } from '#shared/engine/entry/entry-plan';
import type { ExitPlan } from '#shared/engine/exit/exit-plan';
import type { Instrument } from '#shared/engine/instrument/instrument';
import type { GroupCommand } from '#shared/engine/messages/commands';
import type { GroupEvent } from '#shared/engine/messages/events';
import type { Signal } from '#shared/engine/messages/signals';
import { compare, dec, money, price, qty, ratio, type Price } from '#shared/engine/num/units';
import { isSettled } from '#shared/engine/order/apply-fill';
import type { Order } from '#shared/engine/order/order';
import type { SlippagePlan } from '#shared/engine/order/slippage';
import { legState, type LegState } from '#shared/engine/position/group-status';
import { legsOf, type CloseReason, type Leg, type PositionGroup } from '#shared/engine/position/position-group';

/** Precision and slippage as a fresh install has them. */
const guards = { precisionPlan: precisionOf(defaultSettings), slippagePlan: slippageOf(defaultSettings) };

/** The rules of the worked examples: tick 0.01, step 0.001, minimum notional 5. */
export const instrument = (changes: Partial<Instrument> = {}): Instrument => ({
  venue: 'binance',
  market: 'usdm',
  symbol: 'BTC/USDT:USDT',
  venueSymbol: 'BTCUSDT',
  base: 'BTC',
  quote: 'USDT',
  active: true,
  tickSize: price('0.01'),
  stepSize: qty('0.001'),
  quantityMin: qty('0.001'),
  quantityMax: null,
  quantityMaxMarket: null,
  notionalMin: money('5'),
  notionalMinSparesReduceOnly: false,
  contractSize: qty('1'),
  ...changes,
});

export const level = (gap: string, weight: string, tp: string | null): GridLevel => ({ gapPercent: ratio(gap), weightPercent: ratio(weight), tpPercent: tp === null ? null : ratio(tp) });

/** The shipped default ladder. */
export const defaultLadder = [level('0', '20', '1'), level('-0.5', '20', '0.5'), level('-1', '20', '2'), level('-1.5', '20', '1.5'), level('-2', '20', '1')];

export const gridPlan = (changes: Partial<EntryPlan> = {}): EntryPlan => ({ kind: 'grid', levels: defaultLadder, pyramidLevels: {}, maxPyramids: 5, orderType: 'limit', ...changes });
export const perLeg: ExitPlan = { kind: 'per_leg', tpPercent: ratio('1'), closeWhenFlat: true };

export const signal = (changes: Partial<Signal> = {}): Signal => ({
  signalId: '1',
  userId: '1',
  accountId: '1',
  venue: 'binance',
  market: 'usdm',
  symbol: 'BTC/USDT:USDT',
  timeframe: '15m',
  kind: 'entry',
  side: 'long',
  priceSignal: price('100'),
  size: { type: 'quote', amount: qty('1000') },
  reduceFraction: null,
  stopLoss: null,
  takeProfit: null,
  slippageMaxPercent: null,
  precisionMode: 'auto',
  executionMode: 'grid',
  alertAt: 0,
  tradeId: 't1',
  alertName: null,
  alertMessage: null,
  receivedAt: 0,
  ...changes,
});

/** One group's life told event by event: `given` events are heard, `when` returns what the last one commanded. */
export class GroupStory {
  group: PositionGroup | null = null;
  commands: GroupCommand[] = [];
  events: { event: GroupEvent; facts: GroupFacts }[] = [];
  readonly facts: GroupFacts;
  private trades = 0;

  constructor(facts: Partial<GroupFacts> = {}) {
    this.facts = { now: 1_000, deploymentPrefix: 'qtest', instrument: instrument(), priceLast: null, ...facts };
  }

  /** Opens the group with a signal of `entry` and `capital`. */
  open({ entry = '100', capital = '1000', plan = gridPlan(), exit = perLeg, side = 'long' as const, changes = {}, slippage = guards.slippagePlan }: { entry?: string; capital?: string; plan?: EntryPlan; exit?: ExitPlan; side?: 'long' | 'short'; changes?: Partial<Signal>; slippage?: SlippagePlan } = {}): this {
    const opening = signal({ side, ...changes });
    return this.hear({ type: 'open', groupId: '7', signal: opening, start: { signalId: opening.signalId, entryPrice: price(entry), capital: money(capital), slippageMaxPercent: opening.slippageMaxPercent }, entryPlan: plan, exitPlan: exit, ...guards, slippagePlan: slippage });
  }

  pyramid(entry: string, capital = '1000', signalId = '2', stopLoss: Price | null = null): this {
    const side = this.state.side;
    return this.hear({ type: 'add-pyramid', signal: signal({ side, signalId, stopLoss }), start: { signalId, entryPrice: price(entry), capital: money(capital), slippageMaxPercent: null } });
  }

  /** The market trades at `last`: the group hears it, as the price watch would tell it. */
  trade(last: string): this {
    this.facts.priceLast = price(last);
    return this.hear({ type: 'price', price: price(last) });
  }

  /** Time passes and the group looks again. */
  wait(ms: number): this {
    this.facts.now += ms;
    return this.hear({ type: 'timer' });
  }

  close(reason: CloseReason = 'exit_signal', signalId: string | null = '9', slippageMaxPercent: string | null = null): this {
    return this.hear({ type: 'close-requested', reason, signalId, slippageMaxPercent: slippageMaxPercent === null ? null : ratio(slippageMaxPercent) });
  }

  reduce(fraction: string, signalId: string | null = '9', slippageMaxPercent: string | null = null): this {
    return this.hear({ type: 'reduce-requested', signalId, fraction: ratio(fraction), slippageMaxPercent: slippageMaxPercent === null ? null : ratio(slippageMaxPercent) });
  }

  refuse(order: Order, refused = 'other', code = '-2019', message = 'Margin is insufficient'): this {
    return this.hear({ type: 'order-refused', clientOrderId: order.clientOrderId, refused, code, message });
  }

  hear(event: GroupEvent): this {
    const decided = decideGroup(this.group, event, { ...this.facts });
    this.group = decided.state;
    this.commands = decided.commands;
    this.events.push({ event, facts: { ...this.facts } });
    return this;
  }

  get state(): PositionGroup {
    if (this.group === null) throw new Error('the group is not open yet');
    return this.group;
  }

  /** The newest order of a slot. */
  order(role: Order['role'], pyramid: number | null = null, leg: number | null = null): Order {
    const found = this.state.orders.findLast((order) => order.role === role && order.pyramid === pyramid && order.leg === leg);
    if (found === undefined) throw new Error(`no ${role} order for leg ${pyramid}.${leg}`);
    return found;
  }

  /** The venue accepts every order that is ready. */
  acceptAll(): this {
    for (const order of this.state.orders.filter((each) => each.status === 'ready')) this.report(order, 'open', order.quantityFilled);
    return this;
  }

  report(order: Order, status: 'open' | 'partially_filled' | 'filled' | 'cancelled' | 'expired' | 'rejected', quantityFilled: string = order.quantityFilled): this {
    const report = { clientOrderId: order.clientOrderId, venueOrderId: `v${order.clientOrderId}`, status, quantityFilled: qty(quantityFilled), reason: null, at: this.facts.now };
    return this.hear({ type: 'order-report', clientOrderId: order.clientOrderId, report, fills: [] });
  }

  /** A trade of an order; what is left of it, at its own price, unless named. */
  fill(order: Order, trade: { quantity?: string; price?: string; fee?: string; feeAsset?: string; tradeId?: string } = {}): this {
    this.trades += 1;
    const at = trade.price ?? order.price ?? this.facts.priceLast;
    if (at === null) throw new Error('a market fill needs a price');
    const fill = {
      clientOrderId: order.clientOrderId,
      tradeId: trade.tradeId ?? `t${this.trades}`,
      price: price(at),
      quantity: qty(trade.quantity ?? dec(order.quantity).minus(order.quantityFilled)),
      fee: money(trade.fee ?? '0'),
      feeAsset: trade.feeAsset ?? 'USDT',
      at: this.facts.now,
    };
    return this.hear({ type: 'order-report', clientOrderId: order.clientOrderId, report: null, fills: [fill] });
  }

  /** The venue confirms every cancel that is on its way. */
  confirmCancels(): this {
    for (const order of this.state.orders.filter((each) => each.status === 'cancelling')) this.report(order, 'cancelled', order.quantityFilled);
    return this;
  }

  legs(): Leg[] {
    return legsOf(this.state).map(({ leg }) => leg);
  }

  leg(pyramid: number, leg: number): Leg {
    const found = this.state.pyramids[pyramid]?.legs[leg];
    if (found === undefined) throw new Error(`no leg ${pyramid}.${leg}`);
    return found;
  }

  legStates(pyramid = 0): LegState[] {
    const found = this.state.pyramids[pyramid];
    return (found?.legs ?? []).map((leg) => legState(this.state, found!, leg));
  }

  /** Client order ids of the commands of one kind that the last event brought. */
  commanded(type: 'submit-order' | 'cancel-order'): string[] {
    return this.commands.flatMap((command) => (command.type === type ? [command.clientOrderId] : []));
  }

  working(role: Order['role']): Order[] {
    return this.state.orders.filter((order) => order.role === role && !isSettled(order));
  }
}

/** Plain text of a decimal with the digits a table shows, for comparing with worked examples. */
export const shows = (value: string | null, expected: string): boolean => value !== null && compare(value, expected) === 0;
