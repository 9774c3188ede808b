import { expect } from 'chai';
import { createMeters, LimitError } from './request-weight.ts';

const limited = (run: () => unknown): { status: number; code: number; retryAfterSeconds: number } | null => {
  try {
    run();
    return null;
  } catch (error) {
    if (!(error instanceof LimitError)) throw error;
    return { status: error.status, code: error.code, retryAfterSeconds: error.retryAfterSeconds };
  }
};

describe('request weight', () => {
  const minute = 60_000;
  it('is counted in any case, by address and minute', () => {
    const meters = createMeters(false);
    expect(meters.request('usdm', 'a', 2000, minute)['X-MBX-USED-WEIGHT-1M']).to.equal('2000');
    expect(meters.request('usdm', 'a', 2000, minute + 1)['X-MBX-USED-WEIGHT-1M']).to.equal('4000');
    expect(meters.request('usdm', 'b', 1, minute + 1)['X-MBX-USED-WEIGHT-1M']).to.equal('1');
    expect(meters.request('usdm', 'a', 1, 2 * minute)['X-MBX-USED-WEIGHT-1M']).to.equal('1');
  });
  it('beyond the limit answers 429 until the minute is over, and 418 to who does not stop', () => {
    const meters = createMeters(true);
    meters.request('usdm', 'a', 2400, minute);
    expect(limited(() => meters.request('usdm', 'a', 1, minute + 15_000))).to.deep.equal({ status: 429, code: -1003, retryAfterSeconds: 45 });
    expect(limited(() => meters.request('usdm', 'b', 1, minute + 15_000))).to.equal(null);
    for (let n = 0; n < 100; n += 1) limited(() => meters.request('usdm', 'a', 1, minute + 16_000));
    expect(limited(() => meters.request('usdm', 'a', 1, minute + 17_000))).to.deep.include({ status: 418, code: -1003, retryAfterSeconds: 119 });
    expect(limited(() => meters.request('usdm', 'a', 1, 2 * minute))).to.include({ status: 418 });
    expect(limited(() => meters.request('usdm', 'a', 1, 4 * minute))).to.equal(null);
  });
  it('orders have limits of their own, per account', () => {
    const meters = createMeters(true);
    for (let n = 0; n < 300; n += 1) meters.order('usdm', 'x', minute);
    expect(limited(() => meters.order('usdm', 'x', minute))).to.deep.equal({ status: 429, code: -1015, retryAfterSeconds: 10 });
    expect(meters.order('usdm', 'y', minute)).to.deep.equal({ 'X-MBX-ORDER-COUNT-10S': '1', 'X-MBX-ORDER-COUNT-1M': '1' });
    expect(limited(() => meters.order('usdm', 'x', minute + 10_000))).to.equal(null);
  });
});
