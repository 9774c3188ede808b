import { expect } from 'chai';
import type { RiskAction, RiskFlagAnswer, RiskRunAnswer, RiskView } from '#shared/contracts/http';
import { dec, sum } from '#shared/engine/num/units';
import { paperLedger } from '#test/support/paper-ledger';
import { waitFor } from '#test/support/wait-for';
import { grossOf, WorkedStack } from '#test/support/worked-stack';

/** One entry leg, a common target nobody reaches, and cycles only when a person asks. */
const settings = {
  grid_strategy: { levels: [{ gap_percent: 0, weight_percent: 100, tp_percent: 50 }], tp_mode: 'aggregate', tp_percent: 50 },
  risk_engine: { require_full_pyramids: false, enable_post_full_wait: false, evaluate_on_fill: false, evaluate_interval_sec: 86_400 },
};

/** E-13 through the whole of Tranche, against the paper exchange. */
describe('the risk engine, end to end', function () {
  this.timeout(120_000);
  let worked: WorkedStack;
  const get = (): Promise<RiskView> => worked.stack.client.get<RiskView>('/risk');
  const actions = async (): Promise<RiskAction[]> => (await worked.stack.client.get<{ data: RiskAction[] }>('/risk/actions')).data;

  async function hold(base: string, entry: string, quantity: string): Promise<string> {
    await worked.market(base, dec(entry).times('1.01').toFixed());
    await worked.alert(base, { entryPrice: entry, orderSize: dec(entry).times(quantity).toFixed() });
    await worked.ladder(base, 1);
    await worked.walk(base, entry);
    return (await worked.until('held', base, (position) => dec(position.quantity).equals(quantity))).id;
  }
  const ids: Record<string, string> = {};

  before(async () => {
    worked = await WorkedStack.start({ RLOS: {}, RAAA: {}, RBBB: {} });
    await worked.configure(settings);
    ids.loser = await hold('RLOS', '100', '20');
    ids.first = await hold('RAAA', '50', '20');
    ids.second = await hold('RBBB', '10', '100');
    await worked.market('RLOS', '94');
    await worked.market('RAAA', '54');
    await worked.market('RBBB', '10.5');
    await waitFor('the prices', async () => {
      const { losers, winners } = await get();
      return losers.length === 1 && winners.length === 2 && losers[0]?.pnlUsd === '-120' && winners[0]?.pnlUsd === '80';
    });
  });
  after(() => worked?.stack.stop());

  it('shows the plan of E-13 before anything is done, and for each group why', async () => {
    const view = await get();
    expect(view).to.include({ status: 'idle', reason: null });
    expect(view.plan).to.include({ requiredUsd: '120', coveredUsd: '120', netUsd: '0' });
    expect(view.plan?.loser).to.include({ groupId: ids.loser, lossPercent: '-6', lossUsd: '-120', closeQuantity: '20', whole: true });
    expect(view.plan?.winners.map(({ groupId, profitUsd, closeQuantity, realisedUsd, whole }) => [groupId, profitUsd, closeQuantity, realisedUsd, whole])).to.deep.equal([
      [ids.first, '80', '20', '80', true],
      [ids.second, '50', '80', '40', false],
    ]);
    expect(view.plan?.feesExpectedUsd).to.match(/^\d/);
    expect(view.losers[0]).to.deep.include({ pnlPercent: '-6', winningOffsets: { count: 2, totalUsd: '130' } });
    expect(view.losers[0]?.loser).to.include({ eligible: true, rank: 1 });
    expect(view.winners[0]?.loser.conditions.find(({ name }) => name === 'loss')).to.deep.include({ met: false, actual: '8', required: '-5' });
  });

  it('skip once and block are flags a person sees, and a cycle goes by them', async () => {
    const { client } = worked.stack;
    expect((await client.post<RiskFlagAnswer>(`/risk/groups/${ids.loser}/skip-once`)).skippedAt).to.be.a('string');
    const skipped = await client.post<RiskRunAnswer>('/risk/run');
    expect(skipped).to.include({ status: 'done', plan: null, reason: 'no_loser', action: null });
    expect((await get()).losers[0]?.skippedAt, 'cleared by a cycle').to.equal(null);
    await client.post(`/risk/groups/${ids.first}/block`);
    expect((await get()).plan?.winners.map(({ groupId }) => groupId)).to.deep.equal([ids.second]);
    expect((await client.post<RiskFlagAnswer>(`/risk/groups/${ids.first}/unblock`)).blockedAt).to.equal(null);
  });

  it('a group that gains cannot be offset, and the answer says why', async () => {
    const answer = await worked.stack.client.post<RiskRunAnswer>('/risk/run', { groupId: ids.first });
    expect(answer).to.include({ status: 'done', reason: 'no_loser' });
    expect(answer.words).to.include('Stands at 8 %');
  });

  it('E-13 run now: the winners pay, the loser is gone, the ledgers agree to the last digit', async () => {
    const answer = await worked.stack.client.post<RiskRunAnswer>('/risk/run');
    expect(answer).to.include({ status: 'done' });
    expect(answer.action).to.include({ status: 'completed', winnersRealisedUsd: '120', loserRealisedUsd: '-120', netRealisedUsd: '0' });
    const [loser] = await worked.positions('RLOS');
    const [first] = await worked.positions('RAAA');
    const [second] = await worked.positions('RBBB');
    expect([loser!, first!].map((position) => [position.status, position.closeReason, position.quantity, grossOf(position)])).to.deep.equal([
      ['closed', 'offset', '0', '-120'],
      ['closed', 'offset', '0', '80'],
    ]);
    expect(second).to.include({ status: 'active', quantity: '20' });
    const ledger = await paperLedger(worked.stack);
    expect(ledger.positions.map(({ symbol, quantity }) => [symbol, quantity])).to.deep.equal([['RBBBUSDT', '20']]);
    const fees = sum(ledger.trades.map(({ fee }) => fee));
    expect(dec(ledger.walletChange).plus(fees).toFixed(), 'net of the offset, before fees').to.equal('0');
    expect((await worked.stack.client.get<{ used: number }>('/pool')).used, 'two slots are free').to.equal(1);
  });

  it('keeps it in the history, with what it has saved since', async () => {
    await worked.market('RLOS', '90');
    const saved = await waitFor('the price', async () => {
      const [last] = await actions();
      return last?.savedSinceUsd === '80' ? last : null;
    });
    expect(saved.steps.map(({ role, state, quantityClosed, realisedUsd }) => [role, state, quantityClosed, realisedUsd])).to.deep.equal([
      ['winner', 'done', '20', '80'],
      ['winner', 'done', '80', '40'],
      ['loser', 'done', '20', '-120'],
    ]);
  });

  it('by itself in the rounds of time: a loser that comes later is paid for by what is left', async () => {
    // Fills must not begin it: the rounds of time are what is told.
    await worked.configure({ ...settings, risk_engine: { ...settings.risk_engine, evaluate_on_fill: false, evaluate_interval_sec: 1 } });
    ids.next = await hold('RLOS', '90', '10');
    await worked.market('RLOS', '85');
    const done = await waitFor('an offset by itself', async () => {
      const [newest] = await actions();
      return newest !== undefined && newest.loserGroupId === ids.next && newest.endedAt !== null ? newest : null;
    });
    expect(done).to.include({ status: 'completed', trigger: 'time', winnersRealisedUsd: '10' });
    // 10 of 50: two of ten.
    expect((await worked.positions('RLOS'))[0]).to.include({ quantity: '8' });
  });
});
