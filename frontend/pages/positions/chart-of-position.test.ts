import type { FillView, Leg, OrderView, PositionDetail } from '#shared/contracts/http';
import { expect } from 'chai';
import type { TFunction } from 'i18next';
import { linesOf, marksOf } from './chart-of-position.ts';

const t = ((key: string, values?: { leg?: string }) => (values?.leg === undefined ? key : `${key} ${values.leg}`)) as unknown as TFunction;
const leg = (index: number, change: Partial<Leg>): Leg => ({ index, gapPercent: '0', weightPercent: '20', tpPercent: '1', limitPrice: String(100 - index), quantity: '1', quantityFilled: '0', priceFillAverage: null, takeProfitPrice: null, progressPercent: null, state: 'open', reason: null, ...change });
const position = (legs: Leg[], change: Partial<PositionDetail> = {}): PositionDetail => ({ status: 'active', tpMode: 'per_leg', priceEntryAverage: '99.5', priceLast: '99', target: null, stop: null, pyramids: [{ index: 0, entryPrice: '100', priceAverage: null, legs }], orders: [], fills: [], ...change }) as unknown as PositionDetail;

describe('what the chart of a position shows', () => {
  it('draws waiting legs, targets of held legs and the average', () => {
    const lines = linesOf(position([leg(0, { state: 'filled', takeProfitPrice: '101' }), leg(1, {}), leg(2, { state: 'tp_hit', takeProfitPrice: '102' }), leg(3, { state: 'cancelled' })]), t);
    expect(lines.map((line) => [line.tone, line.price])).to.deep.equal([['take-profit', '101'], ['entry', '99'], ['average', '99.5']]);
  });

  it('names one common target once', () => {
    const held = [0, 1, 2].map((index) => leg(index, { state: 'filled', takeProfitPrice: '105' }));
    expect(linesOf(position(held, { tpMode: 'aggregate', target: { price: '105', percent: '1' } }), t).filter((line) => line.tone === 'take-profit').map((line) => line.title)).to.deep.equal(['chart.target']);
  });

  it('draws the common target of a hybrid position beside those of its legs', () => {
    const lines = linesOf(position([leg(0, { state: 'filled', takeProfitPrice: '101' })], { tpMode: 'hybrid', target: { price: '100.49', percent: '1' } }), t);
    expect(lines.filter((line) => line.tone === 'take-profit').map((line) => [line.title, line.price])).to.deep.equal([['chart.takeProfit DCA0', '101'], ['chart.target', '100.49']]);
  });

  it('draws the stop, and says who watches it; a closed position has none any more', () => {
    const stopped = (status: PositionDetail['status']): (string | undefined)[][] =>
      linesOf(position([leg(0, {})], { status, stop: { price: '95', watched: true } }), t).filter((line) => line.tone === 'stop').map((line) => [line.title, line.price]);
    expect([stopped('active'), stopped('closed')]).to.deep.equal([[['chart.watchedStop', '95']], []]);
  });

  it('names only the three lines of a kind that lie closest to the price', () => {
    const lines = linesOf(position([0, 1, 2, 3, 4].map((index) => leg(index, {}))), t);
    expect(lines.filter((line) => line.tone === 'entry' && line.label !== false).map((line) => line.price)).to.deep.equal(['100', '99', '98']);
  });

  it('shows only the average of a closed position', () => {
    expect(linesOf(position([leg(0, {})], { status: 'closed' }), t).map((line) => line.tone)).to.deep.equal(['quiet']);
  });

  it('marks fills by what they were for', () => {
    const order = { clientOrderId: 'o1', pyramid: 0, leg: 2, side: 'buy', role: 'entry' } as OrderView;
    const fills = [{ clientOrderId: 'o1', at: 'now', marketAt: 'then', side: null, role: null }, { clientOrderId: 'gone', at: 'later', marketAt: null, side: 'sell', role: 'close' }, { clientOrderId: 'gone', at: 'x', side: null, role: null }] as FillView[];
    expect(marksOf(position([], { orders: [order], fills }), t)).to.deep.equal([{ at: 'then', side: 'buy', text: 'DCA2' }, { at: 'later', side: 'sell', text: 'roleShort.close' }]);
  });
});
