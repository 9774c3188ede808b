import { expect } from 'chai';
import { applyDraft, type Applied } from '#api/queries/apply-settings.query';
import { storeDraft } from '#api/queries/settings.query';
import { createPool } from '#shared/adapters/store/connect';
import { createPostgresStore } from '#shared/adapters/store/postgres-store';
import { silentLog } from '#shared/adapters/system/log';
import { defaultSettings, type Settings } from '#shared/contracts/settings';
import type { GroupEvent } from '#shared/engine/messages/events';
import { decideGroup, type GroupFacts } from '#shared/engine/position/position-group.decide';
import type { PositionGroup } from '#shared/engine/position/position-group';
import { hearInbox } from '#shared/shell/hear-inbox';
import { createTestDatabase, type TestDatabase } from '#test/support/postgres';
import { ShellStory } from '#test/support/shell-story';
import { postgresRigOn, type StoreRig } from '#test/support/store-rig';
import { createSettingsCache } from './settings-cache.ts';

describe('an applied configuration', () => {
  let database: TestDatabase;
  let pool: ReturnType<typeof createPool>;
  let rig: StoreRig;
  let story: ShellStory;

  before(async () => {
    database = await createTestDatabase();
    pool = createPool(database.url, { max: 5 });
    rig = postgresRigOn(database.url);
  });
  beforeEach(async () => {
    story = await ShellStory.on(rig);
  });
  after(async () => {
    await rig.close();
    await pool.end();
    await database.drop();
  });

  const apply = async (grid: Partial<Settings['grid_strategy']>, replan: boolean): Promise<Applied> => {
    const { userId } = story;
    await storeDraft(pool, userId, { ...defaultSettings, grid_strategy: { ...defaultSettings.grid_strategy, ...grid } });
    return applyDraft(pool, { userId, author: { id: userId, email: 'somebody@example.com' }, note: null, replan, check: () => {} });
  };
  /** What the api rings for, heard as a worker hears it. */
  const carryThrough = async ({ requests }: Applied): Promise<void> => {
    for (const id of requests) await story.live(() => hearInbox(story.ports, id));
    await story.rest();
  };
  const restingTakeProfits = async () =>
    (await story.group()).orders.flatMap(({ role, status, price, generation, clientOrderId }) => (role === 'take-profit' && status === 'open' ? [{ price, generation, there: story.exchange.orders.has(clientOrderId) }] : []));
  const bought = async (): Promise<void> => {
    await story.alert();
    await story.round();
    const entry = await story.order('entry', 0);
    story.exchange.fill(entry.clientOrderId, entry.quantity, '100');
    await story.rest();
  };
  const higher = { levels: [50, 50].map((weight, index) => ({ gap_percent: -index, weight_percent: weight, tp_percent: 3 })) };

  it('is what the next decision of every worker uses, without a restart', async () => {
    const [mine, theirs] = [createSettingsCache(createPostgresStore(pool), silentLog), createSettingsCache(createPostgresStore(pool), silentLog)];
    for (const settings of [mine, theirs]) expect((await settings(story.userId)).settings.exitPlan).to.include({ kind: 'per_leg' });
    await apply({ tp_mode: 'hybrid' }, false);
    for (const settings of [mine, theirs]) expect((await settings(story.userId)).settings.exitPlan).to.include({ kind: 'hybrid' });
    await apply({ tp_mode: 'aggregate', tp_percent: 7 }, false);
    for (const settings of [mine, theirs]) expect((await settings(story.userId)).settings.exitPlan).to.include({ kind: 'aggregate', tpPercent: '7' });
  });

  it('that is not valid any more, as after an upgrade, holds new positions in a worker that has seen no other', async () => {
    const other = await rig.addUser();
    await pool.query(`insert into configs (user_id, version, document) values ($1, 1, '{"grid_strategy": {"tp_mode": "of_old"}}')`, [other]);
    const said: string[] = [];
    const settings = createSettingsCache(createPostgresStore(pool), { ...silentLog, alert: (_, message) => void said.push(message) });
    const { halted, reconcile } = await settings(other);
    expect(halted).to.equal(true);
    expect(reconcile, 'nothing is sold or cancelled by defaults').to.include({ orphanOrders: 'report', orphanPositions: 'ask', rearmAfterClean: false });
    expect(said.join()).to.match(/Version 1 of the configuration is not valid, new positions wait until a valid one is applied: grid_strategy/);
    expect((await settings(story.userId)).halted).to.equal(false);
  });

  it('leaves what is open alone', async () => {
    await bought();
    const applied = await apply(higher, false);
    expect([applied.version, applied.replanned, applied.requests]).to.deep.equal([1, [], []]);
    await carryThrough(applied);
    expect(await restingTakeProfits()).to.deep.equal([{ price: '101', generation: 0, there: true }]);
  });

  it('moves the take-profits at the venue where open positions are put on it, and its journal replays', async () => {
    await bought();
    const { id } = await story.group();
    const applied = await apply(higher, true);
    expect(applied.replanned).to.deep.equal([id]);
    await carryThrough(applied);
    expect(await restingTakeProfits()).to.deep.equal([{ price: '103', generation: 1, there: true }]);
    expect(story.exchange.submits.length, 'entries are not sent again').to.equal(4);
    let state: PositionGroup | null = null;
    for (const { event, facts } of await rig.store.journalOf('group', id)) state = decideGroup(state, event as GroupEvent, facts as GroupFacts).state;
    expect(JSON.parse(JSON.stringify(state))).to.deep.equal(JSON.parse(JSON.stringify(await story.group())));
  });

  it('takes resting take-profits away for a common target, which the row of the position shows', async () => {
    await bought();
    await carryThrough(await apply({ tp_mode: 'aggregate' }, true));
    expect(await restingTakeProfits()).to.deep.equal([]);
    const { id } = await story.group();
    const { rows } = await pool.query<{ tp_mode: string; wake: { price: string }[] }>('select tp_mode, wake from position_groups where id = $1', [id]);
    expect([rows[0]?.tp_mode, rows[0]?.wake.map(({ price }) => price)]).to.deep.equal(['aggregate', ['101']]);
  });
});
