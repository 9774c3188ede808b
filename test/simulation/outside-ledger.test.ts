import { expect } from 'chai';
import { dec, money, price, qty } from '#shared/engine/num/units';
import { pnlRealised } from '#shared/engine/position/exposure';
import type { PositionGroup } from '#shared/engine/position/position-group';
import { GroupStory } from '../support/engine-story.ts';
import { gainOf, type Counted } from './oracle.ts';
import { OutsideLedger } from './outside-ledger.ts';

/** A take-profit that sells what was booked as closed by others, as the checker sees it. */
describe('what a group takes back of what others were thought to have closed', () => {
  const all = (parts: readonly (readonly [quantity: string, at: string])[]): { story: GroupStory; ledger: OutsideLedger; known: Counted[]; before: PositionGroup } => {
    const story = new GroupStory().open().acceptAll();
    story.fill(story.order('entry', 0, 0)).acceptAll();
    const counted = (role: Counted['role']): Counted[] => story.events.flatMap(({ event }) => (event.type === 'order-report' ? event.fills : [])).slice(-1).map((fill) => ({ ...fill, role, pyramid: 0, leg: 0 }));
    const known = counted('entry');
    const takeProfit = story.order('take-profit', 0, 0);
    const ledger = new OutsideLedger({ trades: [] } as never);
    let held = '2';
    for (const [quantity, at] of parts) {
      const before = story.state;
      story.hear({ type: 'position-reduced', held: qty(held), quantity: qty(quantity), price: price(at), fee: money('0.1'), priceFrom: 'trades' });
      known.push(ledger.heard(before, story.state, story.events.at(-1)!.event, known)!);
      held = dec(held).minus(quantity).toFixed();
    }
    const before = story.state;
    story.fill(takeProfit, { price: '102' });
    return { story, ledger, known: [...known, ...counted('take-profit')], before };
  };

  for (const parts of [[['2', '103']], [['0.5', '103'], ['1', '104']], [['0.3', '103'], ['0.4', '104'], ['1.3', '101.7']]] as const) {
    it(`booked ${parts.map(([quantity, at]) => `${quantity} at ${at}`).join(', ')}: the gain is that of its trades, to the last digit`, () => {
      const { story, ledger, known, before } = all(parts);
      const trades = [...known, ...ledger.tookBack(before, story.state, known, false)];
      expect(pnlRealised(story.state)).to.equal(gainOf(story.state, trades).toFixed());
    });
  }
  for (const [title, planted, told] of [
    ['its proceeds stay booked', (group: PositionGroup) => Object.assign(group.outside ??= {}, { '0:0': { quantity: '0', notional: '206', fees: '0' } }), /back for/],
    ['nothing is taken back', (group: PositionGroup, before: PositionGroup) => Object.assign(group, { outside: before.outside }), /it took 0 back/],
  ] as const) {
    it(`planted: ${title}`, () => {
      const { story, ledger, known, before } = all([['2', '103']]);
      const group = structuredClone(story.state);
      planted(group, before);
      expect(() => ledger.tookBack(before, group, known, false)).to.throw(told);
    });
  }
  it('planted: what others closed is forgotten without a trade', () => {
    const { story, ledger, known, before } = all([['0.5', '103']]);
    expect(() => ledger.tookBack(before, { ...story.state, outside: {} }, known.filter(({ role }) => role !== 'take-profit'), false)).to.throw('it took 0.5 back');
  });
});
