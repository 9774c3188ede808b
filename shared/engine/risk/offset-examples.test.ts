import { expect } from 'chai';
import { at, bookAfter, firstRound, judgedAt, planned, riskPlan, riskRow, wholeCycle, winnerOf } from '#test/support/risk-book';
import { instrument } from '#test/support/engine-story';
import { money, qty } from '#shared/engine/num/units';
import { loserEligibility } from './offset-eligibility.ts';
import { rankedLosers, rankedWinners } from './offset-ranking.ts';
import { loserAfterWinners } from './offset-selection.ts';
import { winnerShare } from './offset-share.ts';
import { spreadOverLegs } from './spread-over-legs.ts';
import type { OffsetPlan } from './offset-plan.ts';
import type { RiskGroup } from './risk-group.ts';

type Line = [groupId: string, closed: string, whole: boolean, realised: string];
const linesOf = ({ winners, loser }: OffsetPlan): Line[] => [...winners, loser].map(({ groupId, closeQuantity, whole, realisedUsd }) => [groupId, closeQuantity, whole, realisedUsd]);

describe('E-13 -120 offset by +80 and +50', () => {
  const book = [riskRow('3', '100', '10', '10.50'), riskRow('1', '20', '100', '94'), riskRow('2', '20', '50', '54')];

  it('closes all of A, 80 % of B and all of L; net 0', () => {
    const plan = planned(book);
    expect(linesOf(plan)).to.deep.equal([
      ['2', '20', true, '80'],
      ['3', '80', false, '40'],
      ['1', '20', true, '-120'],
    ]);
    expect([plan.requiredUsd, plan.coveredUsd, plan.netUsd, plan.loser.lossPercent, plan.loser.lossUsd]).to.deep.equal(['120', '120', '0', '-6', '-120']);
    expect(plan.winners.map(({ profitUsd, targetUsd, notional }) => [profitUsd, targetUsd, notional])).to.deep.equal([
      ['80', '80', '1080'],
      ['50', '40', '840'],
    ]);
    expect([plan.decidedAt, plan.skipped]).to.deep.equal([judgedAt, []]);
  });

  it('leaves B with 20.000 and +10.00, and two slots free', () => {
    const left = bookAfter(book, planned(book));
    expect(left.map(({ groupId, quantity, pnlUsd }) => [groupId, quantity, pnlUsd])).to.deep.equal([['3', '20', '10']]);
  });

  it('takes 80 % of each leg of B, so that its structure and average stay', () => {
    const legs = ['30', '30', '25', '15'].map((quantity, leg) => ({ key: `0:${leg}`, quantity: qty(quantity) }));
    expect(spreadOverLegs(legs, qty('80'), qty('0.001')).map(({ quantity }) => quantity)).to.deep.equal(['24', '24', '20', '12']);
  });
});

describe('E-14 at most three winners; not enough profit', () => {
  const loser = riskRow('1', '80', '40', '37.50');
  const winners = [winnerOf('5', '35'), winnerOf('2', '70'), winnerOf('4', '40'), winnerOf('3', '60')];
  const book = [...winners, loser];

  it('three: 170 of 200; the loser is reduced by 68, 12 stay, the fourth is not touched', () => {
    const plan = planned(book);
    expect(linesOf(plan)).to.deep.equal([
      ['2', '100', true, '70'],
      ['3', '100', true, '60'],
      ['4', '100', true, '40'],
      ['1', '68', false, '-170'],
    ]);
    expect([plan.loser.lossPercent, plan.requiredUsd, plan.coveredUsd, plan.netUsd]).to.deep.equal(['-6.25', '200', '170', '0']);
    expect(bookAfter(book, plan).map(({ groupId, quantity, pnlUsd }) => [groupId, quantity, pnlUsd])).to.deep.equal([
      ['5', '100', '35'],
      ['1', '12', '-30'],
    ]);
  });

  it('four: the fourth gives 30 of 35, the loser is closed', () => {
    const plan = planned(book, { winnersMax: 4 });
    expect(linesOf(plan).slice(3)).to.deep.equal([
      // 100 x 30 / 35 = 85.7142857..., down to the step
      ['5', '85.714', false, '29.9999'],
      ['1', '80', true, '-200'],
    ]);
    expect([plan.coveredUsd, plan.netUsd]).to.deep.equal(['200', '-0.0001']);
  });

  it('one: 70 of 200, the loser is reduced by 28', () => {
    expect(linesOf(planned(book, { winnersMax: 1 }))).to.deep.equal([
      ['2', '100', true, '70'],
      ['1', '28', false, '-70'],
    ]);
  });

  it('of two winners with +60 the older goes first', () => {
    const older = winnerOf('9', '60', { openedAt: at('06:00:00') });
    const younger = winnerOf('8', '60', { openedAt: at('07:00:00') });
    expect(planned([loser, younger, older], { winnersMax: 1 }).winners.map(({ groupId }) => groupId)).to.deep.equal(['9']);
  });
});

