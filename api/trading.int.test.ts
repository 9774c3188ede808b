import { expect } from 'chai';
import { createPostgresStore } from '#shared/adapters/store/postgres-store';
import type { Settings } from '#shared/contracts/settings';
import type { GroupEvent } from '#shared/engine/messages/events';
import { emptyPool, type QueuedEntry } from '#shared/engine/pool/pool';
import type { GroupStory } from '#test/support/engine-story';
import { GroupStory as Story, instrument, perLeg, signal } from '#test/support/engine-story';
import { price as priceOf, ratio } from '#shared/engine/num/units';
import { waitFor } from '#test/support/wait-for';
import { startTestApi, type SignedIn, type TestApi } from '#test/support/api-app';

const at = Date.parse('2026-11-21T12:00:00Z');

describe('positions, queue, orders and fills', () => {
  let api: TestApi;
  let user: SignedIn;
  let other: SignedIn;
  let owner: SignedIn;

  /** Stores a story's group as a worker would, with every event in the journal. */
  const keep = async (owner: SignedIn, story: GroupStory): Promise<void> => {
    const reported = story.events.flatMap(({ event }) => (event.type === 'order-report' ? event.fills : []));
    const fills = [...new Map(reported.map((fill) => [fill.tradeId, fill])).values()];
    const journal = story.events.map(({ event, facts }, index) => ({ aggregate: 'group' as const, aggregateId: story.state.id, version: index + 1, at: at + index, event, facts, commands: [] }));
    const group = { ...story.state, userId: owner.id, accountId: owner.accountId };
    const saved = { group, version: journal.length, wake: [], orders: group.orders, fills };
    await createPostgresStore(api.pool).transact({ aggregate: 'pool', aggregateId: owner.id, key: null, event: { type: 'timer' } }, () => ({ pool: null, groups: [saved], journal, inbox: [], outbox: [], signals: [] }));
  };
  const story = (id: string, symbol = 'BTC/USDT:USDT'): GroupStory => {
    const made = new Story({ now: at, instrument: instrument({ symbol, base: symbol.split('/')[0] ?? '' }) });
    return made.hear({ ...(new Story({ now: at }).open().events[0]?.event as Extract<GroupEvent, { type: 'open' }>), groupId: id, signal: signal({ symbol }) }).acceptAll();
  };
  const price = (symbol: string, last: string) => api.pool.query(`insert into prices values ('binance', 'usdm', $1, $2, now()) on conflict (venue, market, symbol) do update set price = excluded.price`, [symbol, last]);
  const get = async (path: string, who = user) => (await who.agent.get(`/api/v1/${path}`).expect(200)).body;

  before(async () => {
    api = await startTestApi();
    user = await api.signIn();
    other = await api.signIn('other@example.com', 'trader');
    owner = await api.signIn('owner@example.com', 'trader');
    await api.pool.query(`insert into instruments values ('binance', 'usdm', 'BTC/USDT:USDT', 'BTCUSDT', $1, now())`, [instrument()]);
    const btc = story('7');
    btc.fill(btc.order('entry', 0, 0), { fee: '0.02', tradeId: 't1' }).acceptAll();
    // The poll reports what the stream has told.
    btc.fill(btc.order('entry', 0, 0), { quantity: '2.000', price: '100', fee: '0.02', tradeId: 't1' }).report(btc.order('entry', 0, 2), 'open');
    btc.fill(btc.order('entry', 0, 1), { quantity: '1.000' });
    await keep(user, btc);
    await keep(user, story('8', 'ETH/USDT:USDT').close('manual', null));
    await keep(other, story('9'));
    await price('BTC/USDT:USDT', '99.40');
  });
  after(() => api.close());

  it('value a position at the last price, to the last decimal (E-54)', async () => {
    const position = await get('positions/7');
    // 2.000 at 100 and 1.000 at 99.50: cost 299.50; 3.000 at 99.40 are worth 298.20.
    expect(position).to.include({ quantity: '3', priceLast: '99.4', pnlUnrealised: '-1.3', value: '298.2', feesPaid: '0.02', pyramidCount: 0, maxPyramids: 5, legsTotal: 5, quoteAsset: 'USDT', priceDecimals: 2, quantityDecimals: 3, mode: 'paper' });
    expect(position.pnlUnrealisedPercent).to.equal('-0.434056761268');
    await price('BTC/USDT:USDT', '101');
    expect(await get('positions/7')).to.include({ pnlUnrealised: '3.5' });
  });

  it('show the ladder with targets, states and progress', async () => {
    const { pyramids } = await get('positions/7');
    expect(pyramids[0]).to.include({ index: 0, entryPrice: '100' });
    expect(pyramids[0].legs.map(({ state }: { state: string }) => state)).to.deep.equal(['filled', 'partially_filled', 'open', 'open', 'open']);
    expect(pyramids[0].legs[0]).to.include({ limitPrice: '100', quantity: '2', quantityFilled: '2', priceFillAverage: '100', takeProfitPrice: '101', tpPercent: '1', progressPercent: '100' });
    expect(pyramids[0].legs[4]).to.include({ limitPrice: '98', quantityFilled: '0', priceFillAverage: null, progressPercent: null });
  });

  it('show the common target, the watched stop, the averages of pyramids, and trades by the clock of the prices', async () => {
    const marketAt = Date.parse('2024-03-05T10:15:00Z');
    const made = new Story({ now: at });
    const opening = new Story({ now: at }).open({ exit: { ...perLeg, kind: 'pyramid_aggregate', pyramidTpPercents: { '1': ratio('2') }, signalStop: true }, changes: { stopLoss: priceOf('95.009') } }).events[0]?.event as Extract<GroupEvent, { type: 'open' }>;
    made.hear({ ...opening, groupId: '12' }).pyramid('103').acceptAll();
    for (const pyramid of [0, 1]) made.fill(made.order('entry', pyramid, 0), { tradeId: `m${pyramid}` });
    const [first] = made.events.flatMap(({ event }) => (event.type === 'order-report' ? event.fills : []));
    first!.marketAt = marketAt;
    await keep(owner, made);
    const shown = await get('positions/12', owner);
    expect([shown.target, shown.stop]).to.deep.equal([{ price: '102.99', percent: '1.499903731' }, { price: '95', watched: true }]);
    expect(shown.pyramids.map((pyramid: { priceAverage: string }) => pyramid.priceAverage)).to.deep.equal(['100', '103']);
    // Legs of a position with one target have none of their own; those that hold something name the position's.
    expect(shown.pyramids[0].legs.slice(0, 2).map((leg: { tpPercent: string | null; takeProfitPrice: string | null }) => [leg.tpPercent, leg.takeProfitPrice])).to.deep.equal([[null, '102.99'], [null, null]]);
    expect(shown.fills.map((fill: { marketAt: string | null }) => fill.marketAt)).to.deep.equal([new Date(marketAt).toISOString(), null]);
    expect(await get('positions/7')).to.deep.include({ target: null, stop: null });
  });

  it('show the base entry price: that of the signal, then that of the first fill (A-02)', async () => {
    await keep(owner, story('13', 'SOL/USDT:USDT'));
    const filled = story('14', 'XRP/USDT:USDT');
    await keep(owner, filled.fill(filled.order('entry', 0, 0), { price: '99.97', tradeId: 'b1' }).fill(filled.order('entry', 0, 1), { price: '99.4', tradeId: 'b2' }));
    const shown = await Promise.all(['13', '14'].map((id) => get(`positions/${id}`, owner)));
    expect(shown.map(({ baseEntryPrice, pyramids }) => [baseEntryPrice, pyramids[0].entryPrice])).to.deep.equal([['100', '100'], ['99.97', '100']]);
  });

  it('tell the story in sentences', async () => {
    const { journal } = await get('positions/7');
    const texts = journal.map(({ text }: { text: string }) => text);
    expect(texts[0]).to.equal('Opened long BTC/USDT:USDT 15m by signal 1: entry price 100, capital 1000');
    expect(texts.filter((text: string) => text === 'The entry of leg 0 (pyramid 0) filled 2 at 100 (fee 0.02 USDT)')).to.have.length(1);
    expect(texts.filter((text: string) => text === 'The entry of leg 2 (pyramid 0) is open')).to.have.length(1);
    const filled = journal.find(({ code }: { code: string }) => code === 'filled');
    expect(filled.params).to.include({ role: 'entry', pyramid: '0', leg: '0', quantity: '2', price: '100' });
    expect(journal.map(({ sequence }: { sequence: number }) => sequence)).to.deep.equal(journal.map((_: unknown, index: number) => index + 1));
  });

  it('list newest first, narrowed by status and symbol', async () => {
    const ids = async (query: string) => (await get(`positions?${query}`)).data.map(({ id }: { id: string }) => id);
    expect(await ids('')).to.deep.equal(['8', '7']);
    expect(await ids('status=closing,closed')).to.deep.equal(['8']);
    expect(await ids('symbol=BTC/USDT:USDT')).to.deep.equal(['7']);
    await user.agent.get('/api/v1/positions?status=open').expect(400);
  });

  it('belong to their user', async () => {
    expect((await get('positions', other)).data.map(({ id }: { id: string }) => id)).to.deep.equal(['9']);
    await other.agent.get('/api/v1/positions/7').expect(404);
    await other.agent.post('/api/v1/positions/7/close').expect(404);
    expect((await get('orders?groupId=7', other)).data).to.deep.equal([]);
    expect((await get('fills?groupId=7', other)).data).to.deep.equal([]);
  });

  it('walk orders and fills by cursor', async () => {
    const all = (await get('orders?groupId=7')).data.map(({ clientOrderId }: { clientOrderId: string }) => clientOrderId);
    const first = await get('orders?groupId=7&limit=4');
    const rest = await get(`orders?groupId=7&cursor=${first.nextCursor}`);
    expect([...first.data, ...rest.data].map(({ clientOrderId }: { clientOrderId: string }) => clientOrderId)).to.deep.equal(all);
    const { data } = await get('fills?groupId=7&limit=1');
    expect(data[0]).to.include({ role: 'entry', side: 'buy' });
    expect((await get('orders?status=filled')).data.every(({ status }: { status: string }) => status === 'filled')).to.equal(true);
    await user.agent.get('/api/v1/orders?status=done').expect(400);
  });

  it('are closed once, however often it is asked', async () => {
    const answers = await Promise.all([1, 2, 3].map(() => user.agent.post('/api/v1/positions/7/close').expect(202)));
    expect(new Set(answers.map(({ body }) => body.requestId)).size).to.equal(1);
    const { rows } = await api.pool.query(`select aggregate, aggregate_id, event from inbox where id = $1`, [answers[0]?.body.requestId]);
    expect(rows[0]).to.deep.equal({ aggregate: 'group', aggregate_id: '7', event: { type: 'close-requested', reason: 'manual', signalId: null, slippageMaxPercent: null } });
    expect(api.knocks.at(-1)).to.deep.equal({ queue: 'signal', payload: { inboxIds: [answers[0]?.body.requestId] } });
  });

  it('are closed all but those that close already', async () => {
    const { body } = await user.agent.post('/api/v1/positions/close-all').send({}).expect(202);
    expect(body.requested).to.have.length(1);
    await user.agent.post('/api/v1/positions/close-all').send({ everything: true }).expect(400);
  });

  describe('the waiting queue', () => {
    const entry = (number: number, change: Partial<QueuedEntry> = {}, of: Partial<QueuedEntry['signal']> = {}): QueuedEntry => ({
      ...{ id: `${user.id}-${number}`, reason: 'pool_full', queuedAt: at, replacementCount: 0, replacedAt: null, unconfirmed: false },
      signal: signal({ userId: user.id, accountId: user.accountId, signalId: String(900 + number), ...of }),
      ...change,
    });
    const wait = (...waiting: QueuedEntry[]) =>
      api.pool.query('insert into pools values ($1, 1, $2) on conflict (user_id) do update set state = excluded.state', [user.id, { ...emptyPool(user.id), waiting }]);
    const configure = async (change: (settings: Settings) => void): Promise<void> => {
      const { draft } = await get('config');
      change(draft as Settings);
      await user.agent.put('/api/v1/config').send(draft).expect(200);
      await user.agent.post('/api/v1/config/apply').expect(200);
    };
    const refused = async (number: number, action: string, code: string): Promise<string> => (await user.agent.post(`/api/v1/queue/${user.id}-${number}/${action}`).expect(409).expect(({ body }) => expect(body.code).to.equal(code))).body.detail;

    it('shows rank, loss and expected profit (E-21, E-44), and what a person can do', async () => {
      // The first is a pyramid of group 7; the price is 101 against its entry of 100; 1000 of capital on the default ladder.
      await wait(entry(2, {}, { side: 'short' }), entry(1, { replacementCount: 2, replacedAt: at + 60_000 }));
      expect(await get('pool')).to.deep.equal({ slots: 10, used: 2, waiting: 2 });
      const { data } = await get('queue');
      expect(data[0]).to.include({ id: `${user.id}-1`, rank: 1, lossPercent: '1', expectedProfit: '12', replacementCount: 2, entryPrice: '100', priceLast: '101', reason: 'pool_full', continuation: true, promotable: true, promotableReason: null, forcible: true, expiresAt: null });
      expect(data[0].replacedAt).to.equal('2026-11-21T12:01:00.000Z');
      expect(data[1]).to.include({ rank: 2, lossPercent: '-1', reason: 'opposite_side', continuation: false, promotable: false, forcible: false, promotableReason: 'the long of BTC/USDT:USDT 15m is open (group 7)' });
    });

    it('promote, force and remove are asked of the pool; what cannot be is refused with its reason', async () => {
      const { body } = await user.agent.post(`/api/v1/queue/${user.id}-1/promote`).expect(202);
      expect(body).to.deep.equal({ status: 'requested', requestId: body.requestId, outcome: null, detail: null, groupId: null });
      const { rows } = await api.pool.query('select aggregate, aggregate_id, event from inbox where id = $1', [body.requestId]);
      expect(rows[0]).to.deep.equal({ aggregate: 'pool', aggregate_id: user.id, event: { type: 'queue-promote', queueId: `${user.id}-1` } });
      for (const action of ['promote', 'force']) expect(await refused(2, action, 'opposite_side')).to.equal('The long of BTC/USDT:USDT 15m is open (group 7).');
      await user.agent.delete(`/api/v1/queue/${user.id}-2`).expect(202);
      await other.agent.delete(`/api/v1/queue/${user.id}-1`).expect(404);
    });

    it('no free slot: 409 with the numbers, forcing is left (R-609, R-611)', async () => {
      await configure((settings) => (settings.execution_pool.max_open_groups = 2));
      await wait(entry(3, {}, { symbol: 'SOL/USDT:USDT' }));
      await api.pool.query(`insert into instruments values ('binance', 'usdm', 'SOL/USDT:USDT', 'SOLUSDT', $1, now())`, [instrument({ symbol: 'SOL/USDT:USDT' })]);
      expect(await refused(3, 'promote', 'pool_full')).to.equal('No free slot: 2 of 2 are taken.');
      expect((await get('queue')).data[0]).to.include({ promotable: false, promotableReason: 'no free slot: 2 of 2 are taken', forcible: true });
      await user.agent.post(`/api/v1/queue/${user.id}-3/force`).expect(202);
    });

    it('slots are counted as configured, in the pool, the status and the queue (R-217, R-218)', async () => {
      await configure((settings) => Object.assign(settings.execution_pool, { count_dca_toward_pool: true, max_open_groups: 20 }));
      const legsOpen = Number((await api.pool.query(`select sum(legs_open) as sum from position_groups where user_id = $1 and status <> 'closed'`, [user.id])).rows[0].sum);
      expect([legsOpen > 0, await get('pool'), (await get('status')).pool.used]).to.deep.equal([true, { slots: 20, used: 2 + legsOpen, waiting: 1 }, 2 + legsOpen]);
      await configure((settings) => Object.assign(settings.execution_pool, { count_dca_toward_pool: false, max_open_groups: 10 }));
    });

    it('switches of the queue: expiry, price band, confirmation, halt', async () => {
      await configure((settings) => Object.assign(settings.waiting_rule, { expires_after_minutes: 15, price_band_percent: 5 }));
      await wait(entry(4, {}, { symbol: 'SOL/USDT:USDT' }));
      await price('SOL/USDT:USDT', '120');
      expect((await get('queue')).data[0]).to.include({ reason: 'price_band', promotable: false, promotableReason: 'the price 120 is 20 % from the entry price 100, the band is 5 %', expiresAt: '2026-11-21T12:15:00.000Z' });
      expect(await refused(4, 'promote', 'price_band')).to.include('the band is 5 %');
      await price('SOL/USDT:USDT', '101');
      await configure((settings) => (settings.intake.confirm_entries = true));
      await wait(entry(5, { unconfirmed: true }, { symbol: 'SOL/USDT:USDT' }));
      expect((await get('queue')).data[0]).to.include({ reason: 'awaiting_confirmation', promotable: true, expiresAt: '2026-11-21T12:05:00.000Z' });
      await user.agent.post('/api/v1/status/pause').send({}).expect(200);
      expect(await refused(5, 'promote', 'halted')).to.equal('New positions are halted.');
      await user.agent.post('/api/v1/status/resume').expect(200);
      await configure((settings) => Object.assign(settings, { intake: { ...settings.intake, confirm_entries: false }, waiting_rule: { ...settings.waiting_rule, expires_after_minutes: 0, price_band_percent: 0 } }));
    });

    /** Does what a worker would do with the next request. */
    const worker = async (signalId: string, outcome: object, waiting: QueuedEntry[]): Promise<void> => {
      const asked = await waitFor('a request', async () => (await api.pool.query<{ id: string }>(`select id from inbox where decided_at is null and event->>'type' like 'queue-%'`)).rows[0]);
      await wait(...waiting);
      await api.pool.query('update signals set status = $2, outcome = $3, reason = $4, detail = $5 where id = $1', [signalId, ...Object.values({ status: 'done', outcome: null, reason: null, detail: null, ...outcome })]);
      await api.pool.query('update inbox set decided_at = now() where id = $1', [asked.id]);
    };
    const fates: [string, object, boolean, number, object][] = [
      ['went: what became of it', { outcome: 'opened' }, false, 202, { status: 'done', outcome: 'opened' }],
      ['stays after all: 409 with the reason', { status: 'waiting', outcome: 'queued', reason: 'pool_full', detail: 'no free slot: 10 of 10 are taken' }, true, 409, { code: 'pool_full', detail: 'No free slot: 10 of 10 are taken.' }],
      ['was refused: 409 with the reason', { status: 'refused', outcome: 'refused', reason: 'stale_signal', detail: 'the alert is 90 s old, an entry lives 60 s' }, false, 409, { code: 'stale_signal', detail: 'The alert is 90 s old, an entry lives 60 s.' }],
    ];
    for (const [title, outcome, stays, status, expected] of fates) {
      it(`an entry that ${title}`, async () => {
        await api.pool.query(`update inbox set decided_at = now() where decided_at is null`);
        const stored = await api.pool.query(`insert into signals (user_id, account_id, endpoint_id, identity, symbol, timeframe, kind, payload) values ($1, $2, '', $3, '', '', 'entry', '{}') returning id`, [user.id, user.accountId, title]);
        const signalId = String(stored.rows[0].id);
        const one = entry(6, {}, { symbol: 'SOL/USDT:USDT', signalId });
        await wait(one);
        const [{ body }] = await Promise.all([user.agent.post(`/api/v1/queue/${user.id}-6/promote`).expect(status), worker(signalId, outcome, stays ? [one] : [])]);
        expect(body).to.include(expected);
      });
    }
  });

  it('keep an account from being removed', async () => {
    await user.agent.delete(`/api/v1/accounts/${user.accountId}`).expect(409).expect(({ body }) => expect(body.code).to.equal('account_in_use'));
  });

  it('take instrument rules by any spelling', async () => {
    for (const symbol of ['BTCUSDT', 'BTC/USDT', 'BTC/USDT:USDT', 'BTCUSDT.P']) {
      const { data } = await get(`precision?exchange=BINANCE&symbol=${encodeURIComponent(symbol)}`);
      expect(data[0], symbol).to.include({ symbol: 'BTC/USDT:USDT', tickSize: '0.01', stepSize: '0.001', notionalMin: '5' });
    }
    await user.agent.post('/api/v1/precision/refresh').expect(202);
    expect(api.knocks.slice(-2)).to.deep.equal(['spot', 'usdm'].map((market) => ({ queue: 'maintenance', payload: { task: 'refresh-instruments', venue: 'binance', market } })));
  });
});
