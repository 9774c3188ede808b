import { expect } from 'chai';
import type { GroupCommand } from '../messages/commands.ts';
import { price, qty, ratio } from '../num/units.ts';
import { gridPlan, GroupStory, level, perLeg } from '#test/support/engine-story';
import { averagePrice, groupQuantity, quantityHeld } from './exposure.ts';
import type { OffsetResult } from './offset-work.ts';

const twoLegs = gridPlan({ levels: [level('0', '50', '5'), level('-1', '50', '5')] });
const common = { ...perLeg, kind: 'aggregate' as const, tpPercent: ratio('20') };

/** Two legs of 500 USD, both filled: 5 at 100, 5.05 at 99. */
function held(exit = common as typeof perLeg, last = '110'): GroupStory {
  const story = new GroupStory({ priceLast: price('100') }).open({ plan: twoLegs, exit });
  story.acceptAll();
  for (const order of story.working('entry')) story.fill(order);
  story.acceptAll();
  story.facts.priceLast = price(last);
  return story;
}
const request = (story: GroupStory, quantity: string, { whole = false, role = 'winner' as const, attempt = 0, step = 0 }: { whole?: boolean; role?: 'winner' | 'loser'; attempt?: number; step?: number } = {}): GroupStory =>
  story.hear({ type: 'offset-requested', planId: '1-1', step, role, quantity: qty(quantity), whole, attempt });
const told = (commands: readonly GroupCommand[]): OffsetResult[] => commands.flatMap((command) => (command.type === 'tell-risk' && command.event.type === 'offset-answered' ? [command.event.result] : []));
const brief = ([result]: OffsetResult[]): unknown => result && [result.outcome, result.reason, result.sold.quantity, result.sold.realised];

describe('a part of a group that an offset closes', () => {
  it('E-13 is taken of every leg in the same proportion: average, legs and slot stay (R-196, R-170)', () => {
    const story = held();
    const before = averagePrice(story.state);
    request(story, '5.025');
    story.fill(story.order('offset'), { price: '110' });
    expect(story.legs().map(quantityHeld)).to.deep.equal(['2.5', '2.525']);
    expect(averagePrice(story.state)).to.equal(before);
    expect(brief(told(story.commands))).to.deep.equal(['closed', null, '5.025', '52.775']);
    expect(story.state).to.include({ status: 'active', offset: null });
  });

  it('is told with fees, average price and slippage', () => {
    const story = held();
    request(story, '5.025').fill(story.order('offset'), { price: '108.9', fee: '0.5' });
    expect(told(story.commands)[0]).to.deep.include({ priceAverage: '108.9', slippagePercent: '1', slipped: null, sold: { quantity: '5.025', notional: '547.2225', realised: '47.2475', fees: '0.5' } });
  });

  it('slips more than allowed: said so, with what the plan makes of it (E-20, A-14)', () => {
    const story = held();
    request(story, '5.025').fill(story.order('offset'), { price: '108' });
    expect(told(story.commands)[0]?.slipped).to.equal('warn');
  });

  it('waits for the take-profits that rest on what it claims', () => {
    const story = held(perLeg, '103');
    request(story, '5.025');
    expect(story.working('offset')).to.deep.equal([]);
    story.confirmCancels();
    expect(story.working('offset').map(({ quantity }) => quantity)).to.deep.equal(['5.025']);
    story.acceptAll().fill(story.order('offset'), { price: '103' });
    story.acceptAll();
    expect(story.working('take-profit').map(({ quantity }) => quantity)).to.deep.equal(['2.5', '2.525']);
  });

  it('the same request again does nothing while it is worked at, and gets the same answer after', () => {
    const story = held();
    request(story, '5.025');
    request(story, '5.025', { attempt: 1 });
    expect(story.commands).to.deep.equal([]);
    story.fill(story.order('offset'), { price: '110' });
    const first = told(story.commands);
    request(story, '5.025', { attempt: 2 });
    expect(told(story.commands)).to.deep.equal(first);
    expect(story.state.orders.filter(({ role }) => role === 'offset')).to.have.length(1);
    expect(groupQuantity(story.state)).to.equal('5.025');
  });

  it('never more than is held and unclaimed', () => {
    const story = held();
    story.reduce('0.5');
    request(story, '9');
    expect(story.working('offset').map(({ quantity }) => quantity)).to.deep.equal(['5.025']);
  });

  it('comes in several fills: counted together, told once', () => {
    const story = held();
    request(story, '5.025').fill(story.order('offset'), { price: '110', quantity: '2' });
    expect(told(story.commands)).to.deep.equal([]);
    story.fill(story.order('offset'), { price: '111', quantity: '3.025' });
    expect(brief(told(story.commands))).to.deep.equal(['closed', null, '5.025', '55.8']);
  });

  it('is refused by the venue: what was claimed is free again, and it is said', () => {
    const story = held();
    request(story, '5.025').refuse(story.order('offset'));
    expect(brief(told(story.commands))).to.deep.equal(['refused', 'refused_by_venue', '0', '0']);
    expect(story.working('offset')).to.deep.equal([]);
    request(story, '5.025', { step: 1 });
    expect(story.working('offset')).to.have.length(1);
  });

  it('ends half-way: what was sold counts', () => {
    const story = held();
    request(story, '5.025').acceptAll();
    const order = story.order('offset');
    story.fill(order, { price: '110', quantity: '2' }).report(order, 'expired', '2');
    expect(brief(told(story.commands))).to.deep.equal(['partly', 'refused_by_venue', '2', '20']);
  });

  it('is not known to the venue: it goes out again, and is done once', () => {
    const story = held();
    request(story, '5.025');
    const lost = story.order('offset');
    story.hear({ type: 'order-unknown', clientOrderId: lost.clientOrderId, message: 'no answer' });
    expect(told(story.commands)).to.deep.equal([]);
    story.hear({ type: 'order-absent', clientOrderId: lost.clientOrderId, evidence: 'not found' });
    const again = story.order('offset');
    expect(again.generation).to.equal(1);
    story.fill(again, { price: '110' });
    expect(brief(told(story.commands))?.toString()).to.match(/^closed,,5.025,/);
  });

  it('is overtaken by the end of the group: what goes on belongs to that', () => {
    const story = held();
    request(story, '5.025').acceptAll().close();
    const order = story.order('offset');
    expect(story.working('close')).to.deep.equal([]);
    story.fill(order, { price: '110' });
    expect(brief(told(story.commands))?.toString()).to.match(/^closed,,5.025,/);
    expect(story.working('close').map(({ quantity }) => quantity)).to.deep.equal(['5.025']);
  });
});

