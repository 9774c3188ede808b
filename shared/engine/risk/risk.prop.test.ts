import { expect } from 'chai';
import fc from 'fast-check';
import { runs } from '#test/support/property-runs';
import { riskRow, winnerOf } from '#test/support/risk-book';
import { replayed, RiskStory } from '#test/support/risk-story';
import { compare, dec, sum } from '../num/units.ts';
import type { RiskGroup } from './risk-group.ts';
import type { PlanRun } from './risk.ts';

const row = (index: number): fc.Arbitrary<RiskGroup> =>
  fc.oneof(
    fc.integer({ min: 1, max: 400 }).map((profit) => winnerOf(String(index), String(profit))),
    fc.integer({ min: 80, max: 98 }).map((last) => riskRow(String(index), '20', '100', String(last))),
  );
const book = fc.integer({ min: 2, max: 8 }).chain((count) => fc.tuple(...Array.from({ length: count }, (_, index) => row(index + 1))));

/** What happens next: somebody answers in some way, again or late, time passes, a person flags, a cycle is asked for. */
const turn = fc.record({ kind: fc.constantFrom('answer', 'answer', 'answer', 'again', 'refuse', 'part', 'slip', 'wait', 'timer', 'cycle', 'next', 'run', 'skip', 'block', 'unblock', 'halt'), share: fc.integer({ min: 1, max: 9 }), of: fc.nat(7) });
type Turn = typeof turn extends fc.Arbitrary<infer Each> ? Each : never;
type Request = RiskStory['request'];

class Life {
  readonly story: RiskStory;
  readonly open: Request[] = [];
  readonly answered: Request[] = [];
  readonly asked = new Map<string, Request>();

  constructor(groups: readonly RiskGroup[], winnersMax: number) {
    this.story = new RiskStory(groups, { winnersMax });
  }

  live({ kind, share, of }: Turn): void {
    const { story } = this;
    const groupId = String(of + 1);
    const request = this.open[of % Math.max(1, this.open.length)];
    if (kind === 'answer' && request !== undefined) this.answer(request);
    if (kind === 'refuse' && request !== undefined) this.answer(request, { outcome: 'refused', reason: 'refused_by_venue' });
    if (kind === 'part' && request !== undefined) this.answer(request, { outcome: 'partly', reason: 'overtaken', quantity: dec(request.quantity).times(share).dividedBy(10).toFixed() });
    if (kind === 'slip' && request !== undefined) this.answer(request, { slipped: share > 5 ? 'reject' : 'warn' });
    if (kind === 'again' && this.answered.length > 0) story.answer(this.answered[of % this.answered.length]!);
    if (kind === 'wait') story.later(share * 20_000);
    if (kind === 'timer') story.hear({ type: 'timer' });
    if (kind === 'cycle') story.round();
    if (kind === 'next') story.round('next_round');
    if (kind === 'run') story.hear({ type: 'run-now', groupId, requestId: groupId });
    if (kind === 'skip') story.hear({ type: 'skip-once', groupId });
    if (kind === 'block' || kind === 'unblock') story.hear({ type: kind, groupId });
    if (kind === 'halt') story.facts.halted = !story.facts.halted;
    this.look();
  }

  private answer(request: Request, change: Parameters<RiskStory['answer']>[1] = {}): void {
    const run = this.story.actions.get(request.planId);
    const step = run?.steps.find((each) => each.step === request.step);
    const realised = dec(step?.plannedUsd ?? '0').times(change.quantity ?? request.quantity).dividedBy(step?.quantityPlanned ?? '1').toFixed();
    this.open.splice(this.open.indexOf(request), 1);
    this.answered.push(request);
    this.story.answer(request, { realised, ...change });
  }

  /** Every request once: repeated, it is the same. Winners go before the loser, and one at a time. */
  private look(): void {
    for (const request of this.story.asked) {
      const key = `${request.planId}:${request.step}`;
      const before = this.asked.get(key);
      if (before !== undefined) {
        expect({ ...request, attempt: 0 }, 'a step is asked for as it was').to.deep.equal({ ...before, attempt: 0 });
        continue;
      }
      const run = this.story.actions.get(request.planId)!;
      expect(run.steps.filter(({ step }) => step < request.step).map(({ state }) => state), 'nobody before it is under way').to.satisfy((states: string[]) => states.every((state) => !['pending', 'asked'].includes(state)));
      this.asked.set(key, request);
      this.open.push(request);
    }
    for (const run of this.story.actions.values()) checkRun(run, this.story.facts.plan.winnersMax);
    this.story.commands = [];
  }
}

function checkRun(run: PlanRun, winnersMax: number): void {
  const winners = run.steps.filter(({ role }) => role === 'winner');
  const loser = run.steps.at(-1)!;
  expect(winners.length).to.be.at.most(winnersMax);
  for (const { quantityAsked, quantityPlanned } of run.steps) expect(compare(quantityAsked ?? '0', quantityPlanned), 'never more than planned').to.be.at.most(0);
  if (loser.quantityAsked === null || winners.every(({ state, slipped }) => state === 'done' && slipped === null)) return;
  // A winner that answers after the loser was asked for only adds to what was realised.
  const realised = sum(winners.map(({ closed }) => closed.realisedUsd));
  const cost = dec(run.offset.loser.lossUsd).abs().times(loser.quantityAsked).dividedBy(run.offset.basis.loser.quantity);
  expect(cost.lessThanOrEqualTo(realised), `the loser costs ${cost.toFixed()} of ${realised.toFixed()}`).to.equal(true);
}

describe('property: a plan whatever happens to it', () => {
  it('asks once per step, in order, never for more than planned or realised, ends, and replays', () => {
    fc.assert(
      fc.property(book, fc.integer({ min: 1, max: 4 }), fc.array(turn, { minLength: 5, maxLength: 60, size: 'max' }), (groups, winnersMax, turns) => {
        const life = new Life(groups, winnersMax);
        life.live({ kind: 'cycle', share: 1, of: 0 });
        for (const each of turns) life.live(each);
        life.story.facts.halted = true;
        for (let waits = 0; waits < 8; waits += 1) for (const kind of ['wait', 'timer'] as const) life.live({ kind, share: 9, of: 0 });
        for (let waits = 0; waits < 8; waits += 1) for (const kind of ['wait', 'timer'] as const) life.live({ kind, share: 9, of: 0 });
        expect(life.story.risk.plan, 'every plan ends').to.equal(null);
        for (const { status, endedAt } of life.story.actions.values()) expect([status, endedAt === null]).to.satisfy(([said, open]: [string, boolean]) => !open && ['completed', 'partly', 'stopped'].includes(said));
        expect(replayed(life.story.events), 'invariant 7').to.deep.equal(life.story.risk);
      }),
      runs(),
    );
  });
});
