import { expect } from 'chai';
import { riskRow, winnerOf } from '#test/support/risk-book';
import { replayed, RiskStory } from '#test/support/risk-story';
import { ratio } from '../num/units.ts';
import type { RiskGroup } from './risk-group.ts';

/** E-13: a loser of 120, winners of 80 and 50. */
const loser = riskRow('1', '20', '100', '94');
const first = riskRow('2', '20', '50', '54');
const second = riskRow('3', '100', '10', '10.5');
const book = [loser, first, second];
const brief = ({ groupId, quantity, whole, role }: RiskStory['request']): unknown[] => [role, groupId, quantity, whole];

describe('E-13 an offset as one saga', () => {
  it('closes the winners one after the other, then the loser', () => {
    const story = new RiskStory(book).round();
    expect(story.cycle).to.include({ outcome: 'acted', planId: '1-1', kept: true });
    expect(story.asked.map(brief)).to.deep.equal([['winner', '2', '20', true]]);
    story.answer(story.request);
    expect(story.asked.map(brief)).to.deep.equal([['winner', '3', '80', false]]);
    story.answer(story.request);
    expect(story.asked.map(brief)).to.deep.equal([['loser', '1', '20', true]]);
    story.answer(story.request);
    expect(story.run).to.include({ status: 'completed', reason: null, detail: null });
    expect(story.run.steps.map(({ groupId, state, closed }) => [groupId, state, closed.realisedUsd])).to.deep.equal([
      ['2', 'done', '80'],
      ['3', 'done', '40'],
      ['1', 'done', '-120'],
    ]);
    expect(story.risk.plan).to.equal(null);
  });

  it('asks each step under a key of its own, and looks again later', () => {
    const story = new RiskStory(book).round();
    expect(story.commands.flatMap((command) => ('key' in command ? [command.key] : []))).to.deep.equal(['risk:1-1:0', 'risk:1-1:0:look:0']);
  });

  it('then goes on with the next round, on the book as it has become, until nobody is left', () => {
    const story = new RiskStory(book).round().toTheEnd();
    expect(story.commands).to.deep.include({ type: 'tell-risk', event: { type: 'cycle', trigger: 'next_round' }, key: 'risk:1-1:next' });
    story.facts.book = [];
    story.round('next_round');
    expect(story.cycle).to.include({ outcome: 'idle', reason: 'no_loser' });
    expect(story.risk.cycle).to.equal(null);
    story.round('next_round');
    expect(story.cycle, 'a round that comes again is none').to.equal(null);
  });

  it('a partly covered loser is taken once per cycle, and again in the next', () => {
    const story = new RiskStory([loser, first]).round().toTheEnd();
    expect(story.run.status).to.equal('completed');
    story.round('next_round');
    expect(story.cycle).to.include({ outcome: 'idle', reason: 'no_loser' });
    story.round();
    expect(story.cycle?.outcome).to.equal('acted');
  });
});

