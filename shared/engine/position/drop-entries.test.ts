import { expect } from 'chai';
import { GroupStory, gridPlan } from '#test/support/engine-story';

const reason = 'kill_switch: cancelled by the kill switch';
const drop = (story: GroupStory): GroupStory => story.hear({ type: 'entries-dropped', reason });
const entries = (story: GroupStory): string[] => story.working('entry').map(({ status }) => status);

describe('the kill switch drops entries', () => {
  it('that rest: each is cancelled, none is sent again, and a group that holds nothing ends', () => {
    const story = drop(new GroupStory().open().acceptAll());
    expect([story.commanded('cancel-order').length, entries(story), story.state.closedAt]).to.deep.equal([5, Array(5).fill('cancelling'), null]);
    story.confirmCancels();
    expect([story.commanded('submit-order'), story.state.closeReason, story.legStates()]).to.deep.equal([[], 'entries_ended', Array(5).fill('blocked')]);
  });

  it('that were never sent', () => {
    const story = drop(new GroupStory().open());
    for (const order of story.working('entry')) story.hear({ type: 'order-withdrawn', clientOrderId: order.clientOrderId });
    expect([story.state.status, story.state.closeReason]).to.deep.equal(['closed', 'entries_ended']);
  });

  it('and keeps what is held with its take-profits', () => {
    const story = new GroupStory().open().acceptAll();
    story.fill(story.order('entry', 0, 0)).acceptAll();
    const profit = story.order('take-profit', 0, 0).clientOrderId;
    drop(story);
    expect(story.commanded('cancel-order')).to.have.length(4).and.not.include(profit);
    story.confirmCancels();
    expect([story.state.status, story.working('take-profit').map(({ clientOrderId }) => clientOrderId), story.state.windDown]).to.deep.equal(['active', [profit], null]);
    story.fill(story.order('take-profit', 0, 0));
    expect(story.state.closeReason).to.equal('take_profit');
  });

  it('one that fills before its cancel arrives is held and sold as planned', () => {
    const story = drop(new GroupStory().open().acceptAll());
    story.fill(story.order('entry', 0, 0)).confirmCancels();
    expect([story.state.windDown, story.state.status, story.working('take-profit').length, story.legStates()[0]]).to.deep.equal([null, 'active', 1, 'filled']);
  });

  it('one that is partly filled keeps what it has, and its take-profit fits that', () => {
    const story = new GroupStory().open().acceptAll();
    story.fill(story.order('entry', 0, 0), { quantity: '1' }).acceptAll();
    drop(story).confirmCancels();
    expect([story.state.status, story.working('take-profit').map(({ quantity }) => quantity)]).to.deep.equal(['active', ['1']]);
  });

  it('one that is on its way is cancelled when the venue has spoken', () => {
    const story = new GroupStory().open();
    const first = story.order('entry', 0, 0);
    story.hear({ type: 'order-unknown', clientOrderId: first.clientOrderId, message: 'no answer' });
    drop(story);
    expect(story.commanded('cancel-order')).to.have.length(4);
    story.report(first, 'open');
    expect(story.commanded('cancel-order')).to.deep.equal([first.clientOrderId]);
  });

  it('one that never reached the venue is not tried again', () => {
    const story = new GroupStory().open();
    const first = story.order('entry', 0, 0);
    story.hear({ type: 'order-unknown', clientOrderId: first.clientOrderId, message: 'no answer' });
    drop(story).hear({ type: 'order-absent', clientOrderId: first.clientOrderId, evidence: 'not found' });
    expect(story.commanded('submit-order')).to.deep.equal([]);
  });

  it('legs that wait for the fill of a market entry do not come either', () => {
    const story = new GroupStory({ priceLast: '100' as never }).open({ plan: { ...gridPlan(), orderType: 'market' } });
    drop(story);
    story.fill(story.order('entry', 0, 0), { price: '100' });
    expect([story.commanded('submit-order').length, story.working('entry').length, story.working('take-profit').length]).to.deep.equal([1, 0, 1]);
  });

  it('a second time changes nothing, nor does it touch a group on its way out', () => {
    const story = drop(new GroupStory().open().acceptAll());
    const before = story.state;
    expect([drop(story).state, story.commands]).to.deep.equal([before, []]);
    const closing = new GroupStory().open().acceptAll().close();
    const after = closing.state;
    expect(drop(closing).state).to.deep.equal(after);
  });

  it('a later pyramid enters again', () => {
    const story = new GroupStory().open().acceptAll();
    story.fill(story.order('entry', 0, 0)).acceptAll();
    drop(story).confirmCancels().pyramid('99');
    expect(story.commanded('submit-order')).to.have.length(5);
  });
});
