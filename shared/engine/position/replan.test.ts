import { expect } from 'chai';
import { GroupStory, gridPlan, level, perLeg } from '#test/support/engine-story';
import type { EntryPlan } from '#shared/engine/entry/entry-plan';
import type { ExitPlan } from '#shared/engine/exit/exit-plan';
import { ratio } from '#shared/engine/num/units';

const slippagePlan = { maxPercent: ratio('0.25'), action: 'reject' as const };
const replan = (story: GroupStory, exitPlan: ExitPlan, entryPlan: EntryPlan = gridPlan()): GroupStory => story.hear({ type: 'replan', configVersion: 4, entryPlan, exitPlan, slippagePlan });
/** Two legs bought at 100.00 and 99.50, each with its take-profit at the venue. */
const twoFilled = (): GroupStory => {
  const story = new GroupStory().open().acceptAll();
  story.fill(story.order('entry', 0, 0)).acceptAll();
  return story.fill(story.order('entry', 0, 1)).acceptAll();
};
const higher = gridPlan({ levels: ['3', '2', null].map((tp, index) => level(String(-index), index === 2 ? '34' : '33', tp)) });

describe('a group that is put on a new plan', () => {
  it('moves the take-profits that rest: each is cancelled, its successor goes out when the venue has confirmed', () => {
    const story = twoFilled();
    const before = [0, 1].map((leg) => story.order('take-profit', 0, leg));
    expect(before.map((order) => order.price)).to.deep.equal(['101', '99.99']);
    replan(story, perLeg, higher);
    expect(story.commanded('cancel-order')).to.have.members(before.map((order) => order.clientOrderId));
    expect(story.commanded('submit-order')).to.deep.equal([]);
    story.confirmCancels();
    const after = [0, 1].map((leg) => story.order('take-profit', 0, leg));
    expect(after.map(({ price, generation }) => [price, generation])).to.deep.equal([
      ['103', 1],
      ['101.49', 1],
    ]);
  });

  it('leaves every entry as it is: gaps, weights, quantities and the orders at the venue', () => {
    const story = twoFilled();
    const entries = story.working('entry').map(({ clientOrderId, price, quantity }) => [clientOrderId, price, quantity]);
    replan(story, perLeg, gridPlan({ levels: [level('-5', '100', '9')], maxPyramids: 1, orderType: 'market' }));
    expect(story.working('entry').map(({ clientOrderId, price, quantity }) => [clientOrderId, price, quantity])).to.deep.equal(entries);
    expect(story.state.entryPlan).to.include({ maxPyramids: 5, orderType: 'limit' });
    expect(story.legs().map(({ gapPercent, tpPercent }) => [gapPercent, tpPercent])).to.deep.equal([
      ['0', '9'],
      ['-0.5', '1'],
      ['-1', '1'],
      ['-1.5', '1'],
      ['-2', '1'],
    ]);
    expect(story.state.slippagePlan).to.deep.equal(slippagePlan);
  });

  it('gives up its resting take-profits for a common target, and rests them again on the way back', () => {
    const story = twoFilled();
    replan(story, { kind: 'aggregate', tpPercent: ratio('2'), closeWhenFlat: true });
    expect(story.commanded('cancel-order')).to.have.length(2);
    story.confirmCancels();
    expect([story.working('take-profit'), story.state.exitPlan.kind]).to.deep.equal([[], 'aggregate']);
    replan(story, perLeg);
    expect(story.working('take-profit').map((order) => order.price)).to.deep.equal(['101', '99.99']);
  });

  it('keeps the target of a leg that has sold all it bought, and hands the new ones to pyramids that come later', () => {
    const story = twoFilled();
    story.fill(story.order('take-profit', 0, 0));
    replan(story, perLeg, gridPlan({ ...higher, pyramidLevels: { '1': [level('0', '100', '7')] } }));
    expect(story.leg(0, 0).tpPercent).to.equal('1');
    expect(story.leg(0, 1).tpPercent).to.equal('2');
    story.pyramid('95');
    expect(story.state.pyramids[1]?.legs.map(({ weightPercent, tpPercent }) => [weightPercent, tpPercent])).to.deep.equal([
      ['20', '7'],
      ['20', '1'],
      ['20', '1'],
      ['20', '1'],
      ['20', '1'],
    ]);
  });

  it('changes nothing the second time, nothing where the plan is the same, and nothing on its way out', () => {
    const story = replan(twoFilled(), perLeg, higher).confirmCancels().acceptAll();
    const settled = JSON.stringify(story.state);
    replan(story, perLeg, higher);
    expect([story.commands, JSON.stringify(story.state)]).to.deep.equal([[], settled]);
    const closing = twoFilled().close();
    const { exitPlan, slippagePlan: slippage } = closing.state;
    replan(closing, { kind: 'aggregate', tpPercent: ratio('9'), closeWhenFlat: true });
    expect([closing.state.exitPlan, closing.state.slippagePlan]).to.deep.equal([exitPlan, slippage]);
  });
});
