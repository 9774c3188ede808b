import { expect } from 'chai';
import type { Account, ReconcileAccount } from '#shared/contracts/http';
import { createPostgresStore } from '#shared/adapters/store/postgres-store';
import type { Store } from '#shared/ports/store.port';
import { startTestApi, type SignedIn, type TestApi } from '#test/support/api-app';

const waits = 'waiting until the account has been compared with its venue';

describe('entries of an account wait until it has been compared (R-508)', function () {
  this.timeout(30_000);
  let api: TestApi;
  let user: SignedIn;
  let store: Store;
  let accountId: string;
  before(async () => {
    api = await startTestApi();
    user = await api.signIn();
    store = createPostgresStore(api.pool);
  });
  after(() => api.close());

  const send = (method: 'post' | 'patch', path: string, body: object) => user.agent[method](`/api/v1/accounts${path}`).set('X-CSRF-Token', user.csrfToken).send(body);
  const held = async (): Promise<string | null | undefined> => ((await user.agent.get('/api/v1/reconciliation').expect(200)).body as { data: ReconcileAccount[] }).data.find((each) => each.accountId === accountId)?.entriesHeld;
  const compared = async (): Promise<void> => {
    const { runId } = (await store.beginReconcile(accountId, 'test', 60_000, Date.now()))!;
    await store.endReconcile(accountId, runId, 'test', { status: 'clean', ordersCompared: 0, positionsCompared: 0, differences: 0, mended: 0, detail: null, failures: 0, againInMs: 60_000, whole: true, keep: true }, Date.now());
    expect(await held()).to.equal(null);
  };

  it('one that is added while the workers run is due at once', async () => {
    accountId = ((await send('post', '', { name: 'second', venue: 'binance', market: 'usdm', mode: 'paper' }).expect(201)).body as Account).id;
    expect([await held(), (await store.dueReconciles(1_000)).some((each) => each.accountId === accountId)]).to.deep.equal([waits, true]);
  });
  it('one that is switched on again', async () => {
    await compared();
    await send('patch', `/${accountId}`, { enabled: false }).expect(200);
    await send('patch', `/${accountId}`, { enabled: true }).expect(200);
    expect(await held()).to.equal(waits);
  });
  it('one that gets other keys: they may open another account of the venue', async () => {
    await compared();
    await send('patch', `/${accountId}`, { apiKey: 'k'.repeat(20), secret: 's'.repeat(20) }).expect(200);
    expect(await held()).to.equal(waits);
  });
  it('a new name, or switched on while it is on: nothing waits', async () => {
    await compared();
    await send('patch', `/${accountId}`, { name: 'other', enabled: true }).expect(200);
    expect(await held()).to.equal(null);
  });
});
