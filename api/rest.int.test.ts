import { expect } from 'chai';
import supertest from 'supertest';
import { webhookRoute } from '#api/routes/webhook.route';
import { apiRoutes } from '#api/routes/index';
import { createIntake } from '#api/intake/take-alert';
import { defaultSettings } from '#shared/contracts/settings';
import { fullAlert } from '#test/support/alert-payload';
import { startTestApi, type SignedIn, type TestApi } from '#test/support/api-app';

describe('REST interface', () => {
  let api: TestApi;
  let user: SignedIn;
  before(async () => {
    api = await startTestApi();
    user = await api.signIn();
  });
  after(() => api.close());
  const routes = () => {
    const intake = createIntake(api.deps);
    return [webhookRoute(api.deps, intake), ...apiRoutes(api.deps, intake, { read: async () => [], askFor: async () => {} })];
  };
  const concrete = (path: string) => `/api/v1${path.replaceAll(/:\w+/g, '1')}`;

  it('documents every route of the table as OpenAPI 3.1', async () => {
    const { body } = await user.agent.get('/api/v1/openapi.json').expect(200);
    expect(body.openapi).to.equal('3.1.0');
    for (const { method, path, response, status } of routes()) {
      const operation = body.paths[`/api/v1${path.replaceAll(/:(\w+)/g, '{$1}')}`]?.[method];
      expect(operation, `${method} ${path}`).to.include.keys('summary', 'responses', 'operationId');
      if (response !== undefined) expect(operation.responses[status ?? 200].content['application/json'].schema).to.not.deep.equal({});
    }
    const ids = Object.values<Record<string, { operationId: string }>>(body.paths).flatMap((path) => Object.values(path).map(({ operationId }) => operationId));
    expect(new Set(ids).size).to.equal(ids.length);
  });

  it('asks for a sign-in on every route but the few that cannot', async () => {
    const open = routes().filter(({ access }) => access === 'public');
    expect(open.map(({ path }) => path)).to.have.members(['/webhooks/tradingview/:endpointId', '/auth/login', '/auth/state', '/auth/setup', '/auth/setup']);
    for (const route of routes().filter(({ access }) => access !== 'public')) {
      const { body, headers } = await supertest(api.app)[route.method](concrete(route.path)).expect(401);
      expect(headers['content-type'], route.path).to.match(/^application\/problem\+json/);
      expect(body).to.include({ status: 401, code: 'unauthenticated' });
      expect(headers['x-correlation-id']).to.equal(body.correlationId);
    }
  });

  it('lets every list answer an empty page, its limit and its cursor checked', async () => {
    const stranger = await api.signIn('empty@example.com', 'trader');
    for (const path of ['signals', 'positions', 'orders', 'fills', 'deliveries', 'webhook-endpoints', 'tokens', 'logs', 'queue', 'precision']) {
      const { body } = await stranger.agent.get(`/api/v1/${path}`).expect(200);
      expect(body, path).to.deep.equal({ data: [], nextCursor: null });
      if (path === 'queue') continue;
      for (const query of ['limit=0', 'limit=501', 'limit=x', 'cursor=nonsense', `cursor=${Buffer.from('[1]').toString('base64url')}`, 'unknown=1', 'limit[]=1'])
        await stranger.agent.get(`/api/v1/${path}?${query}`).expect(400).expect((answer) => expect(answer.body.errors[0].path).to.match(/^query\./));
    }
  });

  it('walks a list to its end by its cursor, each row once', async () => {
    const endpoint = await api.endpoint(user);
    for (let i = 0; i < 7; i += 1) await supertest(api.app).post(endpoint.path).send(fullAlert(endpoint.secret, { 'strategy_info.trade_id': `walk ${i}` })).expect(202);
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const { body }: supertest.Response = await user.agent.get(`/api/v1/signals?limit=3${cursor === '' ? '' : `&cursor=${cursor}`}`).expect(200);
      seen.push(...body.data.map(({ tradeId }: { tradeId: string }) => tradeId));
      cursor = body.nextCursor;
    }
    expect(seen).to.deep.equal([6, 5, 4, 3, 2, 1, 0].map((i) => `walk ${i}`));
  });

  it('answers addresses that are not there, and ids that are none, without a stack', async () => {
    await user.agent.get('/api/v1/nothing').expect(404).expect(({ body }) => expect(body.code).to.equal('not_found'));
    for (const path of ['signals/999', 'positions/999', 'accounts/999']) await user.agent.get(`/api/v1/${path}`).expect(404);
    for (const path of ['signals/x', 'positions/-1', 'accounts/1e3', 'positions/99999999999999999999']) await user.agent.get(`/api/v1/${path}`).expect(400);
    await user.agent.get('/api/v1/positions/%00').expect(400);
    await user.agent.get('/api/v1/positions/%ff').expect(400);
    await user.agent.post('/api/v1/tokens').set('Content-Type', 'application/json').send('{"name":').expect(400).expect(({ text }) => expect(text).to.not.include('SyntaxError'));
  });

  it('stays a problem document when the database is away', async () => {
    const other = await startTestApi();
    const someone = await other.signIn();
    await other.pool.query('alter table position_groups rename to away');
    const { body } = await someone.agent.get('/api/v1/positions').expect(500);
    expect(body).to.include({ code: 'internal', status: 500 });
    expect(JSON.stringify(body)).to.not.match(/position_groups|select|\.ts/);
    await supertest(other.app).get('/readyz').expect(200, { status: 'ready' });
    await other.pool.query('alter table users rename to away_too');
    await supertest(other.app).get('/readyz').expect(503, { status: 'unavailable' });
    await supertest(other.app).get('/healthz').expect(200, { status: 'ok' });
    await other.close();
  });

  describe('accounts', () => {
    const live = { name: 'real', venue: 'Binance', market: 'spot', mode: 'live', apiKey: 'A4B19KXYZ0123456789', secret: 'super-secret-value' };
    it('mask keys and never give a secret back', async () => {
      const { body } = await user.agent.post('/api/v1/accounts').send(live).expect(201);
      expect(body).to.include({ apiKey: '****9KXYZ0***', secret: 'set', passphrase: null, tradable: false, venue: 'binance' });
      const list = await user.agent.get('/api/v1/accounts').expect(200);
      expect(list.text).to.not.include(live.apiKey).and.not.include(live.secret);
      const { rows } = await api.pool.query<{ secrets: Buffer }>('select secrets from accounts where id = $1', [body.id]);
      expect(rows[0]?.secrets.toString('latin1')).to.not.include(live.secret);
      await user.agent.post('/api/v1/accounts').send(live).expect(409);
    });
    for (const [what, change, path] of [
      ['keys', { apiKey: undefined, secret: undefined }, 'apiKey'],
      ['a venue it knows', { venue: 'mtgox' }, 'venue'],
      ['a market it knows', { market: 'options' }, 'market'],
      ['keys without line breaks', { secret: 'a\r\nX-Evil: 1' }, 'secret'],
      ['no field it does not know', { urls: { api: 'http://evil' } }, 'urls'],
    ] as const)
      it(`need ${what}`, async () => {
        const { body } = await user.agent.post('/api/v1/accounts').send({ ...live, name: 'x', ...change }).expect(400);
        expect(body.errors.map((each: { path: string }) => each.path)).to.include(path);
      });
    it('trade live only where the environment, the approval and the user say so', async () => {
      const { body } = await user.agent.post('/api/v1/accounts').send({ ...live, name: 'live one' }).expect(201);
      await user.agent.post(`/api/v1/accounts/${body.id}/enable-live`).send({ confirm: 'live one' }).expect(403).expect((answer) => expect(answer.body.code).to.equal('live_not_permitted'));
      const permitted = await startTestApi({ mode: 'live', approved: true });
      const trader = await permitted.signIn();
      const { body: account } = await trader.agent.post('/api/v1/accounts').send(live).expect(201);
      await trader.agent.post(`/api/v1/accounts/${account.id}/enable-live`).send({ confirm: 'rea' }).expect(400);
      await trader.agent.post(`/api/v1/accounts/${account.id}/enable-live`).send({ confirm: 'real' }).expect(200).expect((answer) => expect(answer.body.tradable).to.equal(true));
      await trader.agent.patch(`/api/v1/accounts/${account.id}`).send({ apiKey: 'another', secret: 'another' }).expect(200).expect((answer) => expect(answer.body).to.include({ tradable: false, apiKey: '************' }));
      await trader.agent.post(`/api/v1/accounts/${trader.accountId}/enable-live`).send({ confirm: 'paper' }).expect(409);
      await permitted.close();
    });
    it('are tested by a worker, whose finding is the answer', async () => {
      const answer = user.agent.post(`/api/v1/accounts/${user.accountId}/test`).expect(200);
      const found = { status: 'ok', checkedAt: '2026-11-21T12:00:00.000Z', detail: 'fine', balances: [{ asset: 'USDT', free: '1', total: '2' }] };
      await api.pool.query(`insert into process_status values ($1, '{"status":"old"}', now() - interval '1 hour')`, [`account-test:${user.accountId}`]);
      const worker = setInterval(() => {
        if (api.knocks.some(({ queue }) => queue === 'reconcile')) void api.pool.query('update process_status set status = $2, updated_at = clock_timestamp() where name = $1', [`account-test:${user.accountId}`, JSON.stringify(found)]);
      }, 20);
      try {
        expect((await answer).body).to.deep.equal(found);
      } finally {
        clearInterval(worker);
      }
    });
    it('go with their endpoints, unless something is open', async () => {
      const { body } = await user.agent.post('/api/v1/accounts').send({ name: 'short-lived', venue: 'binance', market: 'spot', mode: 'paper' }).expect(201);
      const endpoint = await api.endpoint(user, { accountId: body.id });
      await user.agent.delete(`/api/v1/accounts/${body.id}`).expect(204);
      await supertest(api.app).post(endpoint.path).send(fullAlert(endpoint.secret)).expect(401);
      await user.agent.get(`/api/v1/accounts/${body.id}`).expect(404);
      await user.agent.post('/api/v1/accounts').send({ name: 'short-lived', venue: 'binance', market: 'spot', mode: 'paper' }).expect(201);
    });
  });

  describe('configuration', () => {
    it('starts with the defaults, and changes only when it is applied', async () => {
      const { body: fresh } = await user.agent.get('/api/v1/config').expect(200);
      expect(fresh.active).to.deep.equal(JSON.parse(JSON.stringify(defaultSettings)));
      expect(fresh).to.include({ version: 0 });
      const draft = { ...fresh.active, execution_pool: { ...fresh.active.execution_pool, max_open_groups: 3 } };
      const { body: put } = await user.agent.put('/api/v1/config').send(draft).expect(200);
      expect(put.changed).to.deep.equal(['execution_pool.max_open_groups']);
      expect(put.active.execution_pool.max_open_groups).to.equal(10);
      const { body: applied } = await user.agent.post('/api/v1/config/apply').expect(200);
      expect(applied).to.include({ version: 1 }).and.deep.include({ changed: [] });
      expect(applied.active.execution_pool.max_open_groups).to.equal(3);
      expect(api.live.at(-1)).to.deep.equal({ topic: 'config', message: { userId: user.id, version: 1 } });
      expect((await user.agent.post('/api/v1/config/apply').expect(200)).body.version).to.equal(1);
      expect((await user.agent.get('/api/v1/pool').expect(200)).body).to.deep.equal({ slots: 3, used: 0, waiting: 0 });
    });
    it('exports what it imports, and resets', async () => {
      const { body: exported, headers } = await user.agent.get('/api/v1/config/export').expect(200);
      expect(headers['content-disposition']).to.include('attachment');
      await user.agent.post('/api/v1/config/reset').expect(200).expect(({ body }) => expect(body.changed).to.have.length(1));
      await user.agent.post('/api/v1/config/import').send(exported).expect(200).expect(({ body }) => expect(body.changed).to.deep.equal([]));
      expect(exported.exchange.api_key).to.equal('REDACTED');
    });
    it('names the field that is wrong', async () => {
      const levels = [{ gap_percent: 0.5, weight_percent: 100, tp_percent: 1 }];
      const { body } = await user.agent.put('/api/v1/config').send({ ...defaultSettings, grid_strategy: { ...defaultSettings.grid_strategy, levels } }).expect(400);
      expect(body).to.include({ code: 'invalid_config' });
      expect(body.errors[0].path).to.equal('grid_strategy.levels.0.gap_percent');
      for (const bad of [[], { urls: { api: 'http://evil' } }, { execution_pool: null }]) await user.agent.post('/api/v1/config/import').send(bad).expect(400);
    });
    it('gives two applies at once two versions', async () => {
      const other = await api.signIn('two@example.com', 'trader');
      await other.agent.put('/api/v1/config').send({ ...defaultSettings, intake: { duplicate_window_minutes: 1, signal_max_age_seconds: 0 } }).expect(200);
      const answers = await Promise.all([1, 2, 3].map(() => other.agent.post('/api/v1/config/apply')));
      expect(answers.map(({ status }) => status)).to.deep.equal([200, 200, 200]);
      const { rows } = await api.pool.query('select version from configs where user_id = $1', [other.id]);
      expect(rows).to.deep.equal([{ version: 1 }]);
    });
  });

  it('pauses and resumes', async () => {
    await user.agent.post('/api/v1/status/pause').send({ reason: 'lunch' }).expect(200).expect(({ body }) => expect(body.halts[0]).to.include({ scope: 'global', reason: 'lunch' }));
    await api.pool.query(`insert into leases values ('sweeper', 'me', now() + interval '1 minute'); insert into process_status values ('market', '{"kind":"synthetic","fallback":true,"detail":"no way out","lastAt":null}')`);
    const { body } = await user.agent.get('/api/v1/status').expect(200);
    expect(body.engine).to.deep.equal({ state: 'paused', reason: 'lunch' });
    expect(body.prices[0]).to.include({ source: 'synthetic', fallback: true, reason: 'no way out' });
    await user.agent.post('/api/v1/status/resume').expect(200).expect((answer) => expect(answer.body.engine).to.deep.equal({ state: 'running', reason: null }));
    await api.pool.query(`update leases set expires_at = now() - interval '1 minute' where name = 'sweeper'`);
    await user.agent.get('/api/v1/status').expect(200).expect((answer) => expect(answer.body.engine.state).to.equal('error'));
  });

  it('shows, exports and acknowledges the log', async () => {
    await api.pool.query(
      `insert into log_rows (at, level, category, message, fields) values (now(), 'alert', 'venue', '=cmd|calc', '{"correlationId":"abc-12345"}'), (now(), 'info', 'order', 'sent, "quoted"', $1)`,
      [{ userId: user.id }],
    );
    const { body } = await user.agent.get('/api/v1/logs?severity=alert,info&text=cmd').expect(200);
    expect(body.data).to.have.length(1);
    expect((await user.agent.get('/api/v1/logs?correlationId=abc-12345').expect(200)).body.data).to.have.length(1);
    const csv = await user.agent.get('/api/v1/logs/export?format=csv').expect(200);
    expect(csv.text).to.include(`,alert,venue,'=cmd|calc,`).and.include('"sent, ""quoted"""');
    await user.agent.get('/api/v1/logs/export?format=pdf').expect(400);
    const alertId = body.data[0].id;
    const open = async () => (await user.agent.get('/api/v1/status').expect(200)).body.alerts.map(({ id }: { id: string }) => id);
    expect(await open()).to.deep.equal([alertId]);
    await user.agent.post(`/api/v1/alerts/${alertId}/acknowledge`).expect(204);
    expect(await open()).to.deep.equal([]);
    const other = await api.signIn('logless@example.com', 'trader');
    await other.agent.post(`/api/v1/alerts/${alertId}/acknowledge`).expect(404);
  });

  it('serves no page where the web app is not built, and JSON to scripts', async () => {
    await supertest(api.app).get('/').expect(200).expect('Content-Type', /json/);
    await supertest(api.app).get('/app/positions').set('Accept', 'text/html').expect(503);
    await supertest(api.app).get('/nothing').set('Accept', 'application/json').expect(404);
    await supertest(api.app).get('/assets/../../package.json').expect(400);
  });
});
