import { expect } from 'chai';
import { createPostgresStore } from '#shared/adapters/store/postgres-store';
import type { GroupEvent } from '#shared/engine/messages/events';
import { emptyPool, type QueuedEntry } from '#shared/engine/pool/pool';
import type { GroupStory } from '#test/support/engine-story';
import { GroupStory as Story, instrument, signal } from '#test/support/engine-story';
import { startTestApi, type SignedIn, type TestApi } from '#test/support/api-app';

const at = Date.parse('2026-11-21T12:00:00Z');

describe('positions, queue, orders and fills', () => {
  let api: TestApi;
  let user: SignedIn;
  let other: SignedIn;

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
    expect(rows[0]).to.deep.equal({ aggregate: 'group', aggregate_id: '7', event: { type: 'close-requested', reason: 'manual', signalId: null } });
    expect(api.knocks.at(-1)).to.deep.equal({ queue: 'signal', payload: { inboxId: answers[0]?.body.requestId } });
  });

  it('are closed all but those that close already', async () => {
    const { body } = await user.agent.post('/api/v1/positions/close-all').send({}).expect(202);
    expect(body.requested).to.have.length(1);
    await user.agent.post('/api/v1/positions/close-all').send({ everything: true }).expect(400);
  });

  it('count in the pool, and wait in the queue with rank, loss and expected profit', async () => {
    const entry = (id: string, change: Partial<QueuedEntry>): QueuedEntry => ({ id, signal: signal({ userId: user.id, accountId: user.accountId, signalId: '5' }), reason: 'pool_full', queuedAt: at, replacementCount: 2, replacedAt: null, forced: false, ...change });
    const pool = { ...emptyPool(user.id), waiting: [entry(`${user.id}-1`, {}), entry(`${user.id}-2`, { reason: 'opposite_side' })] };
    await api.pool.query('insert into pools values ($1, 1, $2) on conflict (user_id) do update set state = excluded.state', [user.id, pool]);
    expect(await get('pool')).to.deep.equal({ slots: 10, used: 2, waiting: 2 });
    const { data } = await get('queue');
    // The price is 101 against a queued entry of 100; 1000 of capital on the default ladder (E-44).
    expect(data[0]).to.include({ rank: 1, lossPercent: '1', expectedProfit: '12', replacementCount: 2, entryPrice: '100', reason: 'pool_full' });
    const { body } = await user.agent.post(`/api/v1/queue/${user.id}-1/promote`).expect(202);
    const { rows } = await api.pool.query('select aggregate, aggregate_id, event from inbox where id = $1', [body.requestId]);
    expect(rows[0]).to.deep.equal({ aggregate: 'pool', aggregate_id: user.id, event: { type: 'queue-promote', queueId: `${user.id}-1` } });
    await user.agent.post(`/api/v1/queue/${user.id}-2/force`).expect(409).expect((answer) => expect(answer.body.code).to.equal('opposite_side'));
    await user.agent.delete(`/api/v1/queue/${user.id}-2`).expect(202);
    await other.agent.delete(`/api/v1/queue/${user.id}-1`).expect(404);
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
