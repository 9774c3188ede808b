import { expect } from 'chai';
import type { ReconcileDifference, ReconcileRun } from '#shared/contracts/http';
import { clientOrderId } from '#shared/engine/ids';
import { dec } from '#shared/engine/num/units';
import { alert } from '#test/support/alert';
import { postAlert, type PositionDetail } from '#test/support/e2e-story';
import { HandTrader } from '#test/support/hand-trader';
import { waitFor } from '#test/support/wait-for';
import { WorkedStack } from '#test/support/worked-stack';

const keys = { apiKey: 'key-of-somebody-with-a-second-screen', secret: 'secret-of-somebody-with-a-second-screen' };

/** Two legs; every filled one rests a take-profit that nobody reaches. */
const settings = { grid_strategy: { levels: [{ gap_percent: 0, weight_percent: 50, tp_percent: 50 }, { gap_percent: -5, weight_percent: 50, tp_percent: 50 }], tp_mode: 'per_leg' } };

/** A person, a stray order and a death, through the whole of Tranche, against the paper exchange. */
describe('reconciliation, end to end', function () {
  this.timeout(180_000);
  let worked: WorkedStack;
  let hand: HandTrader;
  let endpoint: { id: string; secret: string };
  let accountId: string;

  const differences = async (): Promise<ReconcileDifference[]> => (await worked.stack.client.get<{ data: ReconcileDifference[] }>('/reconciliation/differences')).data;
  const runs = async (): Promise<ReconcileRun[]> => (await worked.stack.client.get<{ data: ReconcileRun[] }>(`/reconciliation/runs?accountId=${accountId}`)).data;
  /** The newest difference of a kind once it is as wished; the account is compared at once, instead of within half a minute. */
  async function found(what: string, wish: (difference: ReconcileDifference) => boolean): Promise<ReconcileDifference> {
    await worked.stack.client.post('/reconciliation/run', { accountId });
    return waitFor(what, async () => (await differences()).find(wish) ?? null, { timeoutMs: 60_000, everyMs: 200 });
  }
  /** Holds the first leg of a ladder of 1000 USDT at 100. */
  async function hold(base: string): Promise<PositionDetail> {
    await worked.market(base, '101');
    const { status } = await postAlert(worked.stack, endpoint, alert({ secret: endpoint.secret, symbol: `${base}USDT`, entryPrice: '100', orderSize: '1000', tradeId: `hold ${base}` }));
    expect(status).to.equal(202);
    await worked.ladder(base, 2);
    await worked.walk(base, '100');
    return worked.until('held, with its take-profit', base, ({ quantity, orders }) => dec(quantity).equals('5') && orders.some(({ role, status: of }) => role === 'take-profit' && of === 'open'));
  }

  const standing = async (): Promise<(string | number | null | undefined)[][]> => {
    const { data } = await worked.stack.client.get<{ data: { lastRun: ReconcileRun | null; entriesHeld: string | null; failures: number }[] }>('/reconciliation');
    return data.map(({ lastRun, entriesHeld, failures }) => [lastRun?.status, entriesHeld, failures]);
  };

  before(async () => {
    worked = await WorkedStack.start({ RHND: {}, RCAN: {}, RSTR: {}, RDIE: {}, RORP: {}, RSTP: {} });
    await worked.configure(settings);
    const { client, paperOrigin } = worked.stack;
    const account = await client.post<{ id: string }>('/accounts', { name: 'two screens', market: 'usdm', mode: 'paper', ...keys });
    accountId = account.id;
    endpoint = await client.post('/webhook-endpoints', { name: 'two screens', accountId });
    hand = new HandTrader(paperOrigin, keys);
    // Not its first report: what asks for another meanwhile, such as the stream that opens, holds its entries until that one.
    await waitFor('the entries of every account to go', async () => (await standing()).every(([status, held]) => status !== undefined && held === null), { timeoutMs: 30_000 });
  });
  after(() => worked?.stack.stop());

  it('every account has been compared, and its entries go', async () => {
    expect(await standing()).to.deep.equal([['clean', null, 0], ['clean', null, 0]]);
  });

  it('a position closed by hand ends its group as manual, and nothing is bought again', async () => {
    const position = await hold('RHND');
    await hand.market('RHNDUSDT', 'SELL', '5', true);
    const told = await found('the close by hand', ({ kind, symbol, state }) => kind === 'position_reduced' && symbol.startsWith('RHND') && state === 'done');
    expect([told.groupId, told.action, told.amount]).to.deep.equal([position.id, 'booked', '5']);
    const closed = await worked.until('closed', 'RHND', ({ status }) => status === 'closed');
    expect([closed.closeReason, closed.quantity, closed.orders.filter(({ role }) => role === 'close').length]).to.deep.equal(['manual', '0', 0]);
    await waitFor('its orders to be cancelled', async () => (await hand.open('RHNDUSDT')).length === 0);
    expect(dec(await hand.held('RHNDUSDT')).isZero()).to.equal(true);
  });

  it('an entry cancelled by hand stays so; a take-profit is placed again', async () => {
    const { orders } = await hold('RCAN');
    const entry = orders.find(({ role, status }) => role === 'entry' && status === 'open')!;
    const takeProfit = orders.find(({ role }) => role === 'take-profit')!;
    await hand.cancel('RCANUSDT', entry.clientOrderId);
    await hand.cancel('RCANUSDT', takeProfit.clientOrderId);
    const after = await worked.until('a new take-profit', 'RCAN', (position) => position.orders.some(({ role, status, clientOrderId: id }) => role === 'take-profit' && status === 'open' && id !== takeProfit.clientOrderId));
    expect(after.orders.find(({ clientOrderId: id }) => id === entry.clientOrderId)?.status).to.equal('cancelled');
    expect(after.orders.filter(({ role }) => role === 'entry')).to.have.length(2);
  });

  it('a stray order that carries our scheme is cancelled; a person\'s is left alone', async () => {
    const { orders } = await hold('RSTR');
    const prefix = orders[0]!.clientOrderId.slice(0, 5);
    const stray = clientOrderId(prefix, { groupId: '99999999', role: 'entry', pyramid: 0, leg: 0, generation: 0 });
    await hand.limit('RSTRUSDT', 'BUY', '1', '80', stray);
    await hand.limit('RSTRUSDT', 'BUY', '1', '80', 'web_mine');
    // What is younger than a few seconds may be on its way and is left alone.
    await waitFor('the stray to be cancelled', async () => {
      await worked.stack.client.post('/reconciliation/run', { accountId });
      return !(await hand.open('RSTRUSDT')).includes(stray);
    }, { timeoutMs: 60_000, everyMs: 1_000 });
    const told = await found('the report of it', ({ clientOrderId: id }) => id === stray);
    expect([told.kind, told.state, told.action]).to.deep.equal(['orphan_order', 'done', 'cancelled']);
    expect(await hand.open('RSTRUSDT')).to.include('web_mine');
    await hand.cancel('RSTRUSDT', 'web_mine');
  });

  it('the workers are killed and the market goes on: after the start everything is booked once, and entries go again', async () => {
    await hold('RDIE');
    worked.stack.kill('workers');
    await worked.walk('RDIE', '95');
    const position = await worked.until('the second leg', 'RDIE', ({ quantity }) => dec(quantity).greaterThan('10'));
    expect(position.fills).to.have.length(2);
    expect(dec(await hand.held('RDIEUSDT')).toFixed()).to.equal(dec(position.quantity).toFixed());
    const start = await waitFor('the report of the second start', async () => (await runs()).find(({ occasion, status }) => occasion === 'start' && status !== 'failed') ?? null, { timeoutMs: 30_000 });
    expect(start.ordersCompared).to.be.greaterThan(0);
    await waitFor('entries to be let go', async () => (await worked.stack.client.get<{ data: { entriesHeld: string | null }[] }>('/reconciliation')).data.every(({ entriesHeld }) => entriesHeld === null), { timeoutMs: 30_000 });
  });

  it('a position nobody here has opened is asked about; a person closes it', async () => {
    await worked.market('RORP', '100');
    await hand.market('RORPUSDT', 'BUY', '3');
    const asks = await found('the question', ({ kind, symbol, state }) => kind === 'orphan_position' && symbol.startsWith('RORP') && state === 'asks');
    expect([asks.side, asks.amount, asks.groupId]).to.deep.equal(['long', '3', null]);
    await worked.stack.client.post(`/reconciliation/differences/${asks.id}/decide`, { decision: 'close' });
    const closed = await worked.until('closed', 'RORP', ({ status }) => status === 'closed');
    expect(closed.closeReason).to.equal('manual');
    expect(dec(await hand.held('RORPUSDT')).isZero()).to.equal(true);
    const told = await found('what became of it', ({ id, state }) => id === asks.id && state === 'closed');
    expect([told.groupId, told.decidedBy]).to.deep.equal([closed.id, 'trader@example.com']);
  });

  it('nobody decides, and the price falls to its emergency stop: it is closed by itself', async () => {
    await worked.market('RSTP', '100');
    await hand.market('RSTPUSDT', 'BUY', '2');
    const asks = await found('the stop', ({ kind, symbol, state, stop }) => kind === 'orphan_position' && symbol.startsWith('RSTP') && state === 'asks' && stop !== null);
    expect(asks.stop).to.equal('98');
    await worked.walk('RSTP', '98.01');
    expect(dec(await hand.held('RSTPUSDT')).toFixed()).to.equal('2');
    await worked.walk('RSTP', '98');
    // What the comparisons before have left of the venue's limits must not matter.
    await waitFor('the end of it', async () => (await differences()).some(({ id, state }) => id === asks.id && state === 'closed'), { timeoutMs: 20_000, everyMs: 200 });
    const closed = await worked.until('closed', 'RSTP', ({ status }) => status === 'closed');
    expect([closed.closeReason, dec(await hand.held('RSTPUSDT')).isZero()]).to.deep.equal(['stop_loss', true]);
    const told = await found('what became of it', ({ id, state }) => id === asks.id && state === 'closed');
    expect([told.groupId, told.action, told.decidedBy]).to.deep.equal([closed.id, 'stopped', null]);
  });

  it('another deployment sends an order on the account: nothing new is entered until a person accepts it and re-arms', async () => {
    const theirs = clientOrderId('qqqqq', { groupId: '7', role: 'entry', pyramid: 0, leg: 0, generation: 0 });
    // Of a symbol that is held here: soon after a look at all orders, the next is at those of our symbols alone and names no other order.
    await hand.limit('RDIEUSDT', 'BUY', '1', '80', theirs);
    const asks = await found('the question', ({ kind, state }) => kind === 'other_deployment' && state === 'asks');
    expect([asks.venue, asks.clientOrderId]).to.deep.equal(['qqqqq', theirs]);
    const halted = async (): Promise<unknown> => (await worked.stack.client.get<{ halts: { code: string | null }[] }>('/status')).halts.map(({ code }) => code);
    expect(await halted()).to.deep.equal(['second_deployment']);
    await worked.stack.client.post(`/reconciliation/differences/${asks.id}/decide`, { decision: 'ignore' });
    await worked.stack.client.post('/status/resume', { kind: 'safe_mode', accountId, reason: 'it is mine' });
    await worked.stack.client.post('/reconciliation/run', { accountId });
    await waitFor('a look that finds it accepted', async () => (await runs())[0]?.occasion === 'asked');
    expect([await halted(), (await hand.open('RDIEUSDT')).includes(theirs)]).to.deep.equal([[], true]);
    await hand.cancel('RDIEUSDT', theirs);
  });

  it('compared once more, nothing is left to do', async () => {
    const [before, askedAt] = [(await differences()).length, Date.now()];
    await worked.stack.client.post('/reconciliation/run', { accountId });
    const asked = await waitFor('the report', async () => (await runs()).find(({ occasion, startedAt }) => occasion === 'asked' && Date.parse(startedAt) >= askedAt) ?? null);
    expect([asked.status, asked.mended, (await differences()).length]).to.deep.equal(['clean', 0, before]);
  });
});
