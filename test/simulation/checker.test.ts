import { expect } from 'chai';
import { qty, price } from '#shared/engine/num/units';
import type { GroupEvent } from '#shared/engine/messages/events';
import { wakeConditions } from '#shared/engine/position/wake-conditions';
import type { PositionGroup } from '#shared/engine/position/position-group';
import { GroupStory, perLeg } from '../support/engine-story.ts';
import { checkGroupState, type Decided } from './check-group.ts';
import { checkSettled } from './check-pool.ts';
import type { Counted } from './oracle.ts';
import { Violation } from './violation.ts';

/** A group with a leg filled away from its limit, as the checker sees its last decision. */
function decided(exit = perLeg): Decided {
  const story = new GroupStory().open({ exit }).acceptAll();
  const before = story.state;
  story.fill(story.order('entry', 0, 0), { price: '98' });
  const trades = story.events.flatMap(({ event }) => (event.type === 'order-report' ? event.fills.map((fill): Counted => ({ ...fill, role: 'entry', pyramid: 0, leg: 0 })) : []));
  const { facts } = story;
  return { before, after: structuredClone(story.state), facts, versions: [facts.instrument], wake: wakeConditions(story.state, facts.instrument), trades, reduced: false };
}

/** The invariant that a tampered decision breaks; null where it passes. */
function broken(tamper: (group: PositionGroup, all: Decided) => void, from = decided()): number | null {
  tamper(from.after, from);
  try {
    checkGroupState(from);
    return null;
  } catch (error) {
    if (error instanceof Violation) return error.invariant;
    throw error;
  }
}

const takeProfit = (group: PositionGroup) => group.orders.find(({ role }) => role === 'take-profit')!;

describe('the checker of the simulation', () => {
  it('has nothing against what the engine did', () => expect(broken(() => {})).to.equal(null));

  const rows: [string, number, (group: PositionGroup, all: Decided) => void][] = [
    ['a quantity that the trades do not give', 1, (group) => void (group.pyramids[0]!.legs[0]!.entered.quantity = qty('2.001'))],
    ['exits in flight beyond what is held', 2, (group) => void (takeProfit(group).quantity = qty('2.5'))],
    ['a take-profit reckoned from the entry price, not from the fill', 3, (group) => void (takeProfit(group).price = price('101'))],
    ['a take-profit one tick off', 3, (group) => void (takeProfit(group).price = price('98.99'))],
    ['a take-profit for less than the leg holds', 3, (group) => void (takeProfit(group).quantity = qty('1'))],
    ['no take-profit at all, and no reason', 3, (group) => void (group.orders = group.orders.filter(({ role }) => role === 'entry'))],
    ['two orders for one slot', 4, (group) => void group.orders.push({ ...group.orders[1]!, clientOrderId: 'another', generation: 7 })],
    ['a trade that was counted twice', 1, (_, all) => void (all.trades = [...all.trades, ...all.trades])],
  ];
  for (const [what, invariant, tamper] of rows) it(`finds ${what}: invariant ${invariant}`, () => expect(broken(tamper)).to.equal(invariant));

  it('finds a common target that is not watched where the trades put it: invariant 3', () => {
    const from = decided({ ...perLeg, kind: 'aggregate' });
    expect(broken(() => {}, from)).to.equal(null);
    expect(broken((_, all) => void (all.wake = all.wake.map((condition) => ({ ...condition, price: price('101') }))), from)).to.equal(3);
  });

  it('finds a profit that is not what came in less what went out: invariant 6', () => {
    const story = new GroupStory().open().acceptAll();
    story.fill(story.order('entry', 0, 0), { fee: '0.2' });
    story.acceptAll().fill(story.order('take-profit', 0, 0), { fee: '0.1' });
    const counted = (event: GroupEvent): Counted[] => (event.type === 'order-report' ? event.fills.map((fill) => ({ ...fill, role: fill.clientOrderId === story.order('entry', 0, 0).clientOrderId ? 'entry' : 'take-profit', pyramid: 0, leg: 0 })) : []);
    const from: Decided = { before: story.state, after: structuredClone(story.state), facts: story.facts, versions: [story.facts.instrument], wake: [], trades: story.events.flatMap(({ event }) => counted(event)), reduced: false };
    expect(broken(() => {}, from)).to.equal(null);
    expect(broken((group) => void (group.pyramids[0]!.legs[0]!.exited.fees = '0' as typeof group.pyramids[0]['legs'][0]['exited']['fees']), from)).to.equal(6);
  });

  it('finds a refusal that is not on the list: invariant 10', () => {
    expect(() => checkSettled({ type: 'settle-signal', signalId: '1', status: 'refused', outcome: 'refused', reason: 'because' as 'queue_full', detail: null, groupId: null })).to.throw(Violation, 'invariant 10');
  });
});
