import { expect } from 'chai';
import { effectOf, effects, isHouseSetting } from './settings-effects.ts';
import { leafPaths } from './settings-difference.ts';
import { recordedSettings } from './settings/recorded.ts';
import { defaultSettings } from './settings.ts';

const paths = leafPaths(JSON.parse(JSON.stringify(defaultSettings)));

describe('what a change of a setting touches', () => {
  it('is stated for every leaf of the schema', () => {
    expect(paths.length).to.be.greaterThan(60);
    expect(paths.filter((path) => effectOf(path) === null)).to.deep.equal([]);
    for (const path of ['nothing', 'nothing.at_all', 'app.nothing', 'toString.length', 'app.toString']) expect(effectOf(path), path).to.equal(null);
  });

  it('agrees with what is only recorded, and with what belongs to the installation', () => {
    expect(paths.filter((path) => effectOf(path) === 'recorded').sort()).to.deep.equal(Object.keys(recordedSettings).sort());
    expect(paths.filter((path) => effectOf(path) === 'house')).to.deep.equal(paths.filter(isHouseSetting));
  });

  it('offers a new plan to open groups for targets and slippage only', () => {
    const replannable = paths.filter((path) => effects[effectOf(path) ?? 'recorded'].replannable);
    expect(replannable).to.have.members([
      ...['levels', 'pyramid_specific_levels', 'tp_mode', 'tp_percent', 'pyramid_tp_percents', 'tp_overrides', 'close_when_flat'].map((key) => `grid_strategy.${key}`),
      ...['max_slippage_percent', 'slippage_action'].map((key) => `risk_engine.${key}`),
    ]);
  });
});