describe('a group that an offset closes wholly', () => {
  it('ends with the reason offset, its entries cancelled, its slot free (R-171)', () => {
    const story = held();
    request(story, '10.05', { whole: true });
    expect(story.state.windDown?.reason).to.equal('offset');
    story.fill(story.order('close'), { price: '110' });
    expect(story.state).to.include({ status: 'closed', closeReason: 'offset' });
    expect(story.commands.some(({ type }) => type === 'tell-pool')).to.equal(true);
    expect(brief(told(story.commands))).to.deep.equal(['closed', null, '10.05', '105.55']);
  });
  it('counts a take-profit that was quicker', () => {
    const story = held(perLeg, '104');
    request(story, '10.05', { whole: true });
    story.fill(story.order('take-profit', 0, 0));
    story.confirmCancels().fill(story.order('close'), { price: '104' });
    expect(brief(told(story.commands))?.toString()).to.match(/^closed,,10.05,/);
    expect(told(story.commands)[0]?.sold.realised).to.equal('50.25');
  });
  it('is told the same again when it is closed', () => {
    const story = held();
    request(story, '10.05', { whole: true }).fill(story.order('close'), { price: '110' });
    const first = told(story.commands);
    request(story, '10.05', { whole: true, attempt: 1 });
    expect(told(story.commands)).to.deep.equal(first);
  });
  it('has bought more since: only what was planned is closed', () => {
    const story = held();
    request(story, '8', { whole: true });
    expect(story.state.windDown).to.equal(null);
    expect(story.working('offset').map(({ quantity }) => quantity)).to.deep.equal(['8']);
  });
  it('is refused by the venue: it tries again, the end has begun', () => {
    const story = held();
    request(story, '10.05', { whole: true }).refuse(story.order('close'));
    story.wait(60_000).fill(story.order('close'), { price: '110' });
    expect(brief(told(story.commands))).to.deep.equal(['closed', null, '10.05', '105.55']);
  });
});

describe('an offset that cannot be', () => {
  const cases: [string, (story: GroupStory) => GroupStory, string][] = [
    ['the group is closing', (story) => request(story.close(), '5'), 'group_closing'],
    ['the group is closed', (story) => request(story.close().fill(story.order('close'), { price: '110' }), '5'), 'group_closed'],
    ['another offset is under way', (story) => request(request(story, '5'), '1', { step: 1 }), 'group_busy'],
    ['less than the venue takes', (story) => request(story, '0.001'), 'too_small'],
    ['a winner that loses now', (story) => { story.facts.priceLast = price('90'); return request(story, '5'); }, 'no_profit_left'],
  ];
  for (const [title, tell, reason] of cases) it(`${title}: ${reason}`, () => expect(brief(told(tell(held()).commands))).to.deep.equal(['refused', reason, '0', '0']));
  it('a loser is closed though it loses', () => {
    const story = held(common, '90');
    request(story, '5.025', { role: 'loser' }).fill(story.order('offset'), { price: '90' });
    expect(brief(told(story.commands))).to.deep.equal(['closed', null, '5.025', '-47.725']);
  });
});
