import { expect } from 'chai';
import { controlPaths, differences, errorAt, schemaAt, spanMs, unitOf, valueAt, withValue } from './settings-tree.ts';

const document = { pool: { slots: 10, rules: { fifo: true } }, grid_strategy: { levels: [{ gap_percent: 0 }], tp_percent: 1 } };

describe('settings by path', () => {
  it('reads and changes without touching the original', () => {
    const changed = withValue(document, 'pool.rules.fifo', false);
    expect([valueAt(changed, 'pool.rules.fifo'), valueAt(document, 'pool.rules.fifo'), valueAt(document, 'pool.none.here')]).to.deep.equal([false, true, undefined]);
  });

  it('gives a ladder one control, everything else one per value', () => {
    expect(controlPaths(document)).to.deep.equal(['pool.slots', 'pool.rules.fifo', 'grid_strategy.levels', 'grid_strategy.tp_percent']);
  });

  it('names what differs', () => {
    expect(differences(document, withValue(withValue(document, 'grid_strategy.levels', []), 'pool.slots', 11))).to.deep.equal(['pool.slots', 'grid_strategy.levels']);
    expect(differences(document, document)).to.deep.equal([]);
    expect(differences(document, { ...document, grid_strategy: { tp_percent: 1, levels: [{ gap_percent: 0 }] } }), 'another order of keys').to.deep.equal([]);
  });

  it('finds schema, units and errors', () => {
    expect(schemaAt({ properties: { pool: { properties: { slots: { minimum: 1 } } } } }, 'pool.slots')).to.deep.equal({ minimum: 1 });
    expect(schemaAt(undefined, 'pool.slots')).to.deep.equal({});
    expect(['a.tp_percent', 'a.wait_minutes', 'a.refresh_seconds', 'a.evaluate_interval_sec', 'a.keep_days', 'a.min_close_notional', 'precision.enforce_min_notional', 'a.slots'].map(unitOf)).to.deep.equal(['percent', 'minutes', 'seconds', 'seconds', 'days', 'quote', null, null]);
    expect([spanMs('a.wait_minutes', 15), spanMs('a.refresh_seconds', 172_800), spanMs('a.tp_percent', 1), spanMs('a.wait_minutes', null)]).to.deep.equal([900_000, 172_800_000, null, null]);
    const errors = new Map([['grid_strategy.levels.2.gap_percent', 'too deep']]);
    expect([errorAt(errors, 'grid_strategy.levels'), errorAt(errors, 'pool')]).to.deep.equal(['too deep', undefined]);
  });
});
