import type { RiskCommand, TellGroup } from '#shared/engine/messages/commands';
import type { GroupEvent, RiskEvent } from '#shared/engine/messages/events';
import { dec, money, price, qty } from '#shared/engine/num/units';
import type { OffsetResult } from '#shared/engine/position/offset-work';
import type { CycleRecord } from '#shared/engine/risk/cycle-record';
import { decideRisk } from '#shared/engine/risk/risk.decide';
import type { RiskFacts } from '#shared/engine/risk/risk-facts';
import type { RiskGroup } from '#shared/engine/risk/risk-group';
import type { RiskPlan } from '#shared/engine/risk/risk-plan';
import { emptyRisk, type PlanRun, type PlanStep, type Risk } from '#shared/engine/risk/risk';
import { judgedAt, riskPlan } from './risk-book.ts';

type Request = Extract<GroupEvent, { type: 'offset-requested' }> & { groupId: string };

/** A user's risk engine told event by event; groups answer when the story says so. */
export class RiskStory {
  risk: Risk = emptyRisk('1');
  commands: RiskCommand[] = [];
  cycle: CycleRecord | null = null;
  /** Plans as they were last recorded. */
  readonly actions = new Map<string, PlanRun>();
  readonly events: { event: RiskEvent; facts: RiskFacts }[] = [];
  readonly facts: RiskFacts;

  constructor(book: readonly RiskGroup[], plan: Partial<RiskPlan> = {}, facts: Partial<RiskFacts> = {}) {
    this.facts = { now: judgedAt, bookAt: judgedAt, plan: riskPlan(plan), halted: false, book: book.map((row) => ({ ...row, usdPerQuote: price('1') })), lastMind: null, ...facts };
  }

  hear(event: RiskEvent): this {
    const facts = structuredClone(this.facts);
    const decided = decideRisk(this.risk, event, facts);
    this.events.push({ event, facts });
    this.risk = decided.state;
    this.commands = decided.commands;
    this.cycle = decided.cycle;
    if (decided.cycle !== null) this.facts.lastMind = decided.cycle.mind;
    for (const run of decided.actions) this.actions.set(run.id, run);
    return this;
  }

  round(trigger: 'time' | 'fill' | 'next_round' = 'time'): this {
    return this.hear({ type: 'cycle', trigger });
  }

  /** What groups were asked by the last event. */
  get asked(): Request[] {
    return this.commands.filter((command): command is TellGroup => command.type === 'tell-group').map(({ groupId, event }) => ({ groupId, ...(event as Extract<GroupEvent, { type: 'offset-requested' }>) }));
  }

  get request(): Request {
    const [request] = this.asked;
    if (request === undefined) throw new Error('nobody was asked');
    return request;
  }

  /** The plan that was last recorded. */
  get run(): PlanRun {
    const run = [...this.actions.values()].at(-1);
    if (run === undefined) throw new Error('there is no plan');
    return run;
  }

  stepOf(groupId: string): PlanStep {
    const found = this.run.steps.find((step) => step.groupId === groupId);
    if (found === undefined) throw new Error(`no step of ${groupId}`);
    return found;
  }

  /** The answer to a request: all of it was closed at the planned gain, unless stated. */
  answer(request: Request, { realised, quantity = request.quantity, ...changes }: { realised?: string; quantity?: string } & Partial<OffsetResult> = {}): this {
    const step = this.run.steps.find((each) => each.step === request.step);
    const gain = realised ?? dec(step?.plannedUsd ?? '0').times(quantity).dividedBy(step?.quantityPlanned ?? '1').toFixed();
    const refused = changes.outcome === 'refused';
    const sold = refused ? { quantity: qty('0'), notional: money('0'), realised: money('0'), fees: money('0') } : { quantity: qty(quantity), notional: money('1000'), realised: money(gain), fees: money('0.1') };
    const result: OffsetResult = { planId: request.planId, step: request.step, outcome: 'closed', reason: null, detail: null, sold, priceAverage: refused ? null : price('1'), slippagePercent: null, slipped: null, at: this.facts.now, ...changes };
    return this.hear({ type: 'offset-answered', groupId: request.groupId, result });
  }

  /** Every step is answered as planned, one after the other. */
  toTheEnd(): this {
    for (let steps = 0; this.asked.length > 0; steps += 1) {
      if (steps > 30) throw new Error('it never ends');
      this.answer(this.request);
    }
    return this;
  }

  later(ms: number): this {
    this.facts.now += ms;
    this.facts.bookAt += ms;
    return this;
  }
}

/** The same events once more, from nothing: what a replay of the journal gives (invariant 7). */
export const replayed = (events: RiskStory['events']): Risk => events.reduce((risk, { event, facts }) => decideRisk(risk, event, structuredClone(facts)).state, emptyRisk('1'));
