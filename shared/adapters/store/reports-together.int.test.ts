import { expect } from 'chai';
import type pg from 'pg';
import type { Qty } from '#shared/engine/num/units';
import type { Locked, Work } from '#shared/ports/store.port';
import { createTestDatabase } from '#test/support/postgres';
import { postgresRigOn, saving, writing, type StoreRig } from '#test/support/store-rig';
import { StoreScene, tradeOf, type StoredGroup } from '#test/support/store-scene';
import { waitFor } from '#test/support/wait-for';
import { createPool } from './connect.ts';

const versionOf = (locked: Locked): number => (locked.kind === 'group' ? locked.version : -1);

/** Reports of many groups wait at once, so that they share transactions. Each process remembers what it saved itself. */
describe('reports of several groups in one transaction', function () {
  this.timeout(60_000);
  let close: () => Promise<void>;
  let pool: pg.Pool;
  let rig: StoreRig;
  let other: StoreRig;
  let groups: StoredGroup[];
  before(async () => {
    const database = await createTestDatabase();
    [rig, other] = [postgresRigOn(database.url), postgresRigOn(database.url)];
    pool = createPool(database.url, { max: 1 });
    close = async () => {
      await pool.end();
      await rig.close();
      await other.close();
      await database.drop();
    };
  });
  after(() => close());
  beforeEach(async () => {
    groups = [];
    for (let count = 0; count < 12; count += 1) groups.push(await (await StoreScene.on(rig)).opened());
  });

  const news = (groupId: string): Work => ({ aggregate: 'group', aggregateId: groupId, key: null, event: { type: 'timer' } });
  /** Fills the first leg of each group, all at once; answers the versions that were decided on, by group. */
  async function fillAll(decide: (group: StoredGroup, version: number) => void = () => {}): Promise<PromiseSettledResult<unknown>[]> {
    return Promise.allSettled(
      groups.map((group) => {
        const fill = tradeOf(group.story.order('entry', 0, 0), `of ${group.groupId}`);
        return rig.store.transact(news(group.groupId), (locked) => {
          decide(group, versionOf(locked));
          return writing({ groups: [saving(group.story.state, versionOf(locked) + 1, { fills: [fill] })] });
        });
      }),
    );
  }
  const stored = (): Promise<(number | undefined)[]> => Promise.all(groups.map(async ({ groupId }) => (await rig.store.group(groupId))?.version));
  const fills = (): Promise<number[]> => Promise.all(groups.map(({ groupId }) => rig.fillCount(groupId)));
  const each = <Value>(value: Value): Value[] => groups.map(() => value);

  it('each is decided on its own group and written once', async () => {
    await fillAll((_, version) => expect(version).to.equal(1));
    expect(await stored()).to.deep.equal(each(2));
    expect(await fills()).to.deep.equal(each(1));
    // Every row names the transaction that wrote it.
    const { rows } = await pool.query<{ shared: string }>('select count(distinct xmin::text) as shared from position_groups where id = any($1)', [groups.map(({ groupId }) => groupId)]);
    expect(Number(rows[0]?.shared), 'transactions').to.be.lessThan(groups.length / 2);
  });

  it('one that another process has saved meanwhile is decided as it stands, beside the others', async () => {
    const moved = groups[3]!;
    await other.store.transact(news(moved.groupId), (locked) => writing({ groups: [saving(moved.story.state, versionOf(locked) + 1)] }));
    await fillAll();
    expect(await stored()).to.deep.equal(groups.map((group) => (group === moved ? 3 : 2)));
    expect(await fills()).to.deep.equal(each(1));
  });

  it('one that cannot be decided is told so; the others are written', async () => {
    const faulty = groups[5]!;
    const settled = await fillAll((group) => {
      if (group === faulty) throw new Error('invariant 1: it does not add up');
    });
    expect(settled.map(({ status }) => status)).to.deep.equal(groups.map((group) => (group === faulty ? 'rejected' : 'fulfilled')));
    expect(await fills()).to.deep.equal(groups.map((group) => (group === faulty ? 0 : 1)));
  });

  it('one that the database refuses holds up no other', async () => {
    const refused = groups[7]!;
    // A quantity that its row cannot hold: the statement that saves all of them fails.
    refused.story.state.orders[0] = { ...refused.story.state.orders[0]!, quantity: 'much' as Qty };
    const settled = await fillAll();
    expect(settled.map(({ status }) => status)).to.deep.equal(groups.map((group) => (group === refused ? 'rejected' : 'fulfilled')));
    expect(await stored()).to.deep.equal(groups.map((group) => (group === refused ? 1 : 2)));
  });

  it('what is new to nobody writes nothing', async () => {
    const heard = await Promise.all(groups.map(({ groupId }) => rig.store.transact(news(groupId), () => null)));
    expect(heard).to.deep.equal(each(null));
    expect(await stored()).to.deep.equal(each(1));
  });

  it('one that somebody else has locked waits alone, and holds up no other', async () => {
    const locked = groups[2]!;
    await pool.query('begin');
    await pool.query('select 1 from position_groups where id = $1 for update', [locked.groupId]);
    const filled = fillAll();
    await waitFor('the others', async () => (await fills()).filter((count) => count === 1).length === groups.length - 1);
    await pool.query('commit');
    await filled;
    expect([await stored(), await fills()]).to.deep.equal([each(2), each(1)]);
  });

  it('two processes that lock many groups at once do not wait for each other in a ring', async () => {
    const grow = (from: StoreRig, all: readonly StoredGroup[]): Promise<unknown>[] =>
      all.map(({ groupId, story }) => from.store.transact(news(groupId), (locked) => writing({ groups: [saving(story.state, versionOf(locked) + 1)] })));
    for (let round = 0; round < 5; round += 1) await Promise.all([...grow(rig, groups), ...grow(other, [...groups].reverse())]);
    expect(await stored()).to.deep.equal(each(11));
  });
});
