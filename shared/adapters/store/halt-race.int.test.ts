import { expect } from 'chai';
import { createPool } from './connect.ts';
import { createPostgresStore } from './postgres-store.ts';
import { createTestDatabase, type TestDatabase } from '#test/support/postgres';
import { postgresRigOn } from '#test/support/store-rig';
import { StoreScene } from '#test/support/store-scene';
import type pg from 'pg';

const rounds = 40;
const claimers = 6;

describe('a halt against claims at the same moment (G18)', () => {
  let database: TestDatabase;
  let pools: pg.Pool[];
  before(async () => {
    database = await createTestDatabase();
    pools = Array.from({ length: claimers }, () => createPool(database.url, { max: 2 }));
  });
  after(async () => {
    await Promise.all(pools.map((pool) => pool.end()));
    await database.drop();
  });

  it('what is not recorded as sending when the halt is set is never let go while it stands', async function () {
    this.timeout(60_000);
    const rig = postgresRigOn(database.url);
    const stores = pools.map(createPostgresStore);
    const sending = async (): Promise<string[]> => (await pools[0]!.query<{ id: string }>(`select client_order_id as id from orders where status = 'sending' order by 1`)).rows.map(({ id }) => id);
    let [letGo, held] = [0, 0];
    for (let round = 0; round < rounds; round += 1) {
      const { outbox } = await (await StoreScene.on(rig)).opened();
      let claiming = true;
      const before = (await sending()).length;
      // Claims go on before, during and after the halt is set.
      const claims = stores.map(async (store, index) => {
        while (claiming) await store.claimOutbox(outbox[(index + round) % outbox.length] ?? '', 1);
      });
      await new Promise((resolve) => setTimeout(resolve, round % 8));
      await rig.store.halt({ scope: 'global', scopeId: '', kind: 'paused', code: null, reason: 'race', by: null });
      const atHalt = await sending();
      await new Promise((resolve) => setTimeout(resolve, 10));
      claiming = false;
      await Promise.all(claims);
      expect(await sending(), `round ${round}`).to.deep.equal(atHalt);
      letGo += atHalt.length - before;
      held += outbox.length - (atHalt.length - before);
      await rig.lift();
    }
    expect([letGo > 0, held > 0], `${letGo} were let go, ${held} were held: the race was none`).to.deep.equal([true, true]);
    await rig.close();
  });
});
