import { expect } from 'chai';
import type pg from 'pg';
import { migrations } from '#migrations/index';
import { createTestDatabase, type TestDatabase } from '#test/support/postgres';
import { postgresRigOn } from '#test/support/store-rig';
import { StoreScene } from '#test/support/store-scene';
import { createKnex, createPool } from './connect.ts';

describe('groups that were stored before slippage was known', function () {
  this.timeout(60_000);
  let database: TestDatabase;
  let pool: pg.Pool;
  before(async () => {
    database = await createTestDatabase();
    pool = createPool(database.url, { max: 2 });
  });
  after(async () => {
    await pool.end();
    await database.drop();
  });

  it('are after the migration what the engine makes of them today', async () => {
    const rig = postgresRigOn(database.url);
    const { groupId, story } = await (await StoreScene.on(rig)).opened();
    await pool.query(
      `update position_groups set state = state - 'slippagePlan' - 'reductions' || jsonb_build_object(
         'orders', (select jsonb_agg(value - 'priceExpected' order by place) from jsonb_array_elements(state->'orders') with ordinality as each (value, place)),
         'pyramids', (select jsonb_agg(value - 'slippageMaxPercent' order by place) from jsonb_array_elements(state->'pyramids') with ordinality as each (value, place)),
         'windDown', '{"reason": "manual", "signalId": null, "at": 1}'::jsonb)`,
    );
    const knex = createKnex(database.url, { max: 1 });
    const step = migrations.find(({ name }) => name === '0010_add_order_slippage');
    await step?.down(knex);
    await step?.up(knex);
    await knex.destroy();
    expect((await rig.store.group(groupId))?.group).to.deep.equal({ ...story.state, windDown: { reason: 'manual', signalId: null, slippageMaxPercent: null, at: 1 } });
    await rig.close();
  });
});
