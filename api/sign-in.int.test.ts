import { expect } from 'chai';
import supertest from 'supertest';
import { createFirstAdministrator, createSetupLink } from '#api/queries/people.query';
import { startTestApi, testPassword, type TestApi } from '#test/support/api-app';

describe('signing in', () => {
  let api: TestApi;
  before(async () => {
    api = await startTestApi();
  });
  after(() => api.close());
  const login = (email: string, password: string) => supertest(api.app).post('/api/v1/auth/login').send({ email, password });

  it('sets up the first administrator by a link that works once, with a paper account', async () => {
    const token = await createSetupLink(api.pool);
    const ask = () => supertest(api.app).get('/api/v1/auth/setup').query({ token });
    await ask().expect(200, { open: true });
    const body = { token, email: 'First@Example.com', password: testPassword };
    await supertest(api.app).post('/api/v1/auth/setup').send({ ...body, token: 'x'.repeat(43) }).expect(403);
    await supertest(api.app).post('/api/v1/auth/setup').send({ ...body, password: 'short' }).expect(400);
    const made = await supertest(api.app).post('/api/v1/auth/setup').send(body).expect(201);
    expect(made.body.user).to.include({ email: 'first@example.com', role: 'administrator' });
    await ask().expect(200, { open: false });
    await supertest(api.app).post('/api/v1/auth/setup').send(body).expect(403);
    expect(await createSetupLink(api.pool)).to.equal(null);
    expect(await createFirstAdministrator(api.pool, api.deps.box, 'other@example.com', testPassword)).to.equal(null);
    const { rows } = await api.pool.query('select name, venue, market, mode, secrets, api_key_mask from accounts');
    expect(rows).to.have.length(1);
    expect(rows[0]).to.include({ name: 'paper', venue: 'binance', market: 'usdm', mode: 'paper' });
    expect(rows[0].secrets.toString('latin1')).to.not.include('apiKey');
  });

  it('makes one administrator when two processes start at once', async () => {
    await api.pool.query('delete from users');
    const made = await Promise.all([1, 2, 3].map((n) => createFirstAdministrator(api.pool, api.deps.box, `a${n}@example.com`, testPassword)));
    expect(made.filter((user) => user !== null)).to.have.length(1);
  });

  it('sets a cookie that scripts cannot read and other sites cannot send', async () => {
    const user = await api.signIn('cookie@example.com');
    const { headers, body } = await login(user.email.toUpperCase(), testPassword).expect(200);
    expect(headers['set-cookie']?.[0]).to.match(/^tranche_session=[\w-]{43}; .*HttpOnly/).and.match(/SameSite=Strict/i).and.match(/Path=\//);
    expect(body).to.have.keys('user', 'csrfToken');
  });

  it('answers a wrong password and an unknown person alike', async () => {
    const user = await api.signIn('someone@example.com');
    const wrong = await login(user.email, 'not the password').expect(401);
    const unknown = await login('nobody@example.com', 'not the password').expect(401);
    expect({ ...wrong.body, correlationId: '' }).to.deep.equal({ ...unknown.body, correlationId: '' });
    for (const body of [{}, { email: 1, password: [] }, { email: user.email }, []]) await supertest(api.app).post('/api/v1/auth/login').send(body).expect(400);
  });

  it('slows guessing down without locking the owner of another address out', async () => {
    const user = await api.signIn('target@example.com');
    for (let i = 0; i < 10; i += 1) await login(user.email, 'guess').expect(401);
    const { headers, body } = await login(user.email, testPassword).expect(429);
    expect(Number(headers['retry-after'])).to.be.greaterThan(0);
    expect(body.code).to.equal('too_many_attempts');
    await login('cookie@example.com', testPassword).expect(200);
  });

  it('asks for the CSRF token on writes with a cookie', async () => {
    const user = await api.signIn('csrf@example.com');
    const bare = supertest.agent(api.app);
    await bare.post('/api/v1/auth/login').send({ email: user.email, password: testPassword }).expect(200);
    await bare.post('/api/v1/tokens').send({ name: 'x' }).expect(403).expect(({ body }) => expect(body.code).to.equal('csrf_invalid'));
    await bare.post('/api/v1/tokens').set('X-CSRF-Token', user.csrfToken).send({ name: 'x' }).expect(403);
    await bare.get('/api/v1/tokens').expect(200);
    const { body } = await bare.get('/api/v1/auth/session').expect(200);
    await bare.post('/api/v1/tokens').set('X-CSRF-Token', body.csrfToken).send({ name: 'x' }).expect(201);
  });

  it('refuses bodies that a form of another site could send', async () => {
    const user = await api.signIn('form@example.com');
    for (const type of ['text/plain', 'application/x-www-form-urlencoded']) await user.agent.post('/api/v1/tokens').set('Content-Type', type).send('{"name":"x"}').expect(400);
  });

  it('takes a token until it is revoked', async () => {
    const user = await api.signIn('script@example.com');
    const { body: made } = await user.agent.post('/api/v1/tokens').send({ name: 'script' }).expect(201);
    const bearer = (path: string, token = made.token) => supertest(api.app).get(path).set('Authorization', `Bearer ${token}`);
    await bearer('/api/v1/positions').expect(200);
    await supertest(api.app).post('/api/v1/tokens').set('Authorization', `Bearer ${made.token}`).send({ name: 'second' }).expect(201);
    const { body: list } = await bearer('/api/v1/tokens').expect(200);
    expect(list.data.map(({ name }: { name: string }) => name)).to.deep.equal(['second', 'script']);
    expect(JSON.stringify(list)).to.not.include(made.token);
    const stored = await api.pool.query('select token_hash from api_tokens where id = $1', [made.id]);
    expect(stored.rows[0].token_hash.toString('latin1')).to.not.include(made.token);
    await bearer('/api/v1/positions', `${made.token.slice(0, -1)}x`).expect(401);
    await user.agent.delete(`/api/v1/tokens/${made.id}`).expect(204);
    await bearer('/api/v1/positions').expect(401);
  });

  it('ends a session at sign-out, and the others at a new password', async () => {
    const user = await api.signIn('leaves@example.com');
    const other = supertest.agent(api.app);
    await other.post('/api/v1/auth/login').send({ email: user.email, password: testPassword }).expect(200);
    await user.agent.post('/api/v1/auth/password').send({ current: 'wrong', password: 'another password' }).expect(403);
    await user.agent.post('/api/v1/auth/password').send({ current: testPassword, password: 'another password' }).expect(204);
    await other.get('/api/v1/positions').expect(401);
    await user.agent.get('/api/v1/positions').expect(200);
    await user.agent.post('/api/v1/auth/logout').expect(204);
    await user.agent.get('/api/v1/positions').expect(401);
    await login(user.email, 'another password').expect(200);
  });

  it('ends a session that ran out', async () => {
    const user = await api.signIn('late@example.com');
    await api.pool.query(`update sessions set expires_at = now() - interval '1 second' where user_id = $1`, [user.id]);
    await user.agent.get('/api/v1/positions').expect(401);
  });

  it('lets a viewer look and an administrator alone create users', async () => {
    const viewer = await api.signIn('viewer@example.com', 'viewer');
    const trader = await api.signIn('trader@example.com', 'trader');
    const admin = await api.signIn('boss@example.com');
    await viewer.agent.get('/api/v1/config').expect(200);
    await viewer.agent.post('/api/v1/config/apply').expect(403).expect(({ body }) => expect(body.code).to.equal('forbidden'));
    await trader.agent.post('/api/v1/users').send({ email: 'new@example.com', password: testPassword }).expect(403);
    await admin.agent.post('/api/v1/users').send({ email: 'new@example.com', password: testPassword, isAdmin: true }).expect(400);
    await admin.agent.post('/api/v1/users').send({ email: 'new@example.com', password: testPassword }).expect(201).expect(({ body }) => expect(body.role).to.equal('trader'));
    await admin.agent.post('/api/v1/users').send({ email: 'NEW@example.com', password: testPassword }).expect(409);
    for (const page of ['/admin/queues', '/metrics', '/api/docs/', '/api/v1/openapi.json']) await supertest(api.app).get(page).set('Accept', 'application/json').expect(401);
    await trader.agent.get('/admin/queues').set('Accept', 'application/json').expect(403);
    await supertest(api.app).get('/admin/queues').set('Accept', 'text/html').expect(303);
    await admin.agent.get('/admin/queues').expect(200);
    await admin.agent.post('/admin/queues/api/queues/pause').set('Origin', 'https://evil.example').expect(403);
    await admin.agent.get('/metrics').expect(200).expect(({ text }) => expect(text).to.include('tranche_queue_jobs{queue="signal",state="waiting"} 1'));
  });
});
