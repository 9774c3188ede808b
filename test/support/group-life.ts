import { expect } from 'chai';
import { decideGroup, type GroupFacts } from '#shared/engine/position/position-group.decide';
import type { GroupEvent } from '#shared/engine/messages/events';
import { stopPassed } from '#shared/engine/exit/stop-price';
import { floorTo } from '#shared/engine/num/rounding';
import { compare, dec, price } from '#shared/engine/num/units';
import type { Fill, Order, OrderReport } from '#shared/engine/order/order';
import { groupQuantity } from '#shared/engine/position/exposure';
import type { PositionGroup } from '#shared/engine/position/position-group';
import { wakeConditions } from '#shared/engine/position/wake-conditions';
import { isDust } from '#shared/engine/position/wind-down';
import { GroupStory } from './engine-story.ts';
import { firstStop, randomRequest } from './group-requests.ts';
import { ModelExchange } from './model-exchange.ts';
import { checkGroupLife, checkRest, type ToldTrade } from './group-checks.ts';
import { holds, type LifePlan, type Turn } from './random-life.ts';

type Report = Extract<GroupEvent, { type: 'order-report' }>;
type Ask = { kind: 'submit' | 'cancel'; id: string };
/** An answer of the venue to a submit, on its way to us. */
type Answer = { id: string; outcome: 'accepted' | 'refused' | 'unknown'; report: OrderReport | null; fills: Fill[]; refused: string };

/**
 * One group, lived with a model venue and every misfortune: answers that are late or lost, news doubled and out of order, cancels that
 * lose their race, refusals. What must always hold is checked after every event.
 */
export class GroupLife {
  readonly story: GroupStory;
  readonly venue: ModelExchange;
  readonly plan: LifePlan;
  private readonly outbox: Ask[] = [];
  private readonly answers: Answer[] = [];
  private readonly news: Report[] = [];
  /** Sent, and no usable answer came. */
  private readonly unknown = new Set<string>();
  /** Sent, and never arrived. */
  private readonly lost = new Map<string, Order>();
  readonly told = new Map<string, ToldTrade>();

  constructor(plan: LifePlan) {
    this.plan = plan;
    this.venue = new ModelExchange(plan);
    this.story = new GroupStory({ instrument: plan.instrument, priceLast: price(floorTo(plan.entry, plan.instrument.tickSize)) });
    this.hear(() => this.story.open({ entry: plan.entry, capital: plan.capital, plan: plan.entryPlan, exit: plan.exitPlan, side: plan.side, changes: { market: plan.instrument.market, symbol: plan.instrument.symbol, stopLoss: firstStop(plan) } }));
  }

  private get now(): number {
    return this.story.facts.now;
  }
  private get last(): string {
    return this.story.facts.priceLast ?? this.plan.entry;
  }
  get group(): PositionGroup {
    return this.story.state;
  }
  private orderOf(id: string): Order {
    const found = this.group.orders.find((order) => order.clientOrderId === id);
    if (found === undefined) throw new Error(`the group does not know ${id}`);
    return found;
  }

  /** Lets the group hear something, takes its commands, and checks everything. */
  private hear(tell: () => unknown): void {
    tell();
    for (const command of this.story.commands) {
      if (command.type === 'submit-order') this.outbox.push({ kind: 'submit', id: command.clientOrderId });
      if (command.type === 'cancel-order') this.outbox.push({ kind: 'cancel', id: command.clientOrderId });
    }
    checkGroupLife(this);
  }

  private hearEvent(event: GroupEvent): void {
    this.hear(() => this.story.hear(event));
  }

  private hearReport(event: Report): void {
    for (const fill of event.fills.filter(({ tradeId }) => !this.told.has(tradeId))) this.told.set(fill.tradeId, { ...fill, entry: this.orderOf(event.clientOrderId).role === 'entry' });
    this.hearEvent(event);
  }

