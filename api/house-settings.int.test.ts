import { expect } from 'chai';
import supertest from 'supertest';
import { standingHouse } from '#shared/adapters/system/house-settings';
import { createLog, type LogRow } from '#shared/adapters/system/log';
import { readHouseSettings } from '#shared/adapters/store/house-settings.query';
import { defaultSettings, type Settings } from '#shared/contracts/settings';
import { PassThrough } from 'node:stream';
import { startTestApi, testPassword, type SignedIn, type TestApi } from '#test/support/api-app';

const changed = (change: (settings: Settings) => void): Settings => {
  const settings = structuredClone(defaultSettings);
  change(settings);
  return settings;
};
const apply = async (user: SignedIn, change: (settings: Settings) => void): Promise<supertest.Response> => {
  await user.agent.put('/api/v1/config').send(changed(change)).expect(200);
  return user.agent.post('/api/v1/config/apply');
};

describe('the settings of the house in the api', () => {
  let api: TestApi;
  let admin: SignedIn;
  const rows: LogRow[] = [];
  before(async () => {
    api = await startTestApi();
    const log = createLog({ process: 'api', stream: new PassThrough(), level: 'warn' });
    log.addSink((row) => rows.push(row));
    Object.assign(api.deps.log, log);
    admin = await api.signIn();
  });
  after(() => api.close());
  beforeEach(() => {
    rows.length = 0;
    api.deps.house = standingHouse();
  });

  it("are the first administrator's, whatever others apply", async () => {
    const trader = await api.signIn('trader@example.com', 'trader');
    const second = await api.signIn('second@example.com', 'administrator');
    expect(await readHouseSettings(api.pool)).to.equal(null);
    await apply(second, ({ app }) => (app.log_level = 'error'));
    await apply(trader, ({ app }) => (app.log_level = 'error'));
    expect(await readHouseSettings(api.pool), 'of others nothing counts').to.equal(null);
    await apply(admin, ({ app }) => (app.log_level = 'debug'));
    await apply(admin, ({ app }) => (app.log_level = 'warn'));
    const { userId, version, document } = (await readHouseSettings(api.pool)) ?? {};
    expect([userId, version, (document as Settings).app.log_level]).to.deep.equal([admin.id, 2, 'warn']);
  });

  const deeds = (): string[] => rows.filter(({ category }) => category === 'audit').map(({ message }) => message);

  it('record what people do, with who, what and how, and never what they typed (R-703, R-750)', async () => {
    await supertest(api.app).post('/api/v1/auth/login').send({ email: admin.email, password: testPassword }).expect(200);
    await supertest(api.app).post('/api/v1/auth/login').send({ email: admin.email, password: 'wrong' }).expect(401);
    await admin.agent.post('/api/v1/status/pause').send({ reason: 'lunch' }).expect(200);
    await admin.agent.post('/api/v1/accounts').send({ name: 'keys', market: 'usdm', mode: 'testnet', apiKey: 'the-key', secret: 'the-secret' }).expect(201);
    await admin.agent.post('/api/v1/positions/close-all').send({}).expect(202);
    await admin.agent.post('/api/v1/positions/999/close').expect(404);
    await admin.agent.get('/api/v1/positions').expect(200);
    const by = (deed: string): string => `${admin.email}: ${deed}`;
    expect(deeds()).to.deep.equal([by('Sign in'), by('Halt'), by('Add an exchange account'), by('Close every open position at market and cancel what waits to enter')]);
    const pause = rows.find(({ message }) => message === by('Halt'));
    expect(pause?.fields).to.include({ userId: admin.id, call: 'POST /api/v1/status/pause', by: 'session' });
    expect(JSON.stringify(rows.filter(({ category }) => category === 'audit'))).to.not.match(/the-key|the-secret|correct horse/);
  });

  it('record nothing with logging.audit_log_enabled off', async () => {
    api.deps.house = standingHouse(changed(({ logging }) => (logging.audit_log_enabled = false)));
    await supertest(api.app).post('/api/v1/auth/login').send({ email: admin.email, password: testPassword }).expect(200);
    await admin.agent.post('/api/v1/status/resume').send({}).expect(200);
    expect(deeds()).to.deep.equal([]);
  });

  it('name venue and mode of an account that names none (R-694, R-696)', async () => {
    const keys = { market: 'usdm', apiKey: 'k', secret: 's' };
    await apply(admin, ({ exchange }) => (exchange.testnet = true));
    const first = await admin.agent.post('/api/v1/accounts').send({ name: 'first', ...keys }).expect(201);
    await apply(admin, ({ exchange }) => (exchange.testnet = false));
    const second = await admin.agent.post('/api/v1/accounts').send({ name: 'second', ...keys }).expect(201);
    expect([first.body, second.body].map(({ venue, mode, tradable }) => ({ venue, mode, tradable }))).to.deep.equal([
      { venue: 'binance', mode: 'testnet', tradable: true },
      { venue: 'binance', mode: 'live', tradable: false },
    ]);
    await admin.agent.post('/api/v1/accounts').send({ name: 'third', market: 'usdm' }).expect(400).expect(({ body }) => expect(body.errors[0].path).to.equal('apiKey'));
  });

  it('let alerts in without a secret outside live trading, and warn of it (A-35)', async () => {
    const endpoint = await api.endpoint(admin, { name: 'open' });
    const warnings = async (): Promise<string[]> => ((await admin.agent.get('/api/v1/status').expect(200)).body as { warnings: { path: string }[] }).warnings.map(({ path }) => path);
    await apply(admin, ({ security }) => (security.webhook_signature_validation = true));
    expect(await warnings()).to.deep.equal([]);
    await supertest(api.app).post(endpoint.path).send({}).expect(401);
    expect((await apply(admin, ({ security }) => (security.webhook_signature_validation = false))).status).to.equal(200);
    expect(await warnings()).to.deep.equal(['security.webhook_signature_validation']);
    await supertest(api.app).post(endpoint.path).send({}).expect(400);
    await api.pool.query(`update accounts set mode = 'live' where id = $1`, [admin.accountId]);
    await supertest(api.app).post(endpoint.path).send({}).expect(401);
  });

  it('cannot let alerts in without a secret where real money is traded', async () => {
    const live = await startTestApi({ mode: 'live', approved: true });
    try {
      const user = await live.signIn();
      const refused = await apply(user, ({ security }) => (security.webhook_signature_validation = false));
      expect(refused.status).to.equal(400);
      expect(refused.body).to.include({ code: 'invalid_config' });
      expect(refused.body.errors[0].path).to.equal('security.webhook_signature_validation');
      expect(refused.body.errors[0].message).to.match(/^must be on with TRADING_MODE=live.*Switch it on/);
      expect((await user.agent.get('/api/v1/config')).body).to.include({ version: 0 });
    } finally {
      await live.close();
    }
  });
});
