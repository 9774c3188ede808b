import { expect } from 'chai';
import { startPaperRig, type PaperClient, type PaperRig } from '#test/support/paper-rig';
import { openUserStream, type RawStream } from '#test/support/paper-stream';
import { waitFor } from '#test/support/wait-for';
import { createControlRouter } from './control-router.ts';
import { createFaultSwitches } from './fault-switches.ts';

describe('fault switches', () => {
  let rig: PaperRig;
  let client: PaperClient;
  let stream: RawStream;
  before(async () => {
    rig = await startPaperRig();
    await rig.sim('POST', 'instruments', { market: 'usdm', symbol: 'ABCUSDT', tick: '0.01', step: '0.001' });
    await rig.sim('POST', 'price', { market: 'usdm', symbol: 'ABCUSDT', price: '100' });
  });
  beforeEach(async () => {
    client = await rig.account('usdm', { USDT: '1000' });
    stream = await openUserStream(rig.exchange.url, client);
  });
  afterEach(async () => {
    stream.close();
    await rig.sim('DELETE', 'faults');
  });
  after(() => rig.close());

  const fault = (body: Record<string, unknown>) => rig.sim('POST', 'faults', body);
  const buy = (id: string, change: Record<string, string> = {}) => client.signed('POST', '/fapi/v1/order', { symbol: 'ABCUSDT', side: 'BUY', type: 'MARKET', quantity: '1', newClientOrderId: id, newOrderRespType: 'RESULT', ...change });
  const ask = (id: string) => client.signed('GET', '/fapi/v1/order', { symbol: 'ABCUSDT', origClientOrderId: id });
  const failed = async (promise: Promise<unknown>): Promise<boolean> => promise.then(
    () => false,
    () => true,
  );
  const events = (): string[] => stream.messages.filter((message) => message.o).map((message) => message.o.x);

  it('delay: the answer is late; past the recvWindow the order is refused', async () => {
    await fault({ kind: 'delay', delayMs: 60 });
    const from = performance.now();
    expect((await buy('a')).json.status).to.equal('FILLED');
    expect(performance.now() - from).to.be.greaterThan(55);
    await fault({ kind: 'delay', delayMs: 60, match: { endpoint: 'POST /fapi/v1/order' } });
    expect((await buy('b', { recvWindow: '20' })).json.code).to.equal(-1021);
    expect((await ask('b')).json.code).to.equal(-2013);
  });
  it('reset: no answer, and the order is not there', async () => {
    await fault({ kind: 'reset' });
    expect(await failed(buy('a'))).to.equal(true);
    expect((await ask('a')).json.code).to.equal(-2013);
    expect((await buy('b')).json.status).to.equal('FILLED');
  });
  it('accept-then-drop: no answer, but the order is there', async () => {
    await fault({ kind: 'accept-then-drop' });
    expect(await failed(buy('a'))).to.equal(true);
    expect((await ask('a')).json.status).to.equal('FILLED');
    expect((await buy('b')).json.status).to.equal('FILLED');
  });
  it('accept-then-504: a gateway page, but the order is there', async () => {
    await fault({ kind: 'accept-then-504', times: 2 });
    expect((await buy('a')).status).to.equal(504);
    expect((await buy('b')).status).to.equal(504);
    expect((await buy('c')).status).to.equal(200);
    expect((await ask('b')).json.status).to.equal('FILLED');
  });
  it('truncated-body: 200 with half the JSON', async () => {
    await fault({ kind: 'truncated-body' });
    const { status, json } = await buy('a');
    expect([status, typeof json]).to.deep.equal([200, 'string']);
    expect((await ask('a')).json.status).to.equal('FILLED');
  });
  it('stalled-body: half the answer, then nothing until the connection is cut', async () => {
    await fault({ kind: 'stalled-body', delayMs: 100 });
    expect(await failed(buy('a'))).to.equal(true);
    expect((await ask('a')).json.status).to.equal('FILLED');
  });
  it('reject: a refusal of the venue, by default for want of margin', async () => {
    await fault({ kind: 'reject' });
    expect((await buy('a')).json).to.deep.equal({ code: -2019, msg: 'Margin is insufficient.' });
    await fault({ kind: 'reject', code: -1008, message: 'Request throttled by system-level protection.', status: 503 });
    const answer = await buy('b');
    expect([answer.status, answer.json.code]).to.deep.equal([503, -1008]);
    expect((await ask('b')).json.code).to.equal(-2013);
  });
  it('429 and 418: with Retry-After, nothing is done', async () => {
    await fault({ kind: '429', retryAfterSeconds: 7 });
    const limited = await buy('a');
    expect([limited.status, limited.headers.get('retry-after'), limited.json.code]).to.deep.equal([429, '7', -1003]);
    await fault({ kind: '418' });
    const banned = await client.signed('GET', '/fapi/v3/account');
    expect([banned.status, banned.headers.get('retry-after')]).to.deep.equal([418, '120']);
    expect((await ask('a')).json.code).to.equal(-2013);
  });
  it('partial-fills: a market order fills in parts at once, a resting one price by price', async () => {
    await fault({ kind: 'partial-fills', parts: 3 });
    expect((await buy('a')).json).to.include({ status: 'FILLED', executedQty: '1.000' });
    await stream.until('the fills', (message) => message.o?.X === 'FILLED');
    expect(stream.messages.filter((message) => message.o?.x === 'TRADE').map((message) => message.o.l)).to.deep.equal(['0.334', '0.334', '0.332']);
    await fault({ kind: 'partial-fills', parts: 2 });
    await buy('b', { type: 'LIMIT', timeInForce: 'GTC', price: '99', quantity: '1' });
    await rig.sim('POST', 'price', { market: 'usdm', symbol: 'ABCUSDT', price: '99' });
    expect((await ask('b')).json).to.include({ status: 'PARTIALLY_FILLED', executedQty: '0.500' });
    await rig.sim('POST', 'walk', { market: 'usdm', symbol: 'ABCUSDT', prices: ['98.9', '100'] });
    expect((await ask('b')).json).to.include({ status: 'FILLED', executedQty: '1.000' });
  });
  it('mute-stream: the socket stays open and says nothing until the fault is deleted', async () => {
    const { id } = await fault({ kind: 'mute-stream', match: { apiKey: client.apiKey } });
    await buy('a');
    await rig.sim('DELETE', `faults/${id}`);
    await buy('b');
    await stream.until('b', (message) => message.o?.c === 'b');
    expect(stream.messages.some((message) => message.o?.c === 'a')).to.equal(false);
    expect(stream.open).to.equal(true);
  });
  it('drop-stream: cuts the connection now', async () => {
    expect(stream.open).to.equal(true);
    await fault({ kind: 'drop-stream', match: { apiKey: client.apiKey } });
    await waitFor('the cut', () => !stream.open);
  });
  it('duplicate-fill-event: the same trade twice', async () => {
    await fault({ kind: 'duplicate-fill-event' });
    await buy('a');
    await waitFor('both', () => events().filter((event) => event === 'TRADE').length === 2);
    const [first, second] = stream.messages.filter((message) => message.o?.x === 'TRADE');
    expect(second).to.deep.equal(first);
  });
  it('out-of-order: an event arrives after the one that followed it', async () => {
    await fault({ kind: 'out-of-order' });
    await buy('a');
    await waitFor('all', () => stream.messages.length === 3);
    expect(stream.messages.map((message) => message.e)).to.deep.equal(['ACCOUNT_UPDATE', 'ORDER_TRADE_UPDATE', 'ORDER_TRADE_UPDATE']);
    expect(events()).to.deep.equal(['NEW', 'TRADE']);
  });

  it('strikes by symbol and endpoint only where it should', async () => {
    await fault({ kind: 'reject', match: { symbol: 'XYZUSDT' } });
    expect((await buy('a')).status).to.equal(200);
    await fault({ kind: 'reject', match: { endpoint: 'DELETE /fapi/v1/order', symbol: 'ABCUSDT' } });
    await buy('b', { type: 'LIMIT', timeInForce: 'GTC', price: '90' });
    const cancel = () => client.signed('DELETE', '/fapi/v1/order', { symbol: 'ABCUSDT', origClientOrderId: 'b' });
    expect((await cancel()).status).to.equal(400);
    expect((await cancel()).json.status).to.equal('CANCELED');
  });

  it('lists what is scheduled and how often it struck; says what is wrong with a fault', async () => {
    await fault({ kind: 'reject', times: 3 });
    await buy('a');
    const [listed] = await rig.sim('GET', 'faults');
    expect(listed).to.include({ kind: 'reject', times: 2, hits: 1 });
    const wrong = await fetch(`${rig.exchange.url}/_sim/faults`, { method: 'POST', body: JSON.stringify({ kind: 'earthquake' }) });
    expect([wrong.status, ((await wrong.json()) as { error: string }).error]).to.deep.equal([400, 'kind: found "earthquake", expected one of delay, reset, accept-then-drop, accept-then-504, truncated-body, stalled-body, reject, 429, 418, partial-fills, mute-stream, drop-stream, duplicate-fill-event, out-of-order']);
  });
});