  private truth(id: string): Report {
    return { type: 'order-report', clientOrderId: id, report: this.venue.report(id, this.now), fills: this.venue.tradesOf(id) };
  }

  /** One thing happens, chosen among those that can happen now. */
  turn({ pick, how, much }: Turn): void {
    const open = this.venue.open();
    const can: (() => void)[] = [
      ...(this.outbox.length > 0 ? [() => this.carryOut(pick, how), () => this.carryOut(pick, how), () => this.carryOut(0, how)] : []),
      ...(this.answers.length > 0 ? [() => this.answer(pick), () => this.answer(0)] : []),
      ...(this.news.length > 0 ? [() => this.hearNews(pick, how), () => this.hearNews(0, how)] : []),
      ...(open.length > 0 ? [() => this.trade(pick, how, much), () => this.trade(pick, how, much), () => this.endUnasked(pick, how)] : []),
      ...(this.unknown.size > 0 ? [() => this.resolve(pick)] : []),
      ...(this.plan.ghosts && this.lost.size > 0 ? [() => this.haunt(pick)] : []),
      () => this.poll(pick),
      () => this.movePrice(how, much),
      () => this.wait(much * 500),
      () => this.request(how, much),
    ];
    can[pick % can.length]?.();
  }

  private carryOut(pick: number, how: number): void {
    const [ask] = this.outbox.splice(pick % this.outbox.length, 1);
    if (ask === undefined) return;
    if (ask.kind === 'cancel') return this.cancel(ask, how);
    const order = this.orderOf(ask.id);
    // A cancel came first: it withdraws the order, nothing is sent.
    if (order.status !== 'ready') return;
    this.send(order, how);
  }

  private send(order: Order, how: number): void {
    const id = order.clientOrderId;
    const fault = this.venue.fault(order, this.last);
    // The price may have moved since a market order was decided; its notional is not the engine's fault then.
    if (fault !== null && order.type === 'market' && fault.startsWith('notional')) {
      this.answers.push({ id, outcome: 'refused', report: null, fills: [], refused: 'other' });
      return;
    }
    holds(9, `${id} leaves with a ${fault} the venue refuses`, fault === null);
    const short = order.role !== 'entry' && this.plan.instrument.market === 'spot' && this.venue.exitsWorking.plus(order.quantity).greaterThan(this.venue.position);
    if (!this.plan.ghosts) holds(2, `${id} sells more than the account holds`, !short);
    if (short || how < 6) {
      this.answers.push({ id, outcome: 'refused', report: null, fills: [], refused: how % 2 === 0 ? 'precision' : 'other' });
    } else if (how < 12) {
      this.lost.set(id, order);
      this.answers.push({ id, outcome: 'unknown', report: null, fills: [], refused: '' });
    } else {
      this.venue.accept(order);
      if (how > 80) this.venue.fill(id, dec(order.quantity).times(how === 81 ? 1 : 0.5), order.price ?? this.last, this.now);
      this.answers.push({ id, outcome: how < 20 ? 'unknown' : 'accepted', report: this.venue.report(id, this.now), fills: this.venue.tradesOf(id), refused: '' });
    }
  }

  private cancel(ask: Ask, how: number): void {
    const { id } = ask;
    const unanswered = this.answers.some((answer) => answer.id === id) || this.unknown.has(id);
    if (unanswered || (how < 10 && this.venue.orders.has(id))) return void this.outbox.push(ask);
    if (this.venue.orders.has(id)) {
      this.venue.end(id, 'cancelled');
      // The answer of a cancel may be lost; then the cancel is asked again and finds the end.
      if (how < 20) return void this.outbox.push(ask);
      return this.hearReport(this.truth(id));
    }
    if (!this.lost.has(id) && this.orderOf(id).status === 'cancelling') this.hearEvent({ type: 'order-withdrawn', clientOrderId: id });
  }

