import { expect } from 'chai';
import type { RiskAction, RiskCycleEntry, RiskFlagAnswer, RiskRunAnswer, RiskView } from '#shared/contracts/http';
import { emptyRisk } from '#shared/engine/risk/risk';
import { riskRow, winnerOf } from '#test/support/risk-book';
import { RiskStory } from '#test/support/risk-story';
import { startTestApi, type SignedIn, type TestApi } from '#test/support/api-app';
import { GroupStory, gridPlan, level } from '#test/support/engine-story';
import { createPostgresStore } from '#shared/adapters/store/postgres-store';
import type { GroupEvent } from '#shared/engine/messages/events';
import { saving, writing } from '#test/support/store-rig';

describe('the risk engine over HTTP', function () {
  this.timeout(30_000);
  let api: TestApi;
  let user: SignedIn;
  let groupId: string;

  before(async () => {
    api = await startTestApi();
    user = await api.signIn();
    const store = createPostgresStore(api.pool);
    [groupId = ''] = await store.nextGroupIds(1);
    const story = new GroupStory();
    story.hear({ ...new GroupStory().open({ changes: { userId: user.id, accountId: user.accountId } }).events[0]!.event, groupId } as GroupEvent).acceptAll();
    story.fill(story.order('entry', 0, 0));
    await store.transact({ aggregate: 'pool', aggregateId: user.id, key: null, event: { type: 'timer' } }, () => writing({ groups: [saving(story.state, 1)] }));
    await api.pool.query(`insert into prices (venue, market, symbol, price, at) values ('binance', 'usdm', 'BTC/USDT:USDT', '94', now())`);
  });
  after(() => api.close());

  const get = async (): Promise<RiskView> => (await user.agent.get('/api/v1/risk').expect(200)).body as RiskView;
  const post = (path: string, body: object = {}, by = user) => by.agent.post(`/api/v1${path}`).set('X-CSRF-Token', by.csrfToken).send(body);

  it('shows what holds something, with every condition and its figures, before a cycle has been', async () => {
    const view = await get();
    expect(view).to.include({ status: 'idle', plan: null, reason: 'no_loser', lastCycle: null, lastAction: null });
    expect(view.losers).to.have.length(1);
    expect(view.losers[0]).to.deep.include({ groupId, pnlUsd: '-12', pnlPercent: '-6', pyramids: { received: 1, required: 5, reached: false }, entriesWaiting: 4, timer: { fullSince: null, expiresAt: null } });
    const failed = view.losers[0]!.loser.conditions.filter(({ asked, met }) => asked && !met).map(({ name, actual, required }) => [name, actual, required]);
    expect(failed).to.deep.include.members([['pyramids', '0', '4'], ['entries_done', '4', '0'], ['rules_known', 'no', 'yes']]);
  });

  it('shows a group that holds nothing yet as well, and says so', async () => {
    const store = createPostgresStore(api.pool);
    const [waiting = ''] = await store.nextGroupIds(1);
    const story = new GroupStory();
    story.hear({ ...new GroupStory().open({ changes: { userId: user.id, accountId: user.accountId, timeframe: '4h' } }).events[0]!.event, groupId: waiting } as GroupEvent);
    await store.transact({ aggregate: 'pool', aggregateId: user.id, key: null, event: { type: 'timer' } }, () => writing({ groups: [saving(story.state, 1)] }));
    const { others } = await get();
    expect(others.map(({ groupId: id, timeframe, quantity }) => [id, timeframe, quantity])).to.deep.equal([[waiting, '4h', '0']]);
    expect(others[0]?.loser.conditions.find(({ name }) => name === 'held')).to.include({ met: false, words: 'Is live and holds 0' });
  });

  it('its timer stands in the group: it ends at the same moment whoever reads it, and a changed wait counts at once (R-162)', async () => {
    const store = createPostgresStore(api.pool);
    const [full = ''] = await store.nextGroupIds(1);
    const completeAt = Date.now() - 5 * 60_000;
    const story = new GroupStory({ now: completeAt });
    const opened = new GroupStory({ now: completeAt }).open({ plan: gridPlan({ levels: [level('0', '100', '9')], maxPyramids: 1 }), changes: { userId: user.id, accountId: user.accountId, timeframe: '1d' } }).events[0]!.event;
    story.hear({ ...opened, groupId: full } as GroupEvent).acceptAll();
    story.fill(story.order('entry', 0, 0));
    await store.transact({ aggregate: 'pool', aggregateId: user.id, key: null, event: { type: 'timer' } }, () => writing({ groups: [saving(story.state, 1)] }));
    const expiresAt = async (): Promise<string | null | undefined> => (await get()).losers.find(({ groupId: id }) => id === full)?.timer.expiresAt;
    expect(await expiresAt()).to.equal(new Date(completeAt + 15 * 60_000).toISOString());
    const { defaults } = (await user.agent.get('/api/v1/config').expect(200)).body as { defaults: { risk_engine: object } };
    await user.agent.put('/api/v1/config').set('X-CSRF-Token', user.csrfToken).send({ ...defaults, risk_engine: { ...defaults.risk_engine, post_pyramids_wait_minutes: 60 } }).expect(200);
    await post('/config/apply').expect(200);
    expect(await expiresAt()).to.equal(new Date(completeAt + 60 * 60_000).toISOString());
    await api.pool.query(`update position_groups set status = 'closed', closed_at = now(), state = state || '{"status": "closed"}' where id = $1`, [full]);
  });

  it('says of a group that is left alone until when and why, apart from what people have flagged', async () => {
    const until = Date.now() + 60_000;
    const store = createPostgresStore(api.pool);
    const risk = { ...emptyRisk(user.id), resting: { [groupId]: { until, reason: 'refused_by_venue', figures: { message: '-2022' } } } } as const;
    await store.transact({ aggregate: 'risk', aggregateId: user.id, key: null, event: { type: 'timer' } }, () => writing({ risk: { userId: user.id, next: { risk, version: 1 }, cycles: [], actions: [] } }));
    const [shown] = (await get()).losers;
    expect(shown).to.deep.include({ skippedAt: null, restsUntil: new Date(until).toISOString(), restsBecause: { reason: 'refused_by_venue', figures: { message: '-2022' } } });
    expect(shown?.loser.conditions.filter(({ name }) => name.startsWith('not_')).map(({ name, met }) => [name, met])).to.deep.equal([['not_blocked', true], ['not_skipped', true], ['not_resting', false]]);
  });

  it('stores what a person asks for and says so where no worker answers', async () => {
    const run = (await post('/risk/run', { groupId }).expect(202)).body as RiskRunAnswer;
    expect(run).to.include({ status: 'requested', plan: null, action: null });
    const flagged = (await post(`/risk/groups/${groupId}/block`).expect(202)).body as RiskFlagAnswer;
    expect(flagged).to.include({ status: 'requested', groupId, blockedAt: null });
    const { rows } = await api.pool.query<{ event: { type: string; groupId: string } }>(`select event from inbox where aggregate = 'risk' order by id`);
    expect(rows.map(({ event }) => [event.type, event.groupId])).to.deep.equal([['run-now', groupId], ['block', groupId]]);
  });

  it('is nobody else’s, and nothing for viewers to change', async () => {
    const other = await api.signIn('other@example.com', 'trader');
    await post(`/risk/groups/${groupId}/block`, {}, other).expect(404);
    await post('/risk/run', { groupId }, other).expect(404);
    expect(((await other.agent.get('/api/v1/risk').expect(200)).body as RiskView).losers).to.deep.equal([]);
    const viewer = await api.signIn('viewer@example.com', 'viewer');
    await viewer.agent.get('/api/v1/risk').expect(200);
    await post('/risk/run', {}, viewer).expect(403);
    await post('/risk/run', { group: '1' }).expect(400);
  });

  it('lists plans newest first, with pages; one that does not wait cannot be approved', async () => {
    const story = new RiskStory([riskRow('901', '20', '100', '94'), riskRow('902', '20', '50', '54'), riskRow('903', '100', '10', '10.5')]).round().toTheEnd();
    const store = createPostgresStore(api.pool);
    for (const id of ['1-1', '1-2']) {
      await store.transact({ aggregate: 'risk', aggregateId: user.id, key: null, event: { type: 'timer' } }, () => writing({ risk: { userId: user.id, next: null, cycles: [], actions: [{ ...story.run, id }] } }));
    }
    const page = (await user.agent.get('/api/v1/risk/actions?limit=1').expect(200)).body as { data: RiskAction[]; nextCursor: string };
    expect(page.data.map(({ id, status, netRealisedUsd, feesUsd, savedSinceUsd }) => [id, status, netRealisedUsd, feesUsd, savedSinceUsd])).to.deep.equal([['1-2', 'completed', '0', '0.3', null]]);
    const next = (await user.agent.get('/api/v1/risk/actions').query({ cursor: page.nextCursor }).expect(200)).body as { data: RiskAction[] };
    expect(next.data.map(({ id }) => id)).to.deep.equal(['1-1']);
    expect(next.data[0]?.steps.map(({ symbol, timeframe, side, figures }) => [symbol, timeframe, side, figures])[0]).to.deep.equal(['902/USDT:USDT', '1h', 'long', {}]);
    await post('/risk/actions/1-1/approve').expect(409);
    await post('/risk/actions/1-9/reject').expect(404);
  });

  it('what was last done is a plan that has begun; one that was rejected did nothing (R-577)', async () => {
    const asked = new RiskStory([riskRow('1', '20', '100', '94'), riskRow('2', '20', '50', '54')], { approvalLifeMs: 300_000 }).round().hear({ type: 'reject', planId: '1-1' });
    const store = createPostgresStore(api.pool);
    await store.transact({ aggregate: 'risk', aggregateId: user.id, key: null, event: { type: 'timer' } }, () => writing({ risk: { userId: user.id, next: null, cycles: [], actions: [{ ...asked.run, id: '1-3' }] } }));
    const page = (await user.agent.get('/api/v1/risk/actions?limit=1').expect(200)).body as { data: RiskAction[] };
    expect(page.data.map(({ id, status, reason }) => [id, status, reason])).to.deep.equal([['1-3', 'rejected', 'rejected']]);
    expect((await get()).lastAction).to.include({ id: '1-2', status: 'completed' });
  });

  it('lists what cycles saw, newest first, each until another was found', async () => {
    const store = createPostgresStore(api.pool);
    const story = new RiskStory([riskRow('1', '80', '40', '37.5'), winnerOf('2', '70')], { uncovered: 'skip' });
    const [first, second] = [story.round().cycle!, story.later(20_000).hear({ type: 'block', groupId: '2' }).round().cycle!];
    await store.transact({ aggregate: 'risk', aggregateId: user.id, key: null, event: { type: 'timer' } }, () => writing({ risk: { userId: user.id, next: null, cycles: [first, second], actions: [] } }));
    const page = (await user.agent.get('/api/v1/risk/cycles?limit=1').expect(200)).body as { data: RiskCycleEntry[]; nextCursor: string };
    expect(page.data.map(({ outcome, reason, until }) => [outcome, reason, until])).to.deep.equal([['idle', 'no_winner', null]]);
    expect(page.data[0]?.groups[1]?.winnerFailed).to.deep.equal([{ name: 'not_blocked', actual: 'no', required: 'yes' }]);
    const next = (await user.agent.get('/api/v1/risk/cycles').query({ cursor: page.nextCursor }).expect(200)).body as { data: RiskCycleEntry[] };
    const figures = { covered: '70', required: '200', used: '1', winners: '1' };
    expect(next.data[0]).to.deep.include({ reason: 'not_covered', figures, until: new Date(second.at).toISOString() });
    expect(next.data[0]?.groups[0]).to.deep.include({ symbol: '1/USDT:USDT', timeframe: '1h', side: 'long', unpaid: { reason: 'not_covered', figures } });
    expect(((await (await api.signIn('third@example.com', 'viewer')).agent.get('/api/v1/risk/cycles').expect(200)).body as { data: unknown[] }).data).to.deep.equal([]);
  });
});