describe('fault probability', () => {
  it('follows its seed: the same one strikes the same occasions', () => {
    const run = (seed: number): string => {
      const faults = createFaultSwitches();
      faults.add({ kind: 'reject', match: {}, times: null, probability: 0.3, seed, delayMs: 0, parts: 2, status: 400, code: null, message: null, retryAfterSeconds: 1, until: null });
      const occasion = { endpoint: 'POST /fapi/v1/order', symbol: 'ABCUSDT', apiKey: null, market: 'usdm' as const };
      return Array.from({ length: 200 }, () => (faults.strike(['reject'], occasion, 0) === null ? '.' : 'x')).join('');
    };
    expect(run(7)).to.equal(run(7));
    expect(run(7)).to.not.equal(run(8));
    expect([...run(7)].filter((each) => each === 'x').length).to.be.within(40, 80);
  });
});

describe('_sim from elsewhere', () => {
  const request = { method: 'GET', path: '/_sim/health', query: new URLSearchParams(), body: '', authorization: undefined };
  it('is refused, unless it carries the deployment’s token', async () => {
    const answer = createControlRouter({} as never, 'secret-token');
    expect((await answer({ ...request, address: '10.0.0.7' })).status).to.equal(403);
    expect((await answer({ ...request, address: '10.0.0.7', authorization: 'Bearer wrong' })).status).to.equal(403);
    expect((await answer({ ...request, address: '10.0.0.7', authorization: 'Bearer secret-token' })).status).to.equal(200);
    for (const address of ['127.0.0.1', '::1', '::ffff:127.0.0.1']) expect((await answer({ ...request, address })).status).to.equal(200);
  });
});
