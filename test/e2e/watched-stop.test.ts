import { expect } from 'chai';
import { compare, dec } from '#shared/engine/num/units';
import { alert } from '#test/support/alert';
import { expectSameBooks, firstPosition, newEndpoint, postAlert, replay, type PositionDetail } from '#test/support/e2e-story';
import { startStack, type RunningStack } from '#test/support/running-stack';
import { waitFor } from '#test/support/wait-for';

interface Candle {
  time: string;
  high: string;
  low: string;
}
type Detail = PositionDetail & { stop: { price: string; watched: boolean } | null; fills: (PositionDetail['fills'][number] & { at: string; marketAt: string | null })[] };

describe('a stop-loss that Tranche watches, in a replay', function () {
  this.timeout(240_000);
  let stack: RunningStack;
  before(async () => {
    stack = await startStack(replay);
  });
  after(() => stack?.stop());

  it('closes the position at market, and every trade stands at the candle in which its price was', async () => {
    const { draft } = await stack.client.get<{ draft: { grid_strategy: object } }>('/config');
    await stack.client.put('/config', { ...draft, grid_strategy: { ...draft.grid_strategy, use_signal_stop_loss: true } });
    await stack.client.post('/config/apply');
    const endpoint = await newEndpoint(stack);
    const body = alert({ secret: endpoint.secret, entryPrice: '99980', orderSize: '5000' });
    expect((await postAlert(stack, endpoint, { ...body, risk: { stop_loss: '98600', take_profit: null, max_slippage_percent: null } })).status).to.equal(202);

    const opened = await waitFor('the position', () => firstPosition(stack) as Promise<Detail | null>);
    expect(opened.stop).to.deep.equal({ price: '98600', watched: true });
    const closed = await waitFor('the stop to close it', async () => {
      const group = (await firstPosition(stack)) as Detail | null;
      return group?.status === 'closed' ? group : null;
    }, { timeoutMs: 120_000, everyMs: 250 });
    expect([closed.closeReason, closed.quantity]).to.deep.equal(['stop_loss', '0']);
    await expectSameBooks(stack);

    const { data: candles } = await stack.client.get<{ data: Candle[] }>('/candles?symbol=BTCUSDT&timeframe=1m&limit=500');
    for (const fill of closed.fills) {
      const at = Date.parse(fill.marketAt ?? fill.at);
      const candle = candles.findLast(({ time }) => Date.parse(time) <= at);
      expect(candle !== undefined && at - Date.parse(candle.time) < 60_000, `${fill.tradeId} at ${fill.marketAt} has a candle of its minute`).to.equal(true);
      // A market order fills a basis point beyond the last price.
      const near = (price: string, factor: number): string => dec(price).times(factor).toFixed();
      expect(compare(fill.price, near(candle!.low, 0.9998)) >= 0 && compare(fill.price, near(candle!.high, 1.0002)) <= 0, `${fill.price} within ${candle!.low} to ${candle!.high}`).to.equal(true);
    }
  });
});
