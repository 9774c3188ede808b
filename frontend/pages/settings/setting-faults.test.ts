import { jsonSchemaOf } from '#api/http/openapi';
import { defaultSettings, settingsSchema } from '#shared/contracts/settings';
import { checkSettings } from '#shared/contracts/settings-document';
import { expect } from 'chai';
import { draftFaults, type Fault } from './setting-faults.ts';
import { withValue, type FieldSchema, type Tree } from './settings-tree.ts';

const defaults = defaultSettings as unknown as Tree;
const schema = jsonSchemaOf(settingsSchema) as FieldSchema;
const level = { gap_percent: 0, weight_percent: 100, tp_percent: null };
const rule = { symbol: null, timeframe: null, strategy: null, pyramid: null, tp_mode: null, tp_percent: null };

const wrong: [path: string, value: unknown, at: string, fault: Fault][] = [
  ['execution_pool.max_open_groups', null, 'execution_pool.max_open_groups', { code: 'missing' }],
  ['execution_pool.max_open_groups', 0, 'execution_pool.max_open_groups', { code: 'least', bound: 1 }],
  ['execution_pool.max_open_groups', 2.5, 'execution_pool.max_open_groups', { code: 'whole' }],
  ['execution_pool.max_open_groups', 10_001, 'execution_pool.max_open_groups', { code: 'most', bound: 10_000 }],
  ['grid_strategy.tp_percent', 0, 'grid_strategy.tp_percent', { code: 'above', bound: 0 }],
  ['risk_engine.loss_threshold_percent', 5, 'risk_engine.loss_threshold_percent', { code: 'most', bound: 0 }],
  ['grid_strategy.levels', [{ ...level, gap_percent: 1 }], 'grid_strategy.levels.0.gap_percent', { code: 'most', bound: 0 }],
  ['grid_strategy.levels', [{ ...level, tp_percent: -1 }], 'grid_strategy.levels.0.tp_percent', { code: 'above', bound: 0 }],
  ['grid_strategy.levels', [{ ...level, weight_percent: 99 }], 'grid_strategy.levels', { code: 'weights', sum: 99 }],
  ['grid_strategy.max_dca_per_pyramid', 4, 'grid_strategy.levels', { code: 'too_many_levels', most: 4 }],
  ['grid_strategy.pyramid_specific_levels', { 2: [{ ...level, weight_percent: 50 }] }, 'grid_strategy.pyramid_specific_levels.2', { code: 'weights', sum: 50 }],
  ['grid_strategy.pyramid_tp_percents', { 1: 0 }, 'grid_strategy.pyramid_tp_percents.1', { code: 'above', bound: 0 }],
  ['grid_strategy.tp_overrides', [rule], 'grid_strategy.tp_overrides.0', { code: 'override_empty' }],
  ['app.timezone', 'Europe/Nowhere', 'app.timezone', { code: 'zone' }],
];

describe('what the page itself refuses', () => {
  for (const [path, value, at, fault] of wrong)
    it(`${path} = ${JSON.stringify(value)}`, () => {
      const draft = withValue(defaults, path, value);
      expect(Object.fromEntries(draftFaults(draft, schema))).to.deep.equal({ [at]: fault });
      expect(checkSettings(draft).faults, 'the server refuses it too').to.not.equal(null);
    });

  const right: [path: string, value: unknown][] = [['grid_strategy.levels', [level]], ['grid_strategy.tp_overrides', [{ ...rule, tp_percent: 2 }]], ['app.timezone', 'Europe/Kyiv'], ['grid_strategy.pyramid_specific_levels', { 1: [level] }]];
  for (const [path, value] of [...right, ['app.timezone', 'UTC']] as [string, unknown][])
    it(`and not ${path} = ${JSON.stringify(value)}`, () => {
      const draft = withValue(defaults, path, value);
      expect([...draftFaults(draft, schema)]).to.deep.equal([]);
      expect(checkSettings(draft).faults).to.equal(null);
    });
});