describe('a plan that is interrupted', () => {
  const failing: [title: string, book: RiskGroup[], change: Parameters<RiskStory['answer']>[1], asked: unknown[], reason: string][] = [
    ['a winner has closed meanwhile: the loser by what the other brings', book, { outcome: 'refused', reason: 'group_closed', detail: 'closed: take_profit' }, ['loser', '1', '6.666', false], 'group_closed'],
    ['a winner is refused by the venue', book, { outcome: 'refused', reason: 'refused_by_venue', detail: '-2022' }, ['loser', '1', '6.666', false], 'refused_by_venue'],
    ['a winner stands at a loss now', book, { outcome: 'refused', reason: 'no_profit_left', detail: null }, ['loser', '1', '6.666', false], 'no_profit_left'],
    ['a winner is closed in part', book, { outcome: 'partly', reason: 'overtaken', quantity: '5' }, ['loser', '1', '10', false], 'overtaken'],
  ];
  for (const [title, groups, change, asked, reason] of failing) {
    it(title, () => {
      const story = new RiskStory(groups).round();
      story.answer(story.request, change);
      story.answer(story.request);
      expect(brief(story.request)).to.deep.equal(asked);
      story.answer(story.request);
      expect(story.run).to.include({ status: 'partly', reason });
      expect(story.stepOf('2')).to.include({ state: 'failed', reason });
    });
  }

  it('A-14 reject: no further winner, the loser by what was realised, and no further round', () => {
    const story = new RiskStory(book).round();
    story.answer(story.request, { realised: '60', slipped: 'reject' });
    expect(brief(story.request)).to.deep.equal(['loser', '1', '10', false]);
    expect(story.stepOf('3')).to.include({ state: 'left_out', reason: 'slippage_exceeded' });
    story.answer(story.request);
    expect(story.run).to.include({ status: 'partly', reason: 'slippage_exceeded' });
    expect(story.commands.some(({ type }) => type === 'tell-risk')).to.equal(false);
    expect(story.risk.cycle).to.equal(null);
  });
  it('A-14 warn: the next winner goes, the loser by what was realised', () => {
    const story = new RiskStory(book).round();
    story.answer(story.request, { realised: '60', slipped: 'warn' });
    expect(brief(story.request)).to.deep.equal(['winner', '3', '80', false]);
    story.answer(story.request);
    expect(brief(story.request)).to.deep.equal(['loser', '1', '16.666', false]);
  });
  it('slippage within the limit is not made up for: the loser as planned (R-149)', () => {
    const story = new RiskStory(book).round();
    story.answer(story.request, { realised: '79.5' });
    story.answer(story.request);
    expect(brief(story.request)).to.deep.equal(['loser', '1', '20', true]);
  });
  it('no winner can be closed: it stops, the loser is left alone', () => {
    const story = new RiskStory([loser, first]).round();
    story.answer(story.request, { outcome: 'refused', reason: 'group_closed', detail: 'closed: take_profit' });
    expect(story.asked).to.deep.equal([]);
    expect(story.run).to.include({ status: 'stopped', reason: 'nothing_realised' });
    expect(story.stepOf('1')).to.include({ state: 'left_out', quantityAsked: null });
  });
  it('positions are only closed whole, and the winners have not covered: it stops after them', () => {
    const story = new RiskStory(book, { partialCloseAllowed: false }).round();
    story.answer(story.request);
    story.answer(story.request, { outcome: 'refused', reason: 'group_closing', detail: 'exit_signal' });
    expect(story.run).to.include({ status: 'stopped', reason: 'not_covered' });
  });
  it('winners were sold and paid for nothing: the loser is left alone, or every cycle would sell another slice of them', () => {
    const story = new RiskStory(book, { partialCloseAllowed: false }).round();
    story.answer(story.request);
    story.answer(story.request, { outcome: 'refused', reason: 'group_closing', detail: 'exit_signal' });
    expect(story.risk.resting).to.deep.equal({ 1: { until: story.facts.now + 300_000, reason: 'not_covered', figures: { realised: '80', required: '120' } } });
    story.later(10_000).round('next_round').round();
    expect([story.asked, story.cycle?.outcome]).to.deep.equal([[], 'idle']);
  });
  it('the loser has closed itself: it stops, what was realised stays booked', () => {
    const story = new RiskStory(book).round();
    story.answer(story.request);
    story.answer(story.request);
    story.answer(story.request, { outcome: 'refused', reason: 'group_closed', detail: 'closed: exit_signal' });
    expect(story.run).to.include({ status: 'stopped', reason: 'group_closed' });
    expect(story.stepOf('2').closed.realisedUsd).to.equal('80');
  });
  it('the loser is closed in part only: partly', () => {
    const story = new RiskStory(book).round();
    story.answer(story.request);
    story.answer(story.request);
    story.answer(story.request, { outcome: 'partly', reason: 'refused_by_venue', quantity: '4', detail: '-1' });
    expect(story.run).to.include({ status: 'partly', reason: 'refused_by_venue' });
  });
  it('a group the venue refuses is left alone for a while', () => {
    const story = new RiskStory([loser, first]).round();
    story.answer(story.request, { outcome: 'refused', reason: 'refused_by_venue', detail: '-2022', figures: { message: '-2022' } });
    expect(story.risk.resting).to.deep.equal({ 2: { until: story.facts.now + 300_000, reason: 'refused_by_venue', figures: { message: '-2022' } } });
    story.later(10_000).round('next_round').round();
    expect(story.cycle).to.include({ outcome: 'idle', reason: 'no_winner' });
    expect(story.cycle?.groups[1]?.winnerFailed.map(({ name, actual }) => [name, actual]), 'no person has skipped it').to.deep.equal([['not_resting', 'yes']]);
    story.later(300_000).round();
    expect(story.cycle?.outcome).to.equal('acted');
  });
});

