import { expect } from 'chai';
import type pg from 'pg';
import { createPool } from '#shared/adapters/store/connect';
import { outboxLeaseMs } from '#shared/ports/send-times';
import { spanNow } from '#shared/ports/span-clock';
import { carryOutClaim } from '#shared/shell/carry-out';
import { gridPlan, level } from '../support/engine-story.ts';
import { createTestDatabase } from '../support/postgres.ts';
import { ShellStory } from '../support/shell-story.ts';
import { postgresRigOn, type StoreRig } from '../support/store-rig.ts';

/** A suspended machine: its wall clock has gone on when it wakes, `performance.now()` has not. The database and the other worker were awake. */
describe('a worker on a machine that is suspended between the claim of an order and its sending', function () {
  this.timeout(60_000);
  let database: Awaited<ReturnType<typeof createTestDatabase>>;
  let rig: StoreRig;
  let pool: pg.Pool;
  const wall = Date.now;
  let asleepMs = 0;
  before(async () => {
    database = await createTestDatabase();
    rig = postgresRigOn(database.url);
    pool = createPool(database.url, { max: 2 });
    Date.now = () => wall() + asleepMs;
  });
  after(async () => {
    Date.now = wall;
    await Promise.all([pool.end(), rig.close()]);
    await database.drop();
  });
  const due = async (): Promise<string[]> => (await pool.query<{ id: string }>('update outbox set due_at = now() where done_at is null returning id')).rows.map(({ id }) => id);

  it('sends nothing when it wakes: another has proved the order absent meanwhile, and sent the next', async () => {
    const story = await ShellStory.on(rig);
    story.settings.entryPlan = gridPlan({ levels: [level('0', '100', '1')] });
    await story.alert();
    await story.round({ send: false, poll: false });
    const [row] = await due();
    const askedAt = spanNow();
    const claim = await rig.store.claimOutbox(row!, outboxLeaseMs);
    expect(claim.kind).to.equal('send');
    await pool.query(`update orders set sending_at = sending_at - interval '90 seconds'`);
    for (let knocks = 0; knocks < 8; knocks += 1) {
      story.ahead += 3_000;
      await due();
      await story.round({ poll: false });
    }
    const sent = [...story.exchange.submits];
    expect(sent, 'the next generation').to.have.length(1);
    asleepMs = 90_000;
    await carryOutClaim(story.ports, claim, askedAt);
    expect(story.exchange.submits).to.deep.equal(sent);
  });
});
