import { createHmac } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import supertest from 'supertest';
import { fullAlert } from '#test/support/alert-payload';
import { startTestApi, type SignedIn, type TestApi } from '#test/support/api-app';

describe('webhook intake', () => {
  let api: TestApi;
  let user: SignedIn;
  let endpoint: { id: string; secret: string; path: string };
  const post = (body: string | Buffer, headers: Record<string, string> = {}, path = endpoint.path) => {
    const request = supertest(api.app).post(path);
    for (const [name, value] of Object.entries({ 'Content-Type': 'application/json', ...headers })) void request.set(name, value);
    // supertest would encode a string body of JSON type once more.
    return request.serialize((value: unknown) => value as string).send(body as string);
  };
  const alert = (changes: Record<string, unknown> = {}) => JSON.stringify(fullAlert(endpoint.secret, changes));
  const lastDelivery = async () => (await api.pool.query<{ answer: number; code: string; detail: string; body: Buffer; user_id: string }>('select * from alerts order by id desc limit 1')).rows[0];

  before(async () => {
    api = await startTestApi();
    user = await api.signIn();
    endpoint = await api.endpoint(user);
  });
  after(() => api.close());

  it('answers 202, and has stored signal, inbox row and delivery by then', async () => {
    const { body } = await post(alert()).expect(202);
    expect(body).to.have.keys('signalId', 'status');
    expect(body.status).to.equal('accepted');
    const { rows } = await api.pool.query(`select i.id, i.key, i.aggregate, i.aggregate_id, i.event, s.status from inbox i join signals s on i.key = 'signal:' || s.id where s.id = $1`, [body.signalId]);
    expect(rows[0]).to.include({ aggregate: 'pool', aggregate_id: user.id, status: 'pending' });
    expect(rows[0].event.type).to.equal('signal');
    expect(rows[0].event.signal).to.deep.include({ signalId: body.signalId, userId: user.id, accountId: user.accountId, symbol: 'BTC/USDT:USDT', timeframe: '15m', kind: 'entry', side: 'long', priceSignal: '98940.5', size: { type: 'base', amount: '0.05' }, executionMode: 'grid' });
    const { id, key, aggregate, aggregate_id: aggregateId, event } = rows[0];
    expect(api.knocks.at(-1)).to.deep.equal({ queue: 'signal', payload: { inboxIds: [id], copies: [{ id, key, aggregate, aggregateId, event }] } });
    const delivery = await lastDelivery();
    expect(delivery).to.include({ answer: 202, user_id: user.id });
    expect(delivery?.body.toString()).to.include('[redacted]').and.not.include(endpoint.secret);
  });

  it('answers a repetition with the first signal, whatever its spelling', async () => {
    const first = await post(alert({ timestamp: '2026-11-20T13:00:00Z' })).expect(202);
    const again = await post(alert({ timestamp: '2026-11-20T13:00:00.000Z', 'tv.symbol': 'BTC/USDT:USDT', 'tv.timeframe': '15m', 'tv.exchange': 'binance' }), { 'Content-Type': 'text/plain; charset=utf-8' }).expect(200);
    expect(again.body).to.deep.equal({ signalId: first.body.signalId, duplicate: true });
  });

  it('takes one of twenty parallel deliveries of one alert', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => post(alert({ 'strategy_info.trade_id': 'parallel' }))));
    expect(answers.filter(({ status }) => status === 202)).to.have.length(1);
    expect(answers.filter(({ status }) => status === 200)).to.have.length(19);
    expect(new Set(answers.map(({ body }) => body.signalId)).size).to.equal(1);
    const { rows } = await api.pool.query(`select count(*)::int from inbox where event->'signal'->>'tradeId' = 'parallel'`);
    expect(rows[0].count).to.equal(1);
  });

  it('takes the simple payload, and again after its window', async () => {
    const simple = JSON.stringify({ secret: endpoint.secret, action: 'BUY', symbol: 'ETHUSDT', sl: '3000', timeframe: '1H' });
    const first = await post(simple, { 'Content-Type': 'text/plain' }, `/api/v1${endpoint.path}`).expect(202);
    expect((await post(simple).expect(200)).body).to.deep.equal({ signalId: first.body.signalId, duplicate: true });
    api.clock.time += 5 * 60_000;
    const second = await post(simple).expect(202);
    expect(second.body.signalId).to.not.equal(first.body.signalId);
    expect((await post(simple).expect(200)).body.signalId).to.equal(second.body.signalId);
  });

  const signature = (body: string, secret = endpoint.secret) => createHmac('sha256', secret).update(body).digest('hex');
  it('takes a signature instead of a secret, and only a right one', async () => {
    const body = alert({ secret: undefined, 'strategy_info.trade_id': 'signed' });
    await post(body, { 'X-Signature': signature(`${body} `) }).expect(401);
    await post(body, { 'X-Signature': signature(body, 'other') }).expect(401);
    await post(body, { 'X-Signature': `sha256=${signature(body).toUpperCase()}` }).expect(202);
  });

  it('answers an unknown endpoint and a wrong secret alike, and keeps neither secret', async () => {
    const signals = async () => (await api.pool.query('select count(*)::int from signals')).rows[0].count;
    const before = await signals();
    const wrong = await post(alert({ secret: 'wrong-secret-value' })).expect(401);
    expect((await lastDelivery())?.body.toString()).to.not.include('wrong-secret-value');
    const unknown = await post(alert(), {}, '/webhooks/tradingview/doesnotexist').expect(401);
    const shape = ({ body, headers }: supertest.Response) => ({ ...body, correlationId: '', type_: headers['content-type'], length: headers['content-length'] });
    expect(shape(wrong)).to.deep.equal(shape(unknown));
    expect(wrong.headers['content-type']).to.match(/^application\/problem\+json/);
    for (const secret of [undefined, null, 7, true, {}, [], '']) await post(alert({ secret })).expect(401);
    expect(await signals()).to.equal(before);
  });

  it('tells the order of refusals: size, readable, secret, meaning', async () => {
    await post(`{"secret":"${'x'.repeat(70_000)}`).expect(413);
    expect(await lastDelivery()).to.include({ answer: 413, code: 'too_large' });
    await post('{"secret": nonsense').expect(400).expect(({ body }) => expect(body.code).to.equal('unreadable'));
    await post(Buffer.from([0x7b, 0xff, 0xfe, 0x7d])).expect(400).expect(({ body }) => expect(body.code).to.equal('unreadable'));
    await post('').expect(400);
    await post(alert({ secret: 'wrong', 'tv.action': 'hold' })).expect(401);
    await post(alert({ 'tv.action': 'hold' })).expect(400).expect(({ body }) => expect(body.errors[0].path).to.equal('tv.action'));
    expect(await lastDelivery()).to.include({ answer: 400, user_id: user.id });
  });

  it('takes exactly 64 KiB', async () => {
    const body = alert({ 'strategy_info.trade_id': 'large' });
    await post(body + ' '.repeat(64 * 1024 - Buffer.byteLength(body))).expect(202);
    await post(body + ' '.repeat(64 * 1024 - Buffer.byteLength(body) + 1)).expect(413);
  });

  it('reads a compressed body, whose size is that of what is in it', async () => {
    const packed = (text: string) => post(gzipSync(text), { 'Content-Encoding': 'gzip' });
    await packed(alert({ 'strategy_info.trade_id': 'packed' })).expect(202);
    await packed(alert({ extra: 'x'.repeat(10_000_000) })).expect(413);
    await post(alert(), { 'Content-Encoding': 'rot13' }).expect(400);
    await post(Buffer.from(alert({ 'strategy_info.trade_id': 'utf16' }), 'utf16le'), { 'Content-Type': 'text/plain; charset=utf-16le' }).expect(202);
  });

  it('names an unknown exchange, and an unknown symbol once the list is loaded', async () => {
    await post(alert({ 'tv.exchange': 'FOO' })).expect(400).expect(({ body }) => expect(body).to.include({ code: 'unknown_exchange' }));
    await post(alert({ 'tv.symbol': 'NOPEUSDT' })).expect(202);
    await api.pool.query(`insert into instruments values ('binance', 'usdm', 'BTC/USDT:USDT', 'BTCUSDT', '{}', now()), ('binance', 'usdm', '1000PEPE/USDT:USDT', '1000PEPEUSDT', '{}', now())`);
    api.clock.time += 60_000;
    await post(alert({ 'tv.symbol': 'NOPEUSDT', 'strategy_info.trade_id': 'b' })).expect(400).expect(({ body }) => expect(body).to.include({ code: 'unknown_symbol' }));
    const { body } = await post(alert({ 'tv.symbol': '1000PEPEUSDT.P' })).expect(202);
    const { rows } = await api.pool.query('select symbol from signals where id = $1', [body.signalId]);
    expect(rows[0].symbol).to.equal('1000PEPE/USDT:USDT');
    await api.pool.query(`insert into instruments values ('binance', 'usdm', 'NEW/USDT:USDT', 'NEWUSDT', '{}', now())`);
    api.clock.time += 3_000;
    await post(alert({ 'tv.symbol': 'NEWUSDT' })).expect(202);
  });

  it('stores a hostile payload as it came, or names what is wrong', async () => {
    for (const [value, text] of [
      ['"a\\u0000b"', 'NUL'],
      ['"\\ud800"', 'surrogate'],
    ] as const) {
      const body = alert({ 'strategy_info.alert_message': 'HERE' }).replace('"HERE"', value);
      await post(body).expect(400).expect((response) => expect(response.body.errors[0].message).to.include(text));
    }
    await post(alert({ extra: { deep: ['Ж', '🚀', '<script>', "'; drop table users; --"] }, 'strategy_info.trade_id': 'x' })).expect(202);
    await post(alert().replace('"98940.5"', '1e400')).expect(400);
    const digits = '0.12345678901234567';
    const { body } = await post(alert({ 'strategy_info.trade_id': 'digits' }).replace('"98940.5"', digits)).expect(202);
    const { rows } = await api.pool.query(`select event->'signal'->>'priceSignal' as price from inbox where key = 'signal:' || $1`, [body.signalId]);
    expect(rows[0].price).to.equal(digits);
  });

  it('answers 503 when it cannot store, and takes the repetition', async () => {
    const body = alert({ 'strategy_info.trade_id': 'outage' });
    await api.pool.query('alter table signals rename to signals_away');
    const refused = await post(body).expect(503);
    expect(refused.headers['retry-after']).to.equal('5');
    await api.pool.query('alter table signals_away rename to signals');
    await post(body).expect(202);
  });

  it('goes without a secret where the user switched it off, but never for a live account', async () => {
    const other = await api.signIn('loose@example.com', 'trader');
    const open = await api.endpoint(other);
    const config = (await other.agent.get('/api/v1/config')).body.active;
    await other.agent.put('/api/v1/config').send({ ...config, security: { ...config.security, webhook_signature_validation: false } }).expect(200);
    await post(JSON.stringify(fullAlert('')), {}, open.path).expect(401);
    await other.agent.post('/api/v1/config/apply').expect(200);
    await post(JSON.stringify(fullAlert('')), {}, open.path).expect(202);
    await api.pool.query(`update accounts set mode = 'live' where user_id = $1`, [other.id]);
    await post(JSON.stringify(fullAlert('')), {}, open.path).expect(401);
  });

  it('sends a test alert through the same door', async () => {
    await api.pool.query(`insert into prices values ('binance', 'usdm', 'BTC/USDT:USDT', 50000, now())`);
    const { body } = await user.agent.post(`/api/v1/webhook-endpoints/${endpoint.id}/test-alert`).send({ side: 'short' }).expect(200);
    expect(body.answer).to.equal(202);
    const chain = (await user.agent.get(`/api/v1/signals/${body.body.signalId}`).expect(200)).body;
    expect(chain).to.include({ kind: 'entry', side: 'short', symbol: 'BTC/USDT:USDT', price: '50000', alertName: 'Test alert' });
    expect(chain.steps[0].step).to.equal('delivered');
    expect(JSON.stringify(chain)).to.not.include(endpoint.secret);
  });

  it('keeps endpoint and its alerts from other users', async () => {
    const stranger = await api.signIn('stranger@example.com', 'trader');
    expect((await stranger.agent.get('/api/v1/signals').expect(200)).body.data).to.deep.equal([]);
    expect((await stranger.agent.get('/api/v1/deliveries').expect(200)).body.data).to.deep.equal([]);
    await stranger.agent.post(`/api/v1/webhook-endpoints/${endpoint.id}/rotate`).expect(404);
    await stranger.agent.delete(`/api/v1/webhook-endpoints/${endpoint.id}`).expect(404);
    await stranger.agent.post(`/api/v1/webhook-endpoints`).send({ name: 'x', accountId: user.accountId }).expect(400);
  });

  it('refuses the old secret after a rotation, and everything after a deletion', async () => {
    const own = await api.endpoint(user);
    const { body } = await user.agent.post(`/api/v1/webhook-endpoints/${own.id}/rotate`).expect(200);
    await post(JSON.stringify(fullAlert(own.secret, { 'strategy_info.trade_id': 'r1' })), {}, own.path).expect(401);
    await post(JSON.stringify(fullAlert(body.secret, { 'strategy_info.trade_id': 'r1' })), {}, own.path).expect(202);
    await user.agent.delete(`/api/v1/webhook-endpoints/${own.id}`).expect(204);
    await post(JSON.stringify(fullAlert(body.secret, { 'strategy_info.trade_id': 'r2' })), {}, own.path).expect(401);
  });
});