describe('a step that is not answered', () => {
  it('is asked for again, under a key of its own, the same step', () => {
    const story = new RiskStory(book).round();
    const { request } = story;
    story.hear({ type: 'timer' });
    expect(story.commands, 'not yet').to.deep.equal([]);
    story.later(15_000).hear({ type: 'timer' });
    expect(story.request).to.deep.equal({ ...request, attempt: 1 });
    expect(story.commands.flatMap((command) => ('key' in command ? [command.key] : []))).to.deep.equal(['risk:1-1:0:1', 'risk:1-1:0:look:1']);
  });
  it('in the end the plan goes on without it, and books the answer when it comes', () => {
    const story = new RiskStory(book).round();
    const { request } = story;
    story.later(300_000).hear({ type: 'timer' });
    expect(story.stepOf('2')).to.include({ state: 'failed', reason: 'no_answer' });
    story.answer(story.request).answer(story.request);
    expect(story.run).to.include({ status: 'partly', reason: 'no_answer' });
    story.answer(request);
    expect(story.stepOf('2')).to.include({ state: 'done' });
    expect(story.stepOf('2').closed.realisedUsd).to.equal('80');
    expect(story.asked).to.deep.equal([]);
    expect(story.risk.unanswered).to.deep.equal([]);
  });
  it('an answer that comes twice, for another plan, or of another group changes nothing', () => {
    const story = new RiskStory(book).round();
    const { request } = story;
    story.answer(request);
    const before = story.risk;
    for (const strange of [request, { ...request, planId: '1-9' }, { ...request, step: 1, groupId: '9' }]) {
      story.answer(strange);
      expect(story.risk).to.equal(before);
      expect(story.commands).to.deep.equal([]);
    }
  });
});

describe('when no plan begins', () => {
  it('while one runs', () => {
    const story = new RiskStory(book).round();
    const before = story.risk;
    story.round();
    expect(story.cycle).to.include({ outcome: 'busy', reason: 'plan_running', kept: false });
    expect([story.commands, story.risk]).to.deep.equal([[], before]);
  });
  it('while new exposure is halted; one that runs ends', () => {
    const story = new RiskStory(book, {}, { halted: true }).round();
    expect(story.cycle).to.include({ outcome: 'blocked', reason: 'halted' });
    const running = new RiskStory(book).round();
    running.facts.halted = true;
    running.toTheEnd();
    expect(running.run.status).to.equal('completed');
  });
  it('an idle cycle changes nothing, and is kept once per change of mind', () => {
    const story = new RiskStory([first]).round();
    expect(story.cycle).to.include({ outcome: 'idle', reason: 'no_loser', kept: true });
    expect(JSON.stringify(story.risk)).to.equal(JSON.stringify(new RiskStory([]).risk));
    story.round();
    expect(story.cycle?.kept).to.equal(false);
    story.facts.book = [];
    story.round();
    expect(story.cycle?.kept).to.equal(true);
  });
  it('says of every group which condition failed, with the numbers', () => {
    const story = new RiskStory([riskRow('1', '20', '100', '96')]).round();
    expect(story.cycle?.groups).to.deep.equal([
      { groupId: '1', symbol: '1/USDT:USDT', timeframe: '1h', side: 'long', pnlUsd: '-80', pnlPercent: '-4', unpaid: null, loserFailed: [{ name: 'loss', actual: '-4', required: '-5' }], winnerFailed: [{ name: 'profit', actual: '-80', required: '0' }] },
    ]);
  });
  it('says of a loser that meets every condition why nobody pays for it, by code and figures', () => {
    const story = new RiskStory([riskRow('1', '80', '40', '37.5'), winnerOf('2', '70')], { uncovered: 'skip' }).round();
    const figures = { covered: '70', required: '200', used: '1', winners: '1' };
    expect(story.cycle).to.deep.include({ outcome: 'idle', reason: 'not_covered', figures });
    expect(story.cycle?.groups.map(({ groupId, unpaid }) => [groupId, unpaid])).to.deep.equal([['1', { reason: 'not_covered', figures }], ['2', null]]);
    story.facts.book = [...story.facts.book, ...new RiskStory([riskRow('3', '10', '100', '94')]).facts.book];
    story.round();
    expect([story.cycle?.outcome, story.cycle?.groups[0]?.unpaid], 'the next loser was paid for').to.deep.equal(['acted', { reason: 'not_covered', figures }]);
  });
});

