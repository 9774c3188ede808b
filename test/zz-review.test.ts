import { expect } from 'chai';
import { GroupStory, gridPlan, instrument, level } from '#test/support/engine-story';
import { qty, ratio } from '#shared/engine/num/units';

describe('review: dust', () => {
  it('a refused close of legs that are each too small is tried again', () => {
    const aggregate = { kind: 'aggregate', tpPercent: ratio('50'), closeWhenFlat: true } as const;
    const story = new GroupStory({ instrument: instrument({ stepSize: qty('0.001'), quantityMin: qty('1'), notionalMin: null }) }).open({ plan: gridPlan({ levels: [level('0', '50', null), level('-1', '50', null)] }), exit: aggregate, capital: '300' }).acceptAll();
    story.fill(story.order('entry', 0, 0)).fill(story.order('entry', 0, 1));
    console.log(story.state.status, story.state.orders.map((o) => `${o.role} ${o.quantity} ${o.status}`));
    story.reduce('0.4').acceptAll();
    console.log(story.state.status, story.state.orders.map((o) => `${o.role} ${o.quantity} ${o.status}`));
    story.fill(story.order('reduce'), { price: '100' });
    console.log(story.state.status, story.state.orders.map((o) => `${o.role} ${o.quantity} ${o.status}`), story.state.windDown);
    story.refuse(story.order('close'));
    console.log(story.state.status, story.state.closeReason, story.commands);
    expect(story.state.status).to.equal('closing');
  });
  it('retry', () => {
    const story = new GroupStory().open().acceptAll();
    story.fill(story.order('entry', 0, 0)).close().confirmCancels();
    story.refuse(story.order('close'));
    const first = story.commands.filter((c) => c.type === 'wake-at');
    story.facts.now += 999;
    story.hear({ type: 'timer' });
    const second = story.commands.filter((c) => c.type === 'wake-at');
    console.log(first, second);
    expect(second.map((c) => c.type === 'wake-at' && c.key)).not.to.deep.equal(first.map((c) => c.type === 'wake-at' && c.key));
  });
});
