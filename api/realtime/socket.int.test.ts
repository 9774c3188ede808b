import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { io, type Socket } from 'socket.io-client';
import { startSocketServer } from '#api/realtime/socket-server';
import { createBus } from '#shared/adapters/system/create-bus';
import { silentLog } from '#shared/adapters/system/log';
import type { LiveMessage, PriceUpdate } from '#shared/contracts/socket';
import type { Bus, BusTopics } from '#shared/ports/system.port';
import { startTestApi, type SignedIn, type TestApi } from '#test/support/api-app';
import { waitFor } from '#test/support/wait-for';

type Received = { event: string; message: LiveMessage<Record<string, unknown>> };

describe('live updates', () => {
  let api: TestApi;
  let bus: Bus;
  let http: Server;
  let sockets: { close(): Promise<void> };
  let user: SignedIn;
  let other: SignedIn;
  const open: Socket[] = [];

  const tokenOf = async (who: SignedIn) => (await who.agent.post('/api/v1/tokens').send({ name: 'socket' }).expect(201)).body.token as string;
  const connect = (headers: Record<string, string>, transports = ['websocket']): Promise<{ socket: Socket; received: Received[] }> =>
    new Promise((resolve, reject) => {
      const socket = io(`http://127.0.0.1:${(http.address() as AddressInfo).port}`, { transports, extraHeaders: headers, reconnection: false, forceNew: true });
      open.push(socket);
      const received: Received[] = [];
      socket.onAny((event: string, message: Received['message']) => received.push({ event, message }));
      socket.once('connect', () => resolve({ socket, received }));
      socket.once('connect_error', reject);
    });
  const refused = (headers: Record<string, string>, transports?: string[]) => connect(headers, transports).then(
    () => 'connected',
    () => 'refused',
  );

  before(async () => {
    api = await startTestApi();
    bus = await createBus({ redisUrl: null, databaseUrl: api.databaseUrl, log: silentLog });
    http = createServer(api.app);
    sockets = await startSocketServer({ ...api.deps, bus }, http);
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
    user = await api.signIn('one@example.com', 'trader');
    other = await api.signIn('two@example.com');
  });
  after(async () => {
    for (const socket of open) socket.close();
    await sockets.close();
    await bus.close();
    await api.close();
  });

  it('let in who is signed in, from our own pages, by websocket', async () => {
    const authorization = { Authorization: `Bearer ${await tokenOf(user)}` };
    const host = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
    expect(await refused({})).to.equal('refused');
    expect(await refused({ Authorization: 'Bearer nonsense-nonsense-nonsense' })).to.equal('refused');
    expect(await refused({ Cookie: 'tranche_session=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' })).to.equal('refused');
    expect(await refused({ ...authorization, Origin: 'https://evil.example' })).to.equal('refused');
    expect(await refused(authorization, ['polling'])).to.equal('refused');
    expect(await refused({ ...authorization, Origin: host })).to.equal('connected');
  });

  it('reach their user only, as the row REST shows', async () => {
    const mine = await connect({ Authorization: `Bearer ${await tokenOf(user)}` });
    const theirs = await connect({ Authorization: `Bearer ${await tokenOf(other)}` });
    const { rows } = await api.pool.query<{ id: string }>(
      `insert into signals (user_id, account_id, endpoint_id, identity, symbol, timeframe, kind, side, payload) values ($1, $2, 'e', 'i', 'BTC/USDT:USDT', '15m', 'entry', 'long', '{"understood":{"tradeId":"t9"}}') returning id`,
      [user.id, user.accountId],
    );
    const id = rows[0]?.id ?? '';
    await bus.publish('live', { event: 'signal', userId: user.id, id, data: { id, status: 'pending' } });
    await bus.publish('live', { event: 'status', userId: null, id: 'engine', data: { engine: { state: 'paused' } } });
    await waitFor('both messages', () => mine.received.length === 2);
    await waitFor('the one for everybody', () => theirs.received.length === 1);
    const signal = mine.received.find(({ event }) => event === 'signal');
    expect(signal?.message).to.have.keys('id', 'at', 'data');
    expect(signal?.message.data).to.include({ id, symbol: 'BTC/USDT:USDT', tradeId: 't9', status: 'pending' });
    expect(theirs.received[0]?.event).to.equal('status');
  });

  it('tell of a saved configuration as REST shows it, its owner only', async () => {
    const mine = await connect({ Authorization: `Bearer ${await tokenOf(user)}` });
    const theirs = await connect({ Authorization: `Bearer ${await tokenOf(other)}` });
    const { body: before } = await user.agent.get('/api/v1/config').expect(200);
    const { body: saved } = await user.agent.put('/api/v1/config').send({ ...before.draft, UI: { ...before.draft.UI, theme: 'light' } }).expect(200);
    // The api of this test has a bus of its own that only remembers.
    await bus.publish('live', api.live.at(-1)?.message as BusTopics['live']);
    await waitFor('the draft', () => mine.received.some(({ event }) => event === 'config'));
    const told = mine.received.find(({ event }) => event === 'config')?.message.data;
    expect(told).to.deep.include({ changed: ['UI.theme'], draft: saved.draft, draftRevision: saved.draftRevision, version: 0 });
    expect(theirs.received.filter(({ event }) => event === 'config')).to.deep.equal([]);
  });

  it('batch prices: the last of each symbol', async () => {
    const { received } = await connect({ Authorization: `Bearer ${await tokenOf(user)}` });
    for (let i = 1; i <= 50; i += 1) await bus.publish('price', { venue: 'binance', market: 'usdm', prices: ['BTC', 'ETH'].map((base) => ({ symbol: `${base}/USDT:USDT`, price: String(i), at: i })) });
    const last = () => received.filter(({ event }) => event === 'price').at(-1)?.message.data as unknown as PriceUpdate | undefined;
    await waitFor('the last prices', () => last()?.prices.every(({ price }) => price === '50') === true);
    expect(last()?.prices).to.have.length(2);
    expect(received.length).to.be.lessThan(10);
  });

  it('end with the session', async () => {
    const token = await tokenOf(user);
    const { socket } = await connect({ Authorization: `Bearer ${token}` });
    await api.pool.query('delete from api_tokens where user_id = $1', [user.id]);
    await waitFor('the disconnect', () => socket.disconnected, { timeoutMs: 5000 });
  });
});
