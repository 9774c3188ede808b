import { expect } from 'chai';
import type { Page, ReconcileAccount, ReconcileDifference, ReconcileRun } from '#shared/contracts/http';
import { price, qty } from '#shared/engine/num/units';
import type { Difference } from '#shared/engine/reconcile/difference';
import { createPostgresStore } from '#shared/adapters/store/postgres-store';
import type { Store } from '#shared/ports/store.port';
import { startTestApi, type SignedIn, type TestApi } from '#test/support/api-app';

const orphan = (symbol: string): Difference => ({
  kind: 'orphan_position', key: `orphan_position:${symbol}:long`, symbol, groupId: null, clientOrderId: null, ours: '0', venue: '0.5', amount: qty('0.5'),
  remedy: { do: 'ask', side: 'long', quantity: qty('0.5'), priceEntry: null, stop: null },
});

describe('reconciliation over HTTP', function () {
  this.timeout(30_000);
  let api: TestApi;
  let user: SignedIn;
  let store: Store;
  let runId: string;

  before(async () => {
    api = await startTestApi();
    user = await api.signIn();
    store = createPostgresStore(api.pool);
  });
  after(() => api.close());

  const get = async <Body>(path: string, by = user): Promise<Body> => (await by.agent.get(`/api/v1/reconciliation${path}`).expect(200)).body as Body;
  const post = (path: string, body: object = {}, by = user) => by.agent.post(`/api/v1/reconciliation${path}`).set('X-CSRF-Token', by.csrfToken).send(body);
  const asking = async (symbol: string): Promise<ReconcileDifference> => {
    await store.keepDifferences(user.accountId, runId, Date.now(), [{ id: null, difference: orphan(symbol), state: 'asks', firstSeenAt: Date.now() }]);
    return (await get<Page<ReconcileDifference>>('/differences?state=asks')).data.find((each) => each.symbol === symbol)!;
  };

  it('an account that was never compared, with its entries held', async () => {
    await store.holdEntries('the start');
    expect((await get<{ data: ReconcileAccount[] }>('')).data).to.deep.equal([{ accountId: user.accountId, accountName: 'paper', exchange: 'binance', market: 'usdm', mode: 'paper', entriesHeld: 'the start', failures: 0, lastRun: null, startRun: null, asking: 0 }]);
  });

  it('a report of the start, kept with what it found', async () => {
    const begun = (await store.beginReconcile(user.accountId, 'test', 60_000, Date.now()))!;
    runId = begun.runId;
    expect((await get<Page<ReconcileRun>>('/runs')).data, 'while it runs').to.deep.equal([]);
    await store.endReconcile(user.accountId, runId, 'test', { status: 'differences', ordersCompared: 3, positionsCompared: 2, differences: 1, mended: 1, detail: null, failures: 0, againInMs: 1_000, whole: true, keep: true }, Date.now());
    const [account] = (await get<{ data: ReconcileAccount[] }>('')).data;
    expect([account?.entriesHeld, account?.startRun?.id, account?.lastRun?.occasion]).to.deep.equal([null, runId, 'start']);
    expect((await get<Page<ReconcileRun>>('/runs')).data[0]).to.deep.include({ id: runId, status: 'differences', ordersCompared: 3, positionsCompared: 2, differences: 1, mended: 1 });
  });

  it('what was only seen once is not shown', async () => {
    await store.keepDifferences(user.accountId, runId, Date.now(), [{ id: null, difference: orphan('SEEN/USDT:USDT'), state: 'seen', firstSeenAt: Date.now() }]);
    expect((await get<Page<ReconcileDifference>>('/differences')).data).to.deep.equal([]);
  });

  it('a look that has seen something for the first time has ended like any other: the next does not find it left over', async () => {
    const look = (await store.beginReconcile(user.accountId, 'test', 60_000, Date.now()))!;
    await store.keepDifferences(user.accountId, look.runId, Date.now(), [{ id: null, difference: orphan('FIRST/USDT:USDT'), state: 'seen', firstSeenAt: Date.now() }]);
    const end = { status: 'differences' as const, ordersCompared: 1, positionsCompared: 1, differences: 1, mended: 0, detail: null, failures: 0, againInMs: 1_000, whole: false, keep: false };
    await store.endReconcile(user.accountId, look.runId, 'test', end, Date.now());
    const next = (await store.beginReconcile(user.accountId, 'test', 60_000, Date.now()))!;
    await store.endReconcile(user.accountId, next.runId, 'test', { ...end, status: 'clean', differences: 0 }, Date.now());
    expect((await get<Page<ReconcileRun>>('/runs')).data.map(({ id, status, detail }) => [id, status, detail])).to.deep.equal([[look.runId, 'differences', null], [runId, 'differences', null]]);
  });

  it('adopt: noted with who decided, and a worker is rung for; a second decision is refused', async () => {
    const { id } = await asking('BTC/USDT:USDT');
    api.knocks.length = 0;
    const { body } = await post(`/differences/${id}/decide`, { decision: 'adopt' }).expect(202);
    expect(body).to.deep.include({ id, state: 'asks', decision: 'adopt', decidedBy: user.email, side: 'long', amount: '0.5' });
    expect([api.knocks.map(({ queue }) => queue), await store.dueReconciles(1_000)]).to.deep.equal([['reconcile'], [{ accountId: user.accountId }]]);
    expect((await store.openDifferences(user.accountId)).find((each) => each.id === id)?.decision).to.equal('adopt');
    await post(`/differences/${id}/decide`, { decision: 'close' }).expect(409);
  });

  it('ignore: at once', async () => {
    const { id } = await asking('ETH/USDT:USDT');
    expect((await post(`/differences/${id}/decide`, { decision: 'ignore' }).expect(202)).body).to.deep.include({ state: 'ignored', action: 'ignored', decision: null });
    expect((await get<Page<ReconcileDifference>>(`/differences?state=ignored&accountId=${user.accountId}`)).data.map((each) => each.id)).to.deep.equal([id]);
  });

  it('what can be said of a stray order and of another deployment; nothing else', async () => {
    const about = { groupId: null, clientOrderId: 'qqqqq00000012e00000', ours: 'abcde', venue: 'qqqqq', amount: null, symbol: 'ADA/USDT:USDT' };
    const cases: [difference: Difference, allowed: string[]][] = [
      [{ ...about, kind: 'orphan_order', key: 'orphan_order:1', remedy: { do: 'ask-cancel', venueOrderId: '1' } }, ['close', 'ignore']],
      [{ ...about, kind: 'other_deployment', key: 'other_deployment:qqqqq', remedy: { do: 'ask-deployment', prefix: 'qqqqq' } }, ['ignore']],
    ];
    for (const [difference, allowed] of cases) {
      await store.keepDifferences(user.accountId, runId, Date.now(), [{ id: null, difference, state: 'asks', firstSeenAt: Date.now() }]);
      const { id } = (await get<Page<ReconcileDifference>>('/differences?state=asks')).data.find(({ kind }) => kind === difference.kind)!;
      for (const decision of ['adopt', 'close'].filter((each) => !allowed.includes(each))) expect((await post(`/differences/${id}/decide`, { decision }).expect(400)).body.errors[0]).to.deep.include({ path: 'decision', message: `must be ${allowed.join(' or ')}` });
      const [decision] = allowed;
      expect((await post(`/differences/${id}/decide`, { decision }).expect(202)).body).to.deep.include(decision === 'ignore' ? { state: 'ignored', stop: null } : { state: 'asks', decision, stop: null });
    }
  });

  it('an emergency stop is shown; once it has fired, the closing is nobody\'s decision, and a person comes too late', async () => {
    const found = orphan('XRP/USDT:USDT');
    await store.keepDifferences(user.accountId, runId, Date.now(), [{ id: null, difference: { ...found, remedy: { do: 'ask', side: 'long', quantity: qty('0.5'), priceEntry: price('100'), stop: price('98') } }, state: 'asks', firstSeenAt: Date.now() }]);
    const shown = async (): Promise<ReconcileDifference> => (await get<Page<ReconcileDifference>>('/differences?state=asks')).data.find(({ symbol }) => symbol === 'XRP/USDT:USDT')!;
    const { id, stop, priceEntry } = await shown();
    expect([stop, priceEntry, (await store.emergencyStops(Date.now())).map((each) => each.price)]).to.deep.equal(['98', '100', ['98']]);
    expect([await store.fireStop(id, price('97'), Date.now()), await store.fireStop(id, price('98'), Date.now()), await store.fireStop(id, price('98'), Date.now()), await store.emergencyStops(Date.now())]).to.deep.equal([false, true, false, []]);
    expect(await shown()).to.deep.include({ decision: 'close', decidedBy: null, action: 'stop_reached' });
    await post(`/differences/${id}/decide`, { decision: 'ignore' }).expect(409);
  });

  it('compare now rings for every account, or for one', async () => {
    api.knocks.length = 0;
    expect((await post('/run').expect(202)).body).to.deep.equal({ status: 'requested', accountIds: [user.accountId] });
    await post('/run', { accountId: user.accountId }).expect(202);
    expect(api.knocks.map(({ payload }) => payload)).to.deep.equal([{ accountId: user.accountId }, { accountId: user.accountId }]);
  });

  it('refuses what is not right, and shows nobody another\'s', async () => {
    const { id } = await asking('SOL/USDT:USDT');
    const other = await api.signIn('other@example.com');
    const viewer = await api.signIn('viewer@example.com', 'viewer');
    await post(`/differences/${id}/decide`, { decision: 'sell' }).expect(400);
    await post(`/differences/${id}/decide`, {}).expect(400);
    await post(`/differences/${id}/decide`, { decision: 'ignore' }, other).expect(404);
    await post(`/differences/${id}/decide`, { decision: 'ignore' }, viewer).expect(403);
    await post('/run', { accountId: user.accountId }, other).expect(404);
    await user.agent.get('/api/v1/reconciliation/differences?state=seen').expect(400);
    expect([(await get<Page<ReconcileDifference>>('/differences', other)).data, (await get<Page<ReconcileRun>>('/runs', other)).data]).to.deep.equal([[], []]);
  });
});