describe('E-15 min_close_notional 20', () => {
  const loser = riskRow('1', '2', '10', '9.40');
  const a = riskRow('2', '1', '100', '130');
  const b = riskRow('3', '50', '10', '10.20');

  it('A is passed over (5.20), B is used: 6.000, +1.20, net 0; the loser of 18.80 is closed whole', () => {
    const plan = planned([loser, a, b]);
    expect(linesOf(plan)).to.deep.equal([
      ['3', '6', false, '1.2'],
      ['1', '2', true, '-1.2'],
    ]);
    expect(plan.skipped.map(({ groupId, reason, words }) => [groupId, reason, words])).to.deep.equal([['2', 'below_min_close_notional', '0.04 of 2/USDT:USDT 1h long is worth 5.2, the least worth closing is 20 USDT']]);
    expect(plan.skipped[0]?.figures).to.deep.equal({ symbol: '2/USDT:USDT', quantity: '0.04', worth: '5.2', least: '20', quote: 'USDT' });
    expect([plan.winners[0]?.notional, plan.loser.notional, plan.netUsd]).to.deep.equal(['61.2', '18.8', '0']);
  });

  it('without B nothing is done: below_min_close_notional', () => {
    expect(firstRound([loser, a])).to.deep.include({ plan: null, reason: 'below_min_close_notional' });
  });

  it('the part of a loser is held back by it, and so is a small winner closed whole', () => {
    // 4 of 200 brought in: 2 % of 2 x 188 = 7.52.
    const deep = riskRow('1', '2', '200', '188');
    const little = riskRow('2', '5', '10', '10.04');
    expect(firstRound([deep, little])).to.deep.include({ plan: null, reason: 'below_min_close_notional' });
    expect(firstRound([riskRow('1', '20', '100', '94'), riskRow('2', '1', '10', '12')])).to.deep.include({ plan: null, reason: 'below_min_close_notional' });
  });

  it('a loser is closed whole only where the venue takes it', () => {
    const crumb = riskRow('1', '0.5', '10', '9.40');
    expect(firstRound([crumb, b], { closeNotionalMin: money('0') })).to.deep.include({ plan: null, reason: 'below_exchange_minimum' });
  });
});

describe('E-16 loser ranking with ties', () => {
  type Row = [id: string, percent: string, usd: string, opened: string, changes?: Partial<RiskGroup>];
  const running = { timer: { ...riskRow('0', '1', '1', '1').timer, expiresAt: judgedAt } };
  const rows: Row[] = [
    ['1', '-6.00', '-30.00', '08:00:00'],
    ['2', '-8.00', '-12.00', '07:00:00'],
    ['3', '-8.00', '-40.00', '10:00:00'],
    ['4', '-8.00', '-40.00', '09:00:00'],
    ['5', '-9.50', '-90.00', '06:00:00', running],
    ['6', '-12.00', '-20.00', '05:00:00', { blocked: true }],
  ];
  const rowOf = ([id, percent, usd, opened, changes = {}]: Row): RiskGroup => ({ ...riskRow(id, '10', '100', '92'), pnlPercent: percent as RiskGroup['pnlPercent'], pnlUsd: money(usd), openedAt: at(opened), ...changes });
  const rank = (among: Row[]): string[] => rankedLosers(among.map(rowOf), riskPlan(), judgedAt).map(({ groupId }) => groupId);

  it('L4, L3, L2, L1; L5 waits and L6 is blocked', () => expect(rank(rows)).to.deep.equal(['4', '3', '2', '1']));
  it('the order of the rows means nothing', () => expect(rank([...rows].reverse())).to.deep.equal(['4', '3', '2', '1']));
  it('percents are compared at 4 decimals, dollars at 2 (A-86)', () => {
    // 2 is deeper by noise only, so the dollars tell; 3 has more dollars by noise only, so the age tells.
    expect(rank([['2', '-8.00004', '-12.00', '07:00:00'], ['3', '-7.99999999', '-40.004', '10:00:00'], ['4', '-8', '-39.996', '09:00:00']])).to.deep.equal(['4', '3', '2']);
    expect(rank([['2', '-8.0001', '-12.00', '07:00:00'], ['3', '-8', '-40.01', '10:00:00'], ['4', '-8', '-40', '09:00:00']])).to.deep.equal(['2', '3', '4']);
  });
  it('alike in everything, the group with the smaller number goes first', () => expect(rank([['10', '-8', '-1', '07:00:00'], ['9', '-8', '-1', '07:00:00']])).to.deep.equal(['9', '10']));
});

