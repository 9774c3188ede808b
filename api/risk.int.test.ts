import { expect } from 'chai';
import type { RiskAction, RiskFlagAnswer, RiskRunAnswer, RiskView } from '#shared/contracts/http';
import { riskRow } from '#test/support/risk-book';
import { RiskStory } from '#test/support/risk-story';
import { startTestApi, type SignedIn, type TestApi } from '#test/support/api-app';
import { GroupStory } from '#test/support/engine-story';
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
    const story = new RiskStory([riskRow('1', '20', '100', '94'), riskRow('2', '20', '50', '54'), riskRow('3', '100', '10', '10.5')]).round().toTheEnd();
    const store = createPostgresStore(api.pool);
    for (const id of ['1-1', '1-2']) {
      await store.transact({ aggregate: 'risk', aggregateId: user.id, key: null, event: { type: 'timer' } }, () => writing({ risk: { userId: user.id, next: null, cycles: [], actions: [{ ...story.run, id }] } }));
    }
    const page = (await user.agent.get('/api/v1/risk/actions?limit=1').expect(200)).body as { data: RiskAction[]; nextCursor: string };
    expect(page.data.map(({ id, status, netRealisedUsd, feesUsd, savedSinceUsd }) => [id, status, netRealisedUsd, feesUsd, savedSinceUsd])).to.deep.equal([['1-2', 'completed', '0', '0.3', null]]);
    const next = (await user.agent.get('/api/v1/risk/actions').query({ cursor: page.nextCursor }).expect(200)).body as { data: RiskAction[] };
    expect(next.data.map(({ id }) => id)).to.deep.equal(['1-1']);
    await post('/risk/actions/1-1/approve').expect(409);
    await post('/risk/actions/1-9/reject').expect(404);
  });
});
