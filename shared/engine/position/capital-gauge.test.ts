import { expect } from 'chai';
import { money } from '#shared/engine/num/units';
import { GroupStory } from '#test/support/engine-story';
import { capitalGauge } from './capital-gauge.ts';
import { progressPercent } from './leg-progress.ts';

describe('E-43 progress of a leg', () => {
  const rows: [what: string, side: 'long' | 'short', fill: string, target: string, last: string, percent: string][] = [
    ['0.36 of 0.49 is 73.4693 percent', 'long', '99.50', '99.99', '99.86', '73'],
    ['below the fill', 'long', '99.50', '99.99', '99.20', '0'],
    ['above the target', 'long', '99.50', '99.99', '105', '100'],
    ['a short mirrors it', 'short', '100.50', '99.99', '100.13', '72'],
    ['a common target below the fill of a long', 'long', '100', '99.98', '97.60', '0'],
  ];
  for (const [what, side, fill, target, last, percent] of rows) it(what, () => expect(progressPercent(side, fill, target, last)).to.equal(percent));
});

describe('E-43 capital gauge: capital 10000, the E-01 ladder with DCA0 and DCA1 filled', () => {
  const story = new GroupStory().open().acceptAll();
  story.fill(story.order('entry', 0, 0));
  story.fill(story.order('entry', 0, 1));

  it('deployed 399.995, locked in open DCA orders 599.855, free 9000.15', () => {
    const { deployed, locked, free } = capitalGauge(money('10000'), [story.state]);
    expect([deployed, locked, free]).to.deep.equal(['399.995', '599.855', '9000.15']);
  });
  it('deployed 3.99995 percent, locked 5.99855 percent', () => {
    const { deployedPercent, lockedPercent } = capitalGauge(money('10000'), [story.state]);
    expect([deployedPercent, lockedPercent]).to.deep.equal(['3.99995', '5.99855']);
  });
  it('a group that is closing locks nothing any more', () => expect(capitalGauge(money('10000'), [story.close().state]).locked).to.equal('0'));
  it('without capital there are no shares', () => expect(capitalGauge(money('0'), []).deployedPercent).to.equal(null));
});