describe('E-17 winner slice rounding', () => {
  const rules = instrument({ stepSize: qty('0.0001'), quantityMin: qty('0.0001') });
  const winner = riskRow('2', '0.1234', '43000', '44000', { rules });
  const short = riskRow('3', '3.000', '2000', '1900', { side: 'short' });
  const rows: [string, RiskGroup, needed: string, quantity: string, whole: boolean, realised: string, notional: string][] = [
    ['(a) 57.35: down to 0.0573', winner, '57.35', '0.0573', false, '57.3', '2521.2'],
    ['(b) 123.35: the dust of 4.40 goes along', winner, '123.35', '0.1234', true, '123.4', '5429.6'],
    ['(c) a short: bought back', short, '50', '0.5', false, '50', '950'],
  ];
  for (const [title, row, needed, quantity, whole, realisedUsd, notional] of rows) {
    it(title, () => expect(winnerShare(rankedWinners([row])[0]!, money(needed), riskPlan())).to.deep.equal({ ok: true, quantity, whole, realisedUsd, notional }));
  }

  it('(a) in a plan: the residual of 0.05 is not fetched from another winner', () => {
    const loser = riskRow('1', '11.47', '100', '95', {});
    const plan = planned([loser, winner, winnerOf('4', '10')], { lossThresholdPercent: '-4' as never });
    expect(linesOf(plan)).to.deep.equal([
      ['2', '0.0573', false, '57.3'],
      ['1', '11.47', true, '-57.35'],
    ]);
    expect([plan.coveredUsd, plan.netUsd]).to.deep.equal(['57.35', '-0.05']);
  });

  it('a slice below the least quantity of the venue is passed over', () => {
    const coarse = riskRow('2', '3', '40000', '44000', { rules: instrument({ stepSize: qty('1'), quantityMin: qty('1') }) });
    expect(firstRound([riskRow('1', '2', '10', '9.40'), coarse], { closeNotionalMin: money('0') })).to.deep.include({ reason: 'below_exchange_minimum' });
  });

  it('what is less than a step of a winner stays behind and is not counted on', () => {
    const odd = riskRow('2', '20.0004', '50', '54');
    expect(linesOf(planned([riskRow('1', '40', '100', '94'), odd]))).to.deep.equal([
      ['2', '20', true, '80'],
      ['1', '13.333', false, '-79.998'],
    ]);
  });
});