describe('what a person is told', () => {
  const told = ({ commands }: RiskStory): string[] => commands.flatMap((command) => (command.type === 'tell' ? [command.message] : []));
  it('names groups by symbol, timeframe and side; ids mean nothing to people', () => {
    const story = new RiskStory([riskRow('1', '20', '100', '94', { symbol: 'LOS/USDT:USDT' }), riskRow('2', '20', '50', '54', { symbol: 'WIN/USDT:USDT', timeframe: '15m' })]).round();
    expect(told(story)).to.deep.equal(['Plan 1-1: LOS/USDT:USDT 1h long closes 13.333: 80 of 120 USD from WIN/USDT:USDT 15m long (all)']);
    const begun = story.commands.flatMap((command) => (command.type === 'tell' ? [command.said] : []));
    expect(begun, 'the same by code, for a page in any language').to.deep.equal([{ code: 'plan_begun', figures: { plan: '1-1', winners: 'WIN/USDT:USDT 15m long', loser: 'LOS/USDT:USDT 1h long', covered: '80', required: '120' } }]);
    story.answer(story.request);
    story.answer(story.request, { outcome: 'refused', reason: 'group_closing', detail: 'LOS/USDT:USDT is closing: exit_signal', figures: { because: 'exit_signal' } });
    expect(told(story)).to.deep.equal(['Plan 1-1 is stopped: winners brought in 80 of 120 USD, the loser closed 0 of LOS/USDT:USDT 1h long for 0 USD; loser LOS/USDT:USDT 1h long: LOS/USDT:USDT is closing: exit_signal']);
    expect(story.run).to.deep.include({ reason: 'group_closing', figures: { because: 'exit_signal', step: '1' } });
  });
  it('a plan that waits for approval is an alert, with its end', () => {
    const { commands } = new RiskStory(book, { approvalLifeMs: 300_000 }).round();
    const [alert] = commands.flatMap((command) => (command.type === 'tell' ? [command] : []));
    expect([alert?.level, alert?.message]).to.deep.equal(['alert', 'Plan 1-1 waits for approval until 2026-03-01T12:05:00.000Z: 1/USDT:USDT 1h long closes 20 (all): 120 of 120 USD from 2/USDT:USDT 1h long (all), 3/USDT:USDT 1h long (80)']);
  });
  const reasons: [title: string, change: Parameters<RiskStory['answer']>[1], reason: string, figures: Record<string, string>][] = [
    ['slipped', { slipped: 'reject', slippagePercent: ratio('1.1') }, 'slippage_exceeded', { percent: '1.1' }],
    ['refused', { outcome: 'refused', reason: 'refused_by_venue', detail: '-2022 no', figures: { message: '-2022 no' } }, 'refused_by_venue', { message: '-2022 no' }],
  ];
  for (const [title, change, reason, figures] of reasons) {
    it(`why a step went otherwise, by code and figures: ${title}`, () => {
      const story = new RiskStory([loser, first, second]).round();
      story.answer(story.request, change);
      expect(story.stepOf('2')).to.deep.include({ reason, figures });
      story.toTheEnd();
      expect(story.run).to.deep.include({ status: 'partly', reason, figures: { ...figures, step: '0' } });
    });
  }
  it('a winner that is answered for after the loser was asked is a reason of its own', () => {
    const story = new RiskStory(book).round();
    const late = story.request;
    story.later(300_000).hear({ type: 'timer' });
    story.answer(story.request);
    const last = story.request;
    story.answer(late).answer(last);
    expect(story.run).to.deep.include({ status: 'partly', reason: 'answered_late', figures: {} });
  });
  it('winners that brought in nothing: what they brought in and what was needed', () => {
    const story = new RiskStory([loser, first]).round();
    story.answer(story.request, { outcome: 'refused', reason: 'group_closed', detail: 'closed' });
    expect(story.stepOf('1')).to.deep.include({ reason: 'nothing_realised', figures: { realised: '0', required: '120' } });
  });
});

