import { expect } from 'chai';
import type { OrderEvidence, SignalChain } from '#shared/contracts/http';
import { only } from '#test/support/e2e-story';
import { gridPlan, level } from '#test/support/engine-story';
import { startTestApi, type SignedIn, type TestApi } from '#test/support/api-app';
import { ShellStory } from '#test/support/shell-story';
import { postgresRigOn, type StoreRig } from '#test/support/store-rig';

describe('the evidence of a signal', function () {
  this.timeout(60_000);
  let api: TestApi;
  let user: SignedIn;
  let rig: StoreRig;
  let story: ShellStory;
  before(async () => {
    api = await startTestApi();
    user = await api.signIn();
    rig = postgresRigOn(api.databaseUrl);
    story = await ShellStory.on({ ...rig, addUser: async () => user.id, addAccount: async () => user.accountId, addSignal });
    // Nobody compares accounts here: the entries of a new one would wait for it.
    await api.pool.query('update reconciles set holds = null');
    story.settings.entryPlan = gridPlan({ levels: [level('0', '50', '1'), level('-1', '50', '1')] });
  });
  after(async () => {
    await rig.close();
    await api.close();
  });

  const addSignal = async (userId: string, accountId: string): Promise<string> => {
    const understood = { size: { type: 'quote', amount: '1000' }, slippageMaxPercent: '0.2', executionMode: 'grid', priceSignal: '100' };
    const { rows } = await api.pool.query<{ id: string }>(
      `insert into signals (user_id, account_id, endpoint_id, identity, symbol, timeframe, kind, side, payload) values ($1, $2, 'e', gen_random_uuid(), 'BTC/USDT:USDT', '15m', 'entry', 'long', $3) returning id`,
      [userId, accountId, { understood }],
    );
    return rows[0]?.id ?? '';
  };
  const shown = async (signalId: string): Promise<SignalChain> => (await user.agent.get(`/api/v1/signals/${signalId}`).expect(200)).body as SignalChain;
  const stepsOf = ({ steps }: OrderEvidence): string[] => steps.map(({ step }) => step);
  const evidenceOf = (chain: SignalChain, role: string, leg: number): OrderEvidence[] => chain.evidence.filter((_, index) => chain.orders[index]?.role === role && chain.orders[index]?.leg === leg);
  const deliver = (signalId: string | null, seconds: number, answer: number, code: string, body = '{"a":1}', endpoint = 'e'): Promise<unknown> =>
    api.pool.query(`insert into alerts (endpoint_id, user_id, received_at, content_type, body, answer, code, signal_id) values ($1, $2, now() + make_interval(secs => $3), 'text/plain', $4, $5, $6, $7)`, [endpoint, user.id, seconds, Buffer.from(body), answer, code, signalId]);

  it("an order whose answer is lost: recorded as sending, unknown, found by the venue's word, filled; each moment after the one before", async () => {
    story.exchange.submitScript.push('lost-answer');
    const signalId = await story.alert({ timeframe: '15m' });
    await story.rest();
    const lost = only(evidenceOf(await shown(signalId), 'entry', 0));
    expect(lost).to.deep.include({ number: 1, total: 2, attempt: 1, attempts: 1 });
    expect(lost.steps.map(({ step, detail }) => (step === 'found' ? `found: ${detail}` : step))).to.deep.equal(['decided', 'sending', 'unknown', 'found: open']);
    expect(lost.handling).to.deep.include({ done: true, note: null });
    for (const price of ['100', '99.9']) story.exchange.fill(lost.clientOrderId, '2.5', price);
    await story.rest();
    const chain = await shown(signalId);
    const filled = only(evidenceOf(chain, 'entry', 0));
    expect(stepsOf(filled)).to.deep.equal(['decided', 'sending', 'unknown', 'found', 'filled']);
    expect(filled.steps.slice(1).every(({ afterMs }) => afterMs !== null && afterMs >= 0), 'spans').to.equal(true);
    expect(chain.fills.filter(({ clientOrderId }) => clientOrderId === filled.clientOrderId).map(({ quantity, price }) => `${quantity} at ${price}`)).to.deep.equal(['2.5 at 100', '2.5 at 99.9']);
    expect(chain.evidence.map(({ clientOrderId, number, total }) => `${clientOrderId} ${number} of ${total}`)).to.deep.equal(chain.orders.map(({ clientOrderId }, index) => `${clientOrderId} ${index + 1} of ${chain.orders.length}`));
  });

  it('an order that never arrived: proved absent, and a second attempt at the same purpose', async () => {
    story.exchange.submitScript.push('lost');
    const signalId = await story.alert({ timeframe: '30m' });
    await story.rest();
    const [first, second, ...more] = evidenceOf(await shown(signalId), 'entry', 0);
    expect(more).to.deep.equal([]);
    expect([first, second].map((each) => `${each?.attempt} of ${each?.attempts}: ${each === undefined ? '' : stepsOf(each).join(' ')}`)).to.deep.equal(['1 of 2: decided sending unknown absent', '2 of 2: decided sending accepted']);
    expect(first?.steps.at(-1)?.detail).to.match(/not found at the venue twice/);
  });

  it("a refused order carries the venue's words; one that is cancelled says when that was decided and done", async () => {
    story.exchange.submitScript.push('refuse');
    const signalId = await story.alert({ timeframe: '1h' });
    await story.rest();
    const refused = only(evidenceOf(await shown(signalId), 'entry', 0));
    expect([stepsOf(refused), refused.steps.at(-1)?.detail]).to.deep.equal([['decided', 'sending', 'refused'], '-2019: Margin is insufficient']);
    const groupId = (await shown(signalId)).groupId ?? '';
    await story.enqueue({ key: `close:${groupId}`, aggregate: 'group', aggregateId: groupId, event: { type: 'close-requested', reason: 'manual', signalId: null, slippageMaxPercent: null }, dueAt: Date.now() - 1_000 });
    await story.rest();
    expect(stepsOf(only(evidenceOf(await shown(signalId), 'entry', 1)))).to.deep.equal(['decided', 'sending', 'accepted', 'cancel_asked', 'cancelled']);
  });

  it('delivery n of m: what made the signal, its repetitions, and the same content turned away; nothing of others', async () => {
    const signalId = await addSignal(user.id, user.accountId);
    await deliver(null, -30, 401, 'unauthorized');
    await deliver(signalId, 0, 202, 'accepted');
    await deliver(signalId, 2, 200, 'duplicate');
    await deliver(null, 3, 401, 'unauthorized', '{"a":2}');
    await deliver(null, 3, 401, 'unauthorized', '{"a":1}', 'another');
    await deliver(null, 7_200, 401, 'unauthorized');
    expect((await shown(signalId)).deliveries.map(({ answer, code }) => `${answer} ${code}`)).to.deep.equal(['401 unauthorized', '202 accepted', '200 duplicate']);
  });

  it('the intent: what was understood, in the units it was asked in; no orders, no evidence', async () => {
    const chain = await shown(await addSignal(user.id, user.accountId));
    expect(chain.intent).to.deep.equal({ kind: 'entry', side: 'long', symbol: 'BTC/USDT:USDT', timeframe: '15m', price: '100', size: { type: 'quote', amount: '1000' }, reduceFraction: null, stopLoss: null, takeProfit: null, slippageMaxPercent: '0.2', executionMode: 'grid' });
    expect([chain.orders, chain.evidence]).to.deep.equal([[], []]);
  });
});