describe('A-25 what becomes of the loser', () => {
  const loser = riskRow('1', '80', '40', '37.50');
  const winners = [winnerOf('2', '70'), winnerOf('3', '60'), winnerOf('4', '100')];

  it('uncovered_action skip leaves it alone, and the winners too', () => {
    expect(firstRound([loser, winnerOf('2', '70')], { uncovered: 'skip' })).to.deep.include({ plan: null, reason: 'not_covered', words: '70 of 200 USD is covered by 1 of 1 winners', figures: { covered: '70', required: '200', used: '1', winners: '1' } });
    expect(planned([loser, ...winners], { uncovered: 'skip' }).loser.whole).to.equal(true);
  });

  it('partial_close_enabled off: winners whole, which may be more than needed', () => {
    const plan = planned([loser, ...winners], { partialCloseAllowed: false });
    expect(linesOf(plan)).to.deep.equal([
      ['4', '100', true, '100'],
      ['2', '100', true, '70'],
      ['3', '100', true, '60'],
      ['1', '80', true, '-200'],
    ]);
    expect([plan.coveredUsd, plan.netUsd]).to.deep.equal(['200', '30']);
    expect(firstRound([loser, winners[0]!], { partialCloseAllowed: false })).to.deep.include({ plan: null, reason: 'not_covered' });
  });

  it('the rest of a loser is enough to stand on its own', () => {
    // 199 of 200 pay for 79.6; the 0.4 that stayed would be worth 15 USDT of a least 50, so 1.334 stay.
    const coarse = { ...loser, rules: instrument({ notionalMin: money('50') }) };
    expect(linesOf(planned([coarse, winnerOf('2', '199')]))).to.deep.equal([
      ['2', '100', true, '199'],
      ['1', '78.666', false, '-196.665'],
    ]);
  });

  it('gains of another account mode pay for nothing', () => {
    expect(firstRound([loser, winnerOf('2', '500', { accountMode: 'live' })])).to.deep.include({ plan: null, reason: 'no_winner' });
  });

  it('a winner that failed: the loser is reduced by what the others brought in', () => {
    const plan = planned([loser, ...winners]);
    const after = (realised: string, every: boolean, of = plan): [string, boolean] => {
      const { quantity, whole } = loserAfterWinners(of, money(realised), every);
      return [quantity, whole];
    };
    expect(after('198', true), 'slipped, but done').to.deep.equal(['80', true]);
    expect(after('100', false)).to.deep.equal(['40', false]);
    expect(after('200', false), 'the others brought in enough').to.deep.equal(['80', true]);
    expect([after('0', false), after('-3', false), after('0.5', false)], 'nothing, or too little to close').to.deep.equal([['0', false], ['0', false], ['0', false]]);
    expect(after('100', false, planned([loser, ...winners], { uncovered: 'skip' })), 'the gains are taken already').to.deep.equal(['40', false]);
    expect(after('100', false, planned([loser, ...winners], { partialCloseAllowed: false }))).to.deep.equal(['0', false]);
    const part = planned([loser, winnerOf('2', '70'), winnerOf('3', '60')]);
    expect([part.loser.closeQuantity, after('200', false, part), after('70', false, part)], 'never more than planned').to.deep.equal(['52', ['52', false], ['28', false]]);
  });
});

describe('A-85 rounds of a cycle', () => {
  const losers = [1, 2].map((id) => riskRow(String(id), '20', '100', '94'));

  it('the second loser is handled in the next round with what is left; then no loser is left', () => {
    const { plans, last, left } = wholeCycle([...losers, winnerOf('9', '500')]);
    expect(plans.map(({ loser, winners }) => [loser.groupId, winners.map(({ closeQuantity }) => closeQuantity)])).to.deep.equal([
      ['1', ['24']],
      ['2', ['24']],
    ]);
    expect([last.reason, left.map(({ groupId, quantity, pnlUsd }) => [groupId, quantity, pnlUsd])]).to.deep.equal(['no_loser', [['9', '52', '260']]]);
  });

  it('a partly covered loser is taken once per cycle, and the cycle ends without a winner', () => {
    const { plans, last } = wholeCycle([...losers, winnerOf('9', '60')]);
    expect([plans.map(({ loser }) => [loser.groupId, loser.closeQuantity]), last.reason]).to.deep.equal([[['1', '10']], 'no_winner']);
  });

  it('no more than five', () => {
    const { plans, last } = wholeCycle([...Array.from({ length: 7 }, (_, id) => riskRow(String(id + 1), '20', '100', '94')), winnerOf('9', '5000')]);
    expect([plans.length, last.reason]).to.deep.equal([5, 'rounds_used']);
  });

  it('a loser that nobody can pay for does not stand in the way of the next', () => {
    const deepest = riskRow('1', '2', '10', '9.00');
    const outcome = firstRound([deepest, losers[1]!, riskRow('5', '20', '100', '130')]);
    expect([outcome.plan?.loser.groupId, outcome.passedOver.map(({ groupId, reason }) => [groupId, reason])]).to.deep.equal(['2', [['1', 'below_min_close_notional']]]);
  });

  it('nothing loses, nothing gains', () => {
    expect([firstRound([winnerOf('9', '60')]).reason, firstRound(losers).reason, firstRound([]).reason]).to.deep.equal(['no_loser', 'no_winner', 'no_loser']);
    expect(loserEligibility(winnerOf('9', '60'), riskPlan(), judgedAt).eligible).to.equal(false);
  });
});
