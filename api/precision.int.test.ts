import { expect } from 'chai';
import type { PrecisionSync } from '#shared/contracts/http';
import { fullAlert } from '#test/support/alert-payload';
import { startTestApi, type SignedIn, type TestApi } from '#test/support/api-app';

describe('instrument rules over HTTP', () => {
  let api: TestApi;
  let user: SignedIn;
  const list = (symbol: string, fetchedAt: string): Promise<unknown> =>
    api.pool.query(
      `insert into instruments values ('binance', 'usdm', $1 || '/USDT:USDT', $1 || 'USDT', '{"tickSize":"0.10","stepSize":"0.0001","quantityMin":"0.0001","notionalMin":"5","active":true}', $2)
       on conflict (venue, market, symbol) do update set fetched_at = excluded.fetched_at`,
      [symbol, fetchedAt],
    );
  before(async () => {
    api = await startTestApi();
    user = await api.signIn();
  });
  after(() => api.close());

  const syncs = async (): Promise<PrecisionSync[]> => ((await user.agent.get('/api/v1/precision/sync').expect(200)).body as { data: PrecisionSync[] }).data;
  const syncOf = async (market: string): Promise<PrecisionSync | undefined> => (await syncs()).find((each) => each.market === market);

  it('says how the last fetch of each market went (R-624)', async () => {
    expect(await syncOf('usdm')).to.deep.equal({ exchange: 'binance', market: 'usdm', count: 0, fetchedAt: null, failedAt: null, error: null });
    await list('BTC', '2026-01-01T00:00:00Z');
    await list('ETH', '2026-01-01T00:00:00Z');
    await api.pool.query(`insert into process_status (name, status) values ('rules:binance:spot', '{"fetchedAt":null,"count":0,"failedAt":"2026-01-02T00:00:00.000Z","error":"the venue is away"}')`);
    expect(await syncOf('usdm')).to.include({ count: 2, fetchedAt: '2026-01-01T00:00:00.000Z', error: null });
    expect(await syncOf('spot')).to.include({ count: 0, fetchedAt: null, failedAt: '2026-01-02T00:00:00.000Z', error: 'the venue is away' });
    const { body } = await user.agent.get('/api/v1/status').expect(200);
    expect((body as { processes: { name: string }[] }).processes.map(({ name }) => name)).to.not.include('rules:binance:spot');
  });

  it('finds a symbol by either of its names (R-133)', async () => {
    for (const symbol of ['BTCUSDT', 'BTC/USDT:USDT', 'BTCUSDT.P']) {
      const { body } = await user.agent.get('/api/v1/precision').query({ symbol }).expect(200);
      expect((body as { data: { symbol: string; tickSize: string }[] }).data.map((rule) => `${rule.symbol} ${rule.tickSize}`)).to.deep.equal(['BTC/USDT:USDT 0.1']);
    }
  });

  it('the button asks workers to fetch every market', async () => {
    api.knocks.length = 0;
    await user.agent.post('/api/v1/precision/refresh').set('X-CSRF-Token', user.csrfToken).expect(202);
    expect(api.knocks.map(({ payload }) => (payload as { task: string; market: string }).market)).to.deep.equal(['spot', 'usdm']);
  });

  it('an alert for a symbol that has just been listed makes the list be fetched, and is taken (R-132)', async () => {
    const { path, secret } = await api.endpoint(user);
    const post = (symbol: string) => user.agent.post(path).send(fullAlert(secret, { timestamp: new Date(api.clock.time).toISOString(), 'tv.symbol': symbol }));
    api.deps.jobs.knock = async (queue, payload) => {
      api.knocks.push({ queue, payload });
      if (queue === 'maintenance') await list('NEW', '2026-01-03T00:00:00Z');
    };
    await post('NEWUSDT').expect(202);
    await post('NOPEUSDT').expect(400).expect(({ body }) => expect(body).to.include({ code: 'unknown_symbol' }));
  });
});