  private answer(pick: number): void {
    const [answer] = this.answers.splice(pick % this.answers.length, 1);
    if (answer === undefined) return;
    const { id, outcome, report, fills, refused } = answer;
    if (outcome === 'unknown') {
      this.unknown.add(id);
      this.hearEvent({ type: 'order-unknown', clientOrderId: id, message: 'no answer' });
    } else if (outcome === 'refused') this.hearEvent({ type: 'order-refused', clientOrderId: id, refused, code: '-1', message: 'no' });
    else this.hearReport({ type: 'order-report', clientOrderId: id, report, fills });
  }

  /** The outcome is asked for: by what the venue knows, never by a timer (invariant 8). */
  private resolve(pick: number): void {
    const id = [...this.unknown][pick % this.unknown.size];
    if (id === undefined) return;
    this.unknown.delete(id);
    if (this.venue.orders.has(id)) this.hearReport(this.truth(id));
    else this.hearEvent({ type: 'order-absent', clientOrderId: id, evidence: 'not found twice' });
  }

  /** An order that was proved absent arrives after all. */
  private haunt(pick: number): void {
    const absent = [...this.lost.values()].filter((order) => !this.unknown.has(order.clientOrderId) && !this.answers.some((answer) => answer.id === order.clientOrderId));
    const order = absent[pick % absent.length];
    if (order === undefined) return;
    this.lost.delete(order.clientOrderId);
    this.venue.accept(order);
    this.news.push(this.truth(order.clientOrderId));
  }

  private trade(pick: number, how: number, much: number): void {
    const open = this.venue.open();
    const found = open[pick % open.length];
    if (found === undefined) return;
    const { stepSize } = this.plan.instrument;
    const wanted = how < 40 ? this.venue.remaining(found) : floorTo(this.venue.remaining(found).times(much).dividedBy(100), stepSize).plus(stepSize);
    const fill = this.venue.fill(found.order.clientOrderId, wanted, found.order.price ?? this.last, this.now);
    const id = found.order.clientOrderId;
    const report = this.venue.report(id, this.now);
    // Venues tell a trade and the order's state together, apart, or the one without the other.
    if (how % 3 !== 0) this.news.push({ type: 'order-report', clientOrderId: id, report, fills: how % 3 === 1 && fill !== null ? [fill] : [] });
    if (how % 3 === 2 && fill !== null) this.news.push({ type: 'order-report', clientOrderId: id, report: null, fills: [fill] });
  }

  private endUnasked(pick: number, how: number): void {
    if (how > 25) return;
    const open = this.venue.open();
    const id = open[pick % open.length]?.order.clientOrderId;
    if (id === undefined) return;
    this.venue.end(id, how % 2 === 0 ? 'cancelled' : 'expired');
    this.news.push({ type: 'order-report', clientOrderId: id, report: this.venue.report(id, this.now), fills: [] });
  }

  /** News arrives; some of it twice, and the second time changes nothing (invariant 4). */
  private hearNews(pick: number, how: number): void {
    const [event] = this.news.splice(pick % this.news.length, 1);
    if (event === undefined) return;
    this.hearReport(event);
    if (how < 50) {
      const before = this.group;
      this.hearReport(event);
      expect(this.group, 'invariant 4: news heard twice').to.deep.equal(before);
      expect(this.story.commands.filter(({ type }) => type !== 'wake-at'), 'invariant 4: commands of news heard twice').to.deep.equal([]);
      if (how < 15) this.news.push(event);
    }
  }

  private poll(pick: number): void {
    const known = [...this.venue.orders.keys()].filter((id) => !this.answers.some((answer) => answer.id === id));
    const id = known[pick % Math.max(known.length, 1)];
    if (id === undefined) return;
    this.unknown.delete(id);
    this.hearReport(this.truth(id));
  }

