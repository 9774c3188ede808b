import { expect } from 'chai';
import { dec } from '#shared/engine/num/units';
import { waitFor } from '#test/support/wait-for';
import { grossOf, ladderOf, takeProfitsOf, WorkedStack } from '#test/support/worked-stack';

const rung = (gap: number, weight: number, tp: number) => ({ gap_percent: gap, weight_percent: weight, tp_percent: tp });
const e01 = [
  ['100', '2'],
  ['99.5', '2.01'],
  ['99', '2.02'],
  ['98.5', '2.03'],
  ['98', '2.04'],
];

/** Worked examples through the whole of Tranche, against the paper exchange: the same numbers as on paper, before fees. */
describe('worked examples, end to end', function () {
  this.timeout(120_000);
  let worked: WorkedStack;

  before(async () => {
    worked = await WorkedStack.start({
      AONE: {},
      ATHREE: {},
      AFOUR: { tick: '0.00001', step: '1' },
      AFIVE: {},
      ASIX: {},
      ASEVEN: { tick: '0.1', step: '0.0001' },
      AEIGHT: {},
      ANINE: {},
      ATEN: {},
      AKB: {},
      AKC: {},
      AKD: {},
      ASLIP: {},
      AQUE: {},
      ASIZE: {},
      ARED: {},
      ANORM: {},
    });
  });
  after(() => worked?.stack.stop());
  beforeEach(() => worked.configure({}));

  it('E-01 default grid, long: prices, quantities, and all take-profits together 11.9678', async () => {
    await worked.market('AONE', '101');
    await worked.alert('AONE', { entryPrice: '100' });
    expect(ladderOf(await worked.ladder('AONE', 5))).to.deep.equal(e01);
    await worked.walk('AONE', '100', '99.5', '99', '98.5', '98');
    const held = await worked.until('five take-profits at the venue', 'AONE', ({ orders }) => orders.filter(({ role, status }) => role === 'take-profit' && status === 'open').length === 5);
    expect(takeProfitsOf(held)).to.deep.equal(['101', '99.99', '100.98', '99.97', '98.98']);
    await worked.walk('AONE', '98.98', '99.97', '99.99', '100.98', '101');
    expect(grossOf(await worked.until('closed', 'AONE', ({ status }) => status === 'closed'))).to.equal('11.9678');
  });

  it('E-03 short mirror: gaps up, targets down, all take-profits together 12.0278', async () => {
    await worked.market('ATHREE', '99');
    await worked.alert('ATHREE', { entryPrice: '100', action: 'sell' });
    expect(ladderOf(await worked.ladder('ATHREE', 5))).to.deep.equal([['100', '2'], ['100.5', '1.99'], ['101', '1.98'], ['101.5', '1.97'], ['102', '1.96']]);
    await worked.walk('ATHREE', '100', '100.5', '101', '101.5', '102');
    const held = await worked.until('five take-profits at the venue', 'ATHREE', ({ orders }) => orders.filter(({ role, status }) => role === 'take-profit' && status === 'open').length === 5);
    expect(takeProfitsOf(held)).to.deep.equal(['99', '99.99', '98.98', '99.97', '100.98']);
    await worked.walk('ATHREE', '100.98', '99.99', '99.97', '99', '98.98');
    expect(grossOf(await worked.until('closed', 'ATHREE', ({ status }) => status === 'closed'))).to.equal('12.0278');
  });

  it('E-04 a price of 0.01171 with tick 0.00001 and step 1', async () => {
    await worked.market('AFOUR', '0.0118');
    await worked.alert('AFOUR', { entryPrice: '0.01171', orderSize: '500' });
    expect(ladderOf(await worked.ladder('AFOUR', 5))).to.deep.equal([['0.01171', '8539'], ['0.01165', '8583'], ['0.01159', '8628'], ['0.01153', '8673'], ['0.01147', '8718']]);
  });

  it('E-05 a second pyramid takes its gaps from its own entry of 103', async () => {
    await worked.market('AFIVE', '104');
    await worked.alert('AFIVE', { entryPrice: '100' });
    await worked.ladder('AFIVE', 5);
    await worked.alert('AFIVE', { entryPrice: '103' });
    const position = await worked.ladder('AFIVE', 10);
    expect(ladderOf(position, 1)).to.deep.equal([['103', '1.941'], ['102.48', '1.951'], ['101.97', '1.961'], ['101.45', '1.971'], ['100.94', '1.981']]);
  });

  it('E-06 pyramids 1 and 3 have ladders of their own, 0 and 2 the default', async () => {
    await worked.configure({ grid_strategy: { pyramid_specific_levels: { 1: [rung(0, 50, 1), rung(-1, 50, 1.5)], 3: [rung(0, 40, 2), rung(-0.8, 35, 1.2), rung(-2.4, 25, 3)] } } });
    await worked.market('ASIX', '106');
    let entries = 0;
    for (const [entryPrice, legs] of [['100', 5], ['103', 2], ['105', 5], ['104.5', 3]] as const) {
      await worked.alert('ASIX', { entryPrice });
      await worked.ladder('ASIX', (entries += legs));
    }
    const [position] = await worked.positions('ASIX');
    expect([0, 1, 2, 3].map((index) => ladderOf(position!, index))).to.deep.equal([
      e01,
      [['103', '4.854'], ['101.97', '4.903']],
      [['105', '1.904'], ['104.47', '1.914'], ['103.95', '1.924'], ['103.42', '1.933'], ['102.9', '1.943']],
      [['104.5', '3.827'], ['103.66', '3.376'], ['101.99', '2.451']],
    ]);
  });

  it('E-07 a tick 0.10 and step 0.0001 at 43256.78', async () => {
    await worked.market('ASEVEN', '43300');
    await worked.alert('ASEVEN', { entryPrice: '43256.78' });
    expect(ladderOf(await worked.ladder('ASEVEN', 5))).to.deep.equal([['43256.7', '0.0046'], ['43040.4', '0.0046'], ['42824.2', '0.0046'], ['42607.9', '0.0046'], ['42391.6', '0.0047']]);
  });

  it('E-08 aggregate: three legs held, nothing at 100.48, all closed at 100.49 for 5.9797', async () => {
    await worked.configure({ grid_strategy: { tp_mode: 'aggregate' } });
    await worked.market('AEIGHT', '100.4');
    await worked.alert('AEIGHT', { entryPrice: '100' });
    await worked.ladder('AEIGHT', 5);
    await worked.walk('AEIGHT', '100', '99.5', '99');
    await worked.until('three legs held', 'AEIGHT', ({ quantity }) => quantity === '6.03');
    await worked.walk('AEIGHT', '100.48');
    await worked.until('the last price', 'AEIGHT', ({ priceLast }) => priceLast !== null && dec(priceLast).equals('100.48'));
    expect((await worked.positions('AEIGHT'))[0]?.quantity).to.equal('6.03');
    await worked.walk('AEIGHT', '100.49');
    const closed = await worked.until('closed', 'AEIGHT', ({ status }) => status === 'closed');
    expect([closed.closeReason, grossOf(closed)]).to.deep.equal(['take_profit', '5.9797']);
  });

  it('E-09 hybrid: two legs by their own targets, the rest by the common one at 100.49, together 7.9588', async () => {
    await worked.configure({ grid_strategy: { tp_mode: 'hybrid' } });
    await worked.market('ANINE', '100.1');
    await worked.alert('ANINE', { entryPrice: '100' });
    await worked.ladder('ANINE', 5);
    await worked.walk('ANINE', '100', '99.5', '99', '98.5');
    await worked.until('four take-profits', 'ANINE', ({ orders }) => orders.filter(({ role, status }) => role === 'take-profit' && status === 'open').length === 4);
    await worked.walk('ANINE', '99.97', '99.99');
    await worked.until('two legs left', 'ANINE', ({ quantity }) => quantity === '4.02');
    await worked.walk('ANINE', '100.49');
    expect(grossOf(await worked.until('closed', 'ANINE', ({ status }) => status === 'closed'))).to.equal('7.9588');
  });

  it('E-10 pyramid aggregate, targets 1, 1.5 and 3 percent: the whole of 9.769 closes at 104.28', async () => {
    const far = (gap: number) => [rung(0, 20, 1), rung(gap, 80, 1)];
    await worked.configure({
      grid_strategy: {
        tp_mode: 'pyramid_aggregate',
        levels: [rung(0, 20, 1), rung(-0.5, 20, 1), rung(-50, 60, 1)],
        pyramid_specific_levels: { 1: far(-50), 2: [rung(0, 20, 1), rung(-0.5, 20, 1), rung(-50, 60, 1)] },
        pyramid_tp_percents: { 0: 1, 1: 1.5, 2: 3 },
      },
    });
    await worked.market('ATEN', '106');
    let entries = 0;
    for (const [entryPrice, legs] of [['100', 3], ['103', 2], ['105', 3]] as const) {
      await worked.alert('ATEN', { entryPrice });
      await worked.ladder('ATEN', (entries += legs));
    }
    await worked.walk('ATEN', '105', '104.47', '103', '100', '99.5');
    await worked.until('all five held', 'ATEN', ({ quantity }) => quantity === '9.769');
    await worked.walk('ATEN', '104.27', '104.28');
    const closed = await worked.until('closed', 'ATEN', ({ status }) => status === 'closed');
    expect(grossOf(closed)).to.equal(dec('9.769').times('104.28').minus('999.79358').toFixed());
  });

  it('E-19 and E-22 a pool of two: a pyramid goes at once, a new pair waits, is replaced twice, keeps its place, and starts from its last price', async () => {
    await worked.stack.client.post('/positions/close-all');
    await waitFor('an empty pool', async () => (await worked.stack.client.get<{ pool: { used: number } }>('/status')).pool.used === 0, { timeoutMs: 30_000 });
    await worked.configure({ execution_pool: { max_open_groups: 2 } });
    for (const base of ['AKB', 'AKC', 'AKD', 'AQUE']) await worked.market(base, '3100');
    await worked.alert('AKB', { entryPrice: '3000' });
    await worked.ladder('AKB', 5);
    await worked.alert('AKC', { entryPrice: '3000' });
    await worked.ladder('AKC', 5);
    await worked.alert('AKC', { entryPrice: '2990' });
    await worked.ladder('AKC', 10);
    interface Row {
      id: string;
      symbol: string;
      entryPrice: string;
      replacementCount: number;
      queuedAt: string;
      lossPercent: string;
    }
    const queue = async (): Promise<Row[]> => {
      const answer = await worked.stack.client.get<Row[] | { data: Row[] }>('/queue');
      return Array.isArray(answer) ? answer : answer.data;
    };
    const row = (entryPrice: string): Promise<Row> =>
      waitFor(`a queued entry at ${entryPrice}`, async () => (await queue()).find((each) => each.symbol.startsWith('AQUE') && each.entryPrice === entryPrice));
    await worked.alert('AQUE', { entryPrice: '3000' });
    const first = await row('3000');
    await worked.alert('AQUE', { entryPrice: '2980' });
    await row('2980');
    await worked.alert('AQUE', { entryPrice: '2950' });
    const last = await row('2950');
    expect([last.replacementCount, last.queuedAt]).to.deep.equal([2, first.queuedAt]);
    await worked.market('AQUE', '2900');
    const loss = await waitFor('the loss at 2900', async () => (await queue()).find((each) => each.lossPercent?.startsWith('-1.69')));
    expect(dec(loss.lossPercent).toFixed(4)).to.equal('-1.6949');
    await worked.market('AQUE', '3100');
    await worked.alert('AKB', { type: 'exit', action: 'sell' });
    const promoted = await worked.ladder('AQUE', 5);
    expect(ladderOf(promoted)[0]?.[0]).to.equal('2950');
  });

  it('E-20 a close that slips 1.1 percent is closed at the real price and told with expected, actual and percent', async () => {
    await worked.market('ASLIP', '100.5');
    await worked.alert('ASLIP', { entryPrice: '100' });
    await worked.ladder('ASLIP', 5);
    await worked.walk('ASLIP', '100');
    await worked.until('one leg held, and the price seen', 'ASLIP', ({ quantity, priceLast }) => quantity === '2' && priceLast !== null && dec(priceLast).equals('100'));
    await worked.control('fill-model', { slippageBps: '110' });
    await worked.alert('ASLIP', { type: 'exit', action: 'sell' });
    const closed = await worked.until('closed', 'ASLIP', ({ status }) => status === 'closed');
    await worked.control('fill-model', { slippageBps: '0' });
    const close = closed.orders.find(({ role }) => role === 'close') as unknown as { priceExpected: string; slippagePercent: string };
    expect([grossOf(closed), dec(close.priceExpected).toFixed(), dec(close.slippagePercent).toFixed()]).to.deep.equal(['-2.2', '100', '1.1']);
  });

  it('E-49 order_size 2.5 as base is 250 USDT; as quote every leg is below the minimum and the signal is refused', async () => {
    await worked.market('ASIZE', '101');
    const refused = await worked.alert('ASIZE', { entryPrice: '100', orderSize: '2.5', sizeType: 'quote' });
    const signal = await waitFor('the refusal', async () => {
      const found = await worked.stack.client.get<{ status: string; reason: string | null }>(`/signals/${refused}`);
      return found.status === 'refused' ? found : null;
    });
    expect(signal.reason).to.equal('every_leg_blocked');
    await worked.alert('ASIZE', { entryPrice: '100', orderSize: '2.5', sizeType: 'base' });
    expect(ladderOf(await worked.ladder('ASIZE', 5))[0]).to.deep.equal(['100', '0.5']);
  });

  it('E-50 reduce by 40 percent sells 4.04 of 10.1 and keeps the slot', async () => {
    await worked.market('ARED', '101');
    await worked.alert('ARED', { entryPrice: '100' });
    await worked.ladder('ARED', 5);
    await worked.walk('ARED', '100', '99.5', '99', '98.5', '98');
    await worked.until('all held', 'ARED', ({ quantity }) => quantity === '10.1');
    await worked.alert('ARED', { type: 'reduce', action: 'sell' }, (body) => Object.assign(body.tv as object, { market_position: 'long', market_position_size: '1.5', prev_market_position: 'long', prev_market_position_size: '2.5' }));
    const reduced = await worked.until('reduced', 'ARED', ({ quantity }) => quantity === '6.06');
    expect(reduced.status).to.equal('active');
  });

  it('E-52 a group opened with 60 and a pyramid sent with 1H are the same group', async () => {
    await worked.market('ANORM', '101');
    await worked.alert('ANORM', { entryPrice: '100', timeframe: '60' });
    await worked.ladder('ANORM', 5);
    await worked.alert('ANORM', { entryPrice: '99', timeframe: '1H' });
    await worked.ladder('ANORM', 10);
    expect(await worked.positions('ANORM')).to.have.length(1);
  });
});
