import { expect } from 'chai';
import { GroupStory, instrument, signal } from '#test/support/engine-story';
import { defaultSettings } from '#shared/contracts/settings';
import { precisionOf } from '#shared/contracts/settings-plans';
import { effectiveRules } from '#shared/engine/instrument/effective-rules';
import type { PrecisionPlan } from '#shared/engine/instrument/precision-plan';
import { money, price, qty } from '#shared/engine/num/units';
import type { Order } from '#shared/engine/order/order';

const filter = (story: GroupStory, order: Order): GroupStory => story.refuse(order, 'precision', '-1013', 'Filter failure: LOT_SIZE');
const tells = (story: GroupStory): string[] => story.commands.flatMap((command) => (command.type === 'tell' ? [`${command.level} ${command.category}`] : []));
const shown = ({ quantity, price: at, generation }: Order): string => `${quantity}@${at} #${generation}`;

/** A group at a venue whose rules are those of the worked examples, by another plan than the shipped one. */
function loosely(changes: Partial<PrecisionPlan>): GroupStory {
  const plan = { ...precisionOf(defaultSettings), ...changes };
  const venue = instrument();
  const rules = effectiveRules(venue, venue, plan);
  if (typeof rules === 'string') throw new Error(rules);
  const story = new GroupStory({ instrument: rules.instrument, rulesOfVenue: venue }).open({ entry: '100.307' });
  story.group = { ...story.state, precisionPlan: plan };
  return story;
}

describe('an order refused for its precision (R-146, A-63)', () => {
  const held = (): GroupStory => {
    const story = new GroupStory().open().acceptAll();
    return story.fill(story.order('entry', 0, 0));
  };

  it('a take-profit is fitted to the fresh rules and sent again at once, with a warning', () => {
    const story = held();
    story.facts.instrument = instrument({ tickSize: price('0.25') });
    filter(story, story.order('take-profit', 0, 0));
    expect([shown(story.order('take-profit', 0, 0)), tells(story)]).to.deep.equal(['2@101 #1', ['warn precision']]);
  });

  it('three times at once, then with pauses, an alert, and the reason where people look; never given up', () => {
    const story = held();
    for (const attempt of [1, 2, 3]) {
      filter(story, story.order('take-profit', 0, 0));
      expect([story.order('take-profit', 0, 0).generation, story.order('take-profit', 0, 0).status]).to.deep.equal([attempt, 'ready']);
    }
    filter(story, story.order('take-profit', 0, 0));
    expect([story.order('take-profit', 0, 0).status, tells(story)]).to.deep.equal(['rejected', ['alert order']]);
    expect(story.state.held).to.deep.equal({ 'take-profit:0:0': 'refused by the venue, -1013: Filter failure: LOT_SIZE' });
    story.wait(60_000);
    expect([story.order('take-profit', 0, 0).status, story.state.held]).to.deep.equal(['ready', {}]);
  });

  for (const [title, changes, first, second] of [
    ['unrounded prices', { enforceTick: false }, '1.993@100.307 #0', '1.994@100.3 #1'],
    ['unrounded quantities', { enforceStep: false }, '1.994017946161515453@100.3 #0', '1.994@100.3 #1'],
    ['fallback rules', { mode: 'force' }, '1.993878@100.307 #0', '1.994@100.3 #1'],
  ] as const) {
    it(`a group by ${title} goes over to the venue's rules when the venue insists`, () => {
      const story = loosely(changes);
      expect(shown(story.order('entry', 0, 0))).to.equal(first);
      filter(story, story.order('entry', 0, 0));
      expect(shown(story.order('entry', 0, 0))).to.equal(second);
      expect(story.state.precisionPlan).to.deep.equal(precisionOf(defaultSettings));
    });
  }

  it('a small order that was sent all the same is blocked when the venue insists on its minimum', () => {
    const story = loosely({ enforceNotionalMin: false });
    story.facts.rulesOfVenue = instrument({ notionalMin: money('500') });
    filter(story, story.order('entry', 0, 0));
    expect(story.leg(0, 0).blocked).to.match(/^below_minimum_notional/);
  });
});

describe('entries while the rules are in doubt (A-08)', () => {
  it('stay with the reason and look again; exits and what works already go on; they resume by the fresh rules', () => {
    const story = new GroupStory().open().acceptAll();
    story.facts.rulesInDoubt = true;
    story.fill(story.order('entry', 0, 0)).pyramid('99');
    expect(story.working('entry').map(({ pyramid }) => pyramid)).to.deep.equal([0, 0, 0, 0]);
    expect(story.working('take-profit')).to.have.length(1);
    expect(Object.entries(story.state.held).map(([slot, why]) => `${slot} ${why.split(':')[0]}`)).to.deep.equal([0, 1, 2, 3, 4].map((leg) => `entry:1:${leg} missing_precision`));
    expect(story.legStates(1)).to.deep.equal(['pending', 'pending', 'pending', 'pending', 'pending']);
    expect(story.commands.filter(({ type }) => type === 'wake-at')).to.deep.equal([{ type: 'wake-at', at: 5_000, key: 'group:7:rules:5000' }]);
    story.facts.rulesInDoubt = false;
    story.facts.instrument = instrument({ stepSize: qty('0.1') });
    story.wait(4_000);
    expect([story.order('entry', 1, 0).quantity, story.commanded('submit-order').length, story.state.held]).to.deep.equal(['2', 5, {}]);
  });

  it('an exit signal closes what is held, and the paused entries never go', () => {
    const story = new GroupStory().open().acceptAll();
    story.facts.rulesInDoubt = true;
    story.fill(story.order('entry', 0, 0)).pyramid('99').close().confirmCancels();
    expect(story.working('close')).to.have.length(1);
    expect(story.state.orders.some(({ pyramid, role }) => role === 'entry' && pyramid === 1)).to.equal(false);
  });
});

describe('a pyramid whose signal forces the fallback rules (A-39)', () => {
  it('is fitted to them; the ladder before it is not touched', () => {
    const story = new GroupStory().open().acceptAll();
    const before = story.state.pyramids[0];
    const forced = signal({ signalId: '2', precisionMode: 'force' });
    story.hear({ type: 'add-pyramid', signal: forced, start: { signalId: '2', entryPrice: price('99.98765432'), capital: money('1000'), slippageMaxPercent: null } });
    expect(story.leg(1, 0).priceLimit).to.equal('99.98765432');
    expect(story.state.pyramids[0]).to.deep.equal(before);
  });
});