  private movePrice(how: number, much: number): void {
    const factor = 1 + ((how % 2 === 0 ? 1 : -1) * much) / 2000;
    this.tradeAt(price(floorTo(dec(this.last).times(factor), this.plan.instrument.tickSize).plus(this.plan.instrument.tickSize)));
  }
  private tradeAt(last: string): void {
    this.hear(() => this.story.trade(last));
    const { stop, side, windDown } = this.group;
    holds(3, `the price ${last} has reached the stop ${stop?.price}, and nothing follows`, stop === null || windDown !== null || !stopPassed(side, stop.price, price(last)));
  }
  private wait(ms: number): void {
    this.hear(() => this.story.wait(ms));
  }

  private request(how: number, much: number): void {
    const ask = randomRequest(this, how, much);
    if (ask !== null) this.hear(ask);
  }

  /** Everything that is on its way arrives, every order is asked for, pauses end. No misfortune any more. */
  private drain(): void {
    for (let round = 0; round < 400; round += 1) {
      const before = JSON.stringify(this.group);
      while (this.answers.length > 0) this.answer(0);
      while (this.news.length > 0) this.hearNews(0, 99);
      for (const ask of this.outbox.splice(0)) {
        this.outbox.push(ask);
        this.carryOut(this.outbox.length - 1, 50);
      }
      while (this.answers.length > 0) this.answer(0);
      while (this.unknown.size > 0) this.resolve(0);
      for (const { order } of this.venue.open()) if (order.type === 'market') this.venue.fill(order.clientOrderId, dec(order.quantity), this.last, this.now);
      for (const id of this.venue.orders.keys()) if (this.isNews(id)) this.hearReport(this.truth(id));
      if (JSON.stringify(this.group) === before && this.outbox.length === 0) {
        if (Object.keys(this.group.retries).length === 0) return;
        this.wait(61_000);
        if (this.outbox.length === 0) return;
      }
    }
    throw new Error(`the group never comes to rest: ${JSON.stringify(this.outbox)}`);
  }

  /** Does the venue know more of an order than the group? */
  private isNews(id: string): boolean {
    const known = this.orderOf(id);
    const { status, quantityFilled } = this.venue.report(id, this.now);
    return status !== known.status || quantityFilled !== known.quantityFilled;
  }

  /** Comes to rest, is told to end, and must end: nothing open at the venue, nothing held that could be sold. */
  finish(): void {
    this.drain();
    this.checkTruth();
    checkRest(this);
    this.hear(() => this.story.close('manual', null));
    this.drain();
    const [carried] = wakeConditions(this.group, this.plan.instrument);
    if (carried !== undefined) {
      this.tradeAt(carried.price);
      this.drain();
    }
    this.checkTruth();
    expect(this.group.status, `it never closes: ${JSON.stringify({ held: this.group.held, retries: this.group.retries, left: groupQuantity(this.group) })}`).to.equal('closed');
    expect(this.venue.open().map(({ order }) => order.clientOrderId), 'orders left open at the venue').to.deep.equal([]);
    expect(isDust(this.group, this.plan.instrument), `${groupQuantity(this.group)} could be sold`).to.equal(true);
    this.replay();
  }

  /** At rest the books are the venue's. */
  private checkTruth(): void {
    holds(1, `the group has ${groupQuantity(this.group)}, the account ${this.venue.position.toFixed()}`, compare(groupQuantity(this.group), this.venue.position) === 0);
    const all = [...this.venue.orders.values()].flatMap(({ order, trades }) => trades.map((trade) => ({ ...trade, entry: order.role === 'entry' })));
    expect(all.length, 'every trade is counted').to.equal(this.told.size);
  }

  /** Invariant 7: the events and facts, as they come back from a journal, give the same state. */
  private replay(): void {
    let state: PositionGroup | null = null;
    for (const { event, facts } of JSON.parse(JSON.stringify(this.story.events)) as { event: GroupEvent; facts: GroupFacts }[]) state = decideGroup(state, event, facts).state;
    expect(state, 'invariant 7: replay').to.deep.equal(this.group);
  }
}
