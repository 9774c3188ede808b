import { expect } from 'chai';
import { venueSymbol } from './order-request.ts';
import { algoReport, newsOfExecution, orderReport, statusOf, timeOf, UnfitAnswer } from './report-mapping.ts';

describe('reports of Binance', () => {
  const states: readonly [string, string, string][] = [
    ['NEW', '0.00000000', 'open'],
    ['NEW', '0.1', 'partially_filled'],
    ['PENDING_NEW', '0', 'open'],
    ['PENDING_CANCEL', '0.1', 'partially_filled'],
    ['PARTIALLY_FILLED', '0.1', 'partially_filled'],
    ['FILLED', '1', 'filled'],
    ['CANCELED', '0', 'cancelled'],
    ['CANCELED', '0.1', 'cancelled'],
    ['REJECTED', '0', 'rejected'],
    ['EXPIRED', '0.1', 'expired'],
    ['EXPIRED_IN_MATCH', '0', 'expired'],
  ];
  for (const [venue, filled, expected] of states) it(`${venue} with ${filled} filled is ${expected}`, () => expect(statusOf(venue, filled)).to.equal(expected));

  it('guesses at no other state', () => {
    for (const status of ['NEW_ADL', 'NEW_INSURANCE', 'TRIGGERED', 'new', '']) expect(() => statusOf(status, '0'), status).to.throw(UnfitAnswer);
  });

  const algos: readonly [string, unknown, string | null, string | null][] = [
    ['NEW', '', 'open', null],
    ['NEW', undefined, 'open', null],
    ['TRIGGERING', '', 'open', null],
    ['TRIGGERED', '0', 'open', null],
    ['TRIGGERED', 777, null, '777'],
    ['FINISHED', '777', null, '777'],
    ['CANCELED', '', 'cancelled', null],
    ['EXPIRED', '', 'expired', null],
    ['REJECTED', null, 'rejected', null],
    ['CANCELED', '777', null, '777'],
  ];
  for (const [algoStatus, actualOrderId, status, child] of algos)
    it(`a conditional order ${algoStatus} with child ${String(actualOrderId)}`, () => {
      const read = algoReport({ algoId: 5, clientAlgoId: 'a', algoStatus, actualOrderId, updateTime: 9 }, 'a');
      expect([read.report?.status ?? null, read.child]).to.deep.equal([status, child]);
    });

  it('a conditional order that ended without a child, in an unheard way, is no report', () => expect(() => algoReport({ algoId: 5, clientAlgoId: 'a', algoStatus: 'FINISHED', actualOrderId: '', updateTime: 9 }, 'a')).to.throw(UnfitAnswer));

  it('gives reasons of an end, and none to the living', () => {
    const view = { orderId: 1, executedQty: '0', time: 5 };
    expect(orderReport({ ...view, status: 'EXPIRED_IN_MATCH' }, 'a').reason).to.equal('self-trade prevention');
    expect(orderReport({ ...view, status: 'NEW' }, 'a').reason).to.equal(null);
    expect(newsOfExecution({ s: 'BTCUSDT', c: 'a', X: 'REJECTED', x: 'REJECTED', r: 'INSUFFICIENT_BALANCES', i: 1, z: '0', T: 5 }, 9).report.reason).to.equal('INSUFFICIENT_BALANCES');
  });

  it('a fee needs its asset, no fee needs none', () => {
    const event = { s: 'BTCUSDT', c: 'a', X: 'FILLED', x: 'TRADE', i: 1, z: '1', l: '1', L: '2', t: 3, T: 5 };
    expect(newsOfExecution(event, 9).fill).to.include({ fee: '0', feeAsset: '' });
    expect(newsOfExecution({ ...event, n: '-0.1', N: 'USDT' }, 9).fill).to.include({ fee: '-0.1', feeAsset: 'USDT' });
    expect(() => newsOfExecution({ ...event, n: '0.1', N: null }, 9)).to.throw('a fee without its asset');
  });

  it('takes the first time there is', () => {
    expect(timeOf({ transactTime: 0, updateTime: '7' }, 'transactTime', 'updateTime')).to.equal(7);
    expect(() => timeOf({}, 'time')).to.throw('time is missing');
  });

  const symbols: readonly ['spot' | 'usdm', string, string | null][] = [
    ['spot', 'BTC/USDT', 'BTCUSDT'],
    ['usdm', 'BTC/USDT:USDT', 'BTCUSDT'],
    ['usdm', '1000PEPE/USDC:USDC', '1000PEPEUSDC'],
    ['spot', 'BTC/USDT:USDT', null],
    ['usdm', 'BTC/USDT', null],
    ['spot', 'BTCUSDT', null],
    ['spot', 'BTC /USDT', null],
    ['spot', '', null],
  ];
  for (const [market, symbol, expected] of symbols) it(`${market} ${symbol} is ${String(expected)} there`, () => expect(venueSymbol(market, symbol)).to.equal(expected));
});
