import { expect } from 'chai';
import type { LadderPlan, SignalChain } from '#shared/contracts/http';
import { money, price } from '#shared/engine/num/units';
import { gridPlan } from '#test/support/engine-story';
import { startTestApi, type SignedIn, type TestApi } from '#test/support/api-app';
import { ShellStory } from '#test/support/shell-story';
import { postgresRigOn, type StoreRig } from '#test/support/store-rig';

describe('the plan that travels with a signal', function () {
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
    story.settings.entryPlan = gridPlan();
  });
  after(async () => {
    await rig.close();
    await api.close();
  });

  /** An alert as the intake stores it. */
  const addSignal = async (userId: string, accountId: string): Promise<string> => {
    const { rows } = await api.pool.query<{ id: string }>(
      `insert into signals (user_id, account_id, endpoint_id, identity, symbol, timeframe, kind, side, payload) values ($1, $2, 'e', gen_random_uuid(), 'BTC/USDT:USDT', '15m', 'entry', 'long', '{"understood":{}}') returning id`,
      [userId, accountId],
    );
    return rows[0]?.id ?? '';
  };
  /** An alert, worked; what its page shows. */
  const shown = async (changes: Parameters<ShellStory['alert']>[0] = {}): Promise<SignalChain> => {
    const signalId = await story.alert(changes);
    await story.round();
    return (await user.agent.get(`/api/v1/signals/${signalId}`).expect(200)).body as SignalChain;
  };
  const balance = async (free: string): Promise<void> => {
    story.exchange.wallet = { free, total: free };
    // What was promised before shows in a balance that is asked for later.
    story.ahead += 20_000;
    await story.accounts.seek(user.accountId, 500);
  };
  const planOf = (chain: SignalChain): LadderPlan => {
    if (chain.plan === null) throw new Error(`signal ${chain.id} has no plan`);
    return chain.plan;
  };

  it('a ladder that is covered goes whole', async () => {
    await balance('5000');
    const chain = await shown({ timeframe: '15m' });
    expect([chain.outcome, chain.orders.length]).to.deep.equal(['opened', 5]);
    expect(planOf(chain)).to.deep.include({ pyramid: 0, capital: '1000', asset: 'USDT', check: 'trim', leverage: '1', notional: '999.85', needed: '999.85', free: '5000', leftOut: 0, warnings: [] });
    expect(planOf(chain).legs[1]).to.deep.equal({ index: 1, price: '99.5', quantity: '2.01', notional: '199.995', weightPercent: '20', tpPercent: '0.5', blocked: null });
  });

  it('two signals in a row do not spend the same money, though the venue has told nothing new', async () => {
    await balance('1500');
    const reads = story.exchange.balanceReads;
    const [first, second] = [await shown({ timeframe: '30m' }), await shown({ timeframe: '1h' })];
    expect(story.exchange.balanceReads).to.equal(reads);
    expect([planOf(first).free, planOf(second).free]).to.deep.equal(['1500', '500.15']);
    expect([first.orders.length, second.orders.map((order) => order.leg)]).to.deep.equal([5, [0, 1]]);
    expect(planOf(second).warnings).to.deep.equal([{ code: 'legs_left_out', detail: '3 of 5 legs are left out: the ladder needs 999.85 USDT, 500.15 USDT is free' }]);
  });

  it('a signal refused for want of balance says what it would have needed', async () => {
    await balance('100');
    const chain = await shown({ timeframe: '4h' });
    expect(chain).to.deep.include({ status: 'refused', reason: 'insufficient_balance', detail: 'the first leg needs 200 USDT, 100 USDT is free', groupId: null });
    expect(planOf(chain)).to.deep.include({ needed: '999.85', free: '100', leftOut: 5 });
  });

  it('a signal refused because every leg is too small says so of each', async () => {
    await balance('5000');
    const chain = await shown({ timeframe: '6h', size: { type: 'quote', amount: '20' as never } });
    expect(chain.reason).to.equal('every_leg_blocked');
    expect(planOf(chain).legs.map((leg) => leg.blocked?.split(':')[0])).to.deep.equal(Array.from({ length: 5 }, () => 'below_minimum_notional'));
  });

  it('a further pyramid shows its own plan', async () => {
    const chain = await shown({ timeframe: '15m', priceSignal: price('98') });
    expect([chain.outcome, planOf(chain).pyramid, planOf(chain).entryPrice]).to.deep.equal(['pyramid_added', 1, '98']);
  });

  it('a share of the account is taken from what the venue tells', async () => {
    story.settings.sizing = { ...story.settings.sizing, mode: 'equity_percent' };
    await balance('3000');
    expect(planOf(await shown({ timeframe: '12h' })).capital).to.equal('300');
  });

  it('an account whose venue does not answer: the check lets pass with a warning, a share of the account is refused', async () => {
    story.exchange.wallet = null;
    story.ahead += 90_000;
    const refused = await shown({ timeframe: '1d' });
    expect([refused.reason, refused.plan]).to.deep.equal(['no_balance', null]);
    story.settings.sizing = { ...story.settings.sizing, mode: 'fixed_quote', fixedQuote: money('500') };
    const passed = await shown({ timeframe: '1d' });
    expect([passed.outcome, passed.orders.length, planOf(passed).warnings.map(({ code }) => code)]).to.deep.equal(['opened', 5, ['balance_unknown']]);
  });

  it('another user sees nothing of it', async () => {
    const other = await api.signIn('other@example.com', 'trader');
    const { body } = await user.agent.get('/api/v1/signals').expect(200);
    await other.agent.get(`/api/v1/signals/${(body as { data: { id: string }[] }).data[0]?.id}`).expect(404);
  });
});