describe('R-200 to R-202 what a person asks for', () => {
  it('run now for a group passes over its timer and its threshold', () => {
    const waits = riskRow('1', '20', '100', '97', { timer: { pyramidCount: 0, pyramidsRequired: 4, entriesWaiting: 2, fullSince: null, expiresAt: null } });
    const story = new RiskStory([waits, first]).round();
    expect(story.cycle?.outcome).to.equal('idle');
    story.hear({ type: 'run-now', groupId: '1', requestId: 'r1' });
    expect(story.cycle).to.include({ outcome: 'acted', requestId: 'r1' });
    story.toTheEnd();
    expect(story.commands.some(({ type }) => type === 'tell-risk'), 'one plan, no cycle').to.equal(false);
  });
  it('run now for a group that cannot be offset says why', () => {
    const story = new RiskStory([first]).hear({ type: 'run-now', groupId: '2', requestId: 'r1' });
    expect(story.cycle).to.include({ outcome: 'idle', reason: 'no_loser', kept: true });
    expect(story.cycle?.words).to.equal('2/USDT:USDT 1h long cannot be offset: Stands at 8 %, must be below 0 %');
    story.hear({ type: 'run-now', groupId: '9', requestId: 'r2' });
    expect(story.cycle?.words).to.equal('A group that is not open cannot be offset');
  });
  it('skip once: left out of the next cycle, and of no other', () => {
    const story = new RiskStory(book).hear({ type: 'skip-once', groupId: '1' }).round();
    expect(story.cycle?.reason).to.equal('no_loser');
    expect(story.risk.skipOnce).to.deep.equal({});
    story.round();
    expect(story.cycle?.outcome).to.equal('acted');
  });
  it('a skip that is asked for during a cycle lasts for the next one', () => {
    const story = new RiskStory(book).round();
    story.later(1_000).hear({ type: 'skip-once', groupId: '3' });
    story.commands = [];
    story.answer({ type: 'offset-requested', groupId: '2', planId: '1-1', step: 0, role: 'winner', quantity: story.stepOf('2').quantityPlanned, whole: true, attempt: 0 }).toTheEnd();
    story.round('next_round');
    expect(Object.keys(story.risk.skipOnce)).to.deep.equal(['3']);
  });
  it('block: out of every cycle in both roles until it is unblocked', () => {
    const story = new RiskStory(book).hear({ type: 'block', groupId: '2' }).hear({ type: 'block', groupId: '3' }).round().round();
    expect(story.cycle?.reason).to.equal('no_winner');
    story.hear({ type: 'unblock', groupId: '2' }).round();
    expect(story.request.groupId).to.equal('2');
  });
  it('the flag of a group that is gone goes with it; that of one opened since the book was read stays', () => {
    const story = new RiskStory(book).hear({ type: 'block', groupId: '9' });
    story.round();
    expect(story.risk.blocked).to.have.property('9');
    story.toTheEnd().later(120_000).round();
    expect(story.risk.blocked).to.deep.equal({});
  });
});

describe('approval before execution', () => {
  const asked = { approvalLifeMs: 300_000 };
  it('the plan waits, its numbers frozen, and goes when it is approved', () => {
    const story = new RiskStory(book, asked).round();
    expect(story.run).to.include({ status: 'awaiting_approval', approvalUntil: story.facts.now + 300_000 });
    expect(story.asked).to.deep.equal([]);
    story.round();
    expect(story.cycle).to.include({ outcome: 'busy', reason: 'awaiting_approval' });
    story.hear({ type: 'approve', planId: '1-1' });
    expect(brief(story.request)).to.deep.equal(['winner', '2', '20', true]);
    story.toTheEnd();
    expect(story.run.status).to.equal('completed');
  });
  it('rejected: nothing is closed, and its loser is left alone for a while', () => {
    const story = new RiskStory(book, asked).round().hear({ type: 'reject', planId: '1-1' });
    expect(story.run).to.include({ status: 'rejected', reason: 'rejected' });
    expect(story.risk.resting['1']).to.include({ reason: 'rejected' });
    story.round('next_round').later(10_000).round();
    expect(story.cycle).to.include({ outcome: 'idle', reason: 'no_loser' });
    expect(story.cycle?.groups[0]?.loserFailed.map(({ name }) => name)).to.deep.equal(['not_resting']);
  });
  for (const how of ['timer', 'cycle', 'approve'] as const) {
    it(`expired, noticed by ${how}`, () => {
      const story = new RiskStory(book, asked).round().later(300_000);
      story.hear(how === 'timer' ? { type: 'timer' } : how === 'cycle' ? { type: 'cycle', trigger: 'time' } : { type: 'approve', planId: '1-1' });
      expect(story.actions.get('1-1')).to.include({ status: 'expired' });
      expect(story.asked).to.deep.equal([]);
    });
  }
  it('not approved during a halt, nor a plan that is not there', () => {
    const story = new RiskStory(book, asked).round();
    story.facts.halted = true;
    for (const planId of ['1-1', '1-2']) expect(story.hear({ type: 'approve', planId }).commands).to.deep.equal([]);
  });
});

describe('invariant 7 of the risk engine', () => {
  it('its events again give its state', () => {
    const story = new RiskStory(book).hear({ type: 'block', groupId: '9' }).round();
    story.answer(story.request).later(15_000).hear({ type: 'timer' });
    story.answer(story.request, { outcome: 'partly', quantity: '10', reason: 'overtaken' }).answer(story.request).round('next_round').hear({ type: 'skip-once', groupId: '2' });
    expect(replayed(story.events)).to.deep.equal(story.risk);
  });
  it('a winner pays on its own mode only: the book is of all accounts', () => {
    const story = new RiskStory([loser, winnerOf('2', '80', { accountMode: 'live' })]).round();
    expect(story.cycle?.reason).to.equal('no_winner');
  });
});
