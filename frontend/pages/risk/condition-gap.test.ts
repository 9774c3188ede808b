import { expect } from 'chai';
import { countdown, failing, tellCondition, timeLeft, type JudgedBy } from './condition-gap.ts';

const now = Date.parse('2026-03-01T10:03:00Z');
const judged = (name: string, met: boolean, actual: string | null, required: string | null): JudgedBy => ({ name: name as JudgedBy['name'], met, actual, required });

describe('what a condition says of a group', () => {
  const cases: [string, JudgedBy, object][] = [
    ['E-18: a loss short of the threshold tells by how much', judged('loss', false, '-4.99', '-5'), { word: 'lossNot', values: { actual: '-4.99', required: '-5', gap: '0.01' } }],
    ['a loss at the threshold is not below it', judged('loss', false, '-5', '-5'), { word: 'lossAt', values: { actual: '-5', required: '-5' } }],
    ['a loss beyond it', judged('loss', true, '-5.01', '-5'), { word: 'loss', values: { actual: '-5.01', required: '-5' } }],
    ['a profit is no loss', judged('loss', false, '1.2', '-5'), { word: 'lossGain', values: { actual: '1.2', required: '-5' } }],
    ['no price yet', judged('loss', false, null, '-5'), { word: 'lossUnknown', values: {} }],
    ['pyramids are counted as people count them (A-03)', judged('pyramids', false, '2', '4'), { word: 'pyramidsNot', values: { actual: '3', required: '5', gap: '2' } }],
    ['all pyramids', judged('pyramids', true, '4', '4'), { word: 'pyramids', values: { actual: '5', required: '5', gap: '0' } }],
    ['entries that wait', judged('entries_done', false, '3', '0'), { word: 'entriesDoneNot', values: { count: '3' } }],
    ['a wait that goes on', judged('wait_over', false, '2026-03-01T10:03:00.000Z', '2026-03-01T10:15:00.000Z'), { word: 'waitOverNot', values: { at: '2026-03-01T10:15:00.000Z' }, leftMs: 720_000 }],
    ['a wait that has not begun', judged('wait_over', false, '2026-03-01T10:03:00.000Z', null), { word: 'waitNotBegun', values: {} }],
    ['a wait that is switched off', judged('wait_over', true, '2026-03-01T10:03:00.000Z', null), { word: 'waitOff', values: {} }],
    ['too young', judged('age', false, '199', '200'), { word: 'ageNot', values: { actual: '199', required: '200', gap: '1' } }],
    ['old enough', judged('age', true, '200', '200'), { word: 'age', values: { actual: '200', required: '200' } }],
    ['no age filter', judged('age', true, '12', null), { word: 'ageOff', values: { actual: '12' } }],
    ['blocked', judged('not_blocked', false, 'no', 'yes'), { word: 'notBlockedNot', values: {} }],
    ['left alone for a while', judged('not_resting', false, 'yes', '2026-03-01T10:05:00.000Z'), { word: 'notRestingNot', values: { at: '2026-03-01T10:05:00.000Z' }, leftMs: 120_000 }],
    ['not left alone', judged('not_resting', true, 'no', null), { word: 'notResting', values: {} }],
    ['a condition of a newer server', judged('moon_phase', false, 'full', 'new'), { word: 'other', values: {} }],
  ];
  for (const [title, condition, told] of cases) it(title, () => expect(tellCondition(condition, now)).to.deep.equal(told));
});

describe('what stands in the way of a group', () => {
  const asked = (name: string, met: boolean, isAsked = true) => ({ ...judged(name, met, null, null), asked: isAsked });

  it('leaves out what is met and what is not asked, and names what a person did before what time will do', () => {
    const conditions = [asked('held', true), asked('wait_over', false), asked('age', false, false), asked('loss', false), asked('not_blocked', false)];
    expect(failing(conditions).map(({ name }) => name)).to.deep.equal(['not_blocked', 'loss', 'wait_over']);
  });
});

describe('a countdown', () => {
  it('counts begun seconds, so that it reaches zero when the time is over', () => {
    expect([0, 1, 1000, 59_001, 725_000, 3_723_000].map(countdown)).to.deep.equal(['00:00', '00:01', '00:01', '01:00', '12:05', '1:02:03']);
  });

  it('does not count below zero', () => expect([timeLeft('2026-03-01T10:02:00Z', now), timeLeft('2026-03-01T10:04:00Z', now), timeLeft(null, now)]).to.deep.equal([0, 60_000, null]));
});
