import { expect } from 'chai';
import { compare } from '#shared/engine/num/units';
import { alert } from '#test/support/alert';
import { expectSameBooks, firstPosition, newEndpoint, only, postAlert, replay } from '#test/support/e2e-story';
import { startTestRedis } from '#test/support/redis';
import { startStack, type RunningStack } from '#test/support/running-stack';
import { waitFor } from '#test/support/wait-for';

const backends = [
  { name: 'PostgreSQL', redis: false },
  { name: 'Redis', redis: true },
];

for (const backend of backends) {
  describe(`the whole line, queues on ${backend.name}`, function () {
    this.timeout(240_000);
    let stack: RunningStack;
    let redis: Awaited<ReturnType<typeof startTestRedis>> | null = null;

    before(async () => {
      redis = backend.redis ? await startTestRedis() : null;
      stack = await startStack({ ...replay, ...(redis === null ? {} : { REDIS_URL: redis.url }) });
    });
    after(async () => {
      const code = await stack?.stop();
      await redis?.stop();
      expect(code, 'Ctrl-C ends it in good order').to.be.oneOf([0, 130]);
    });

    it('an alert opens the ladder, fills come, take-profits close it, and the books agree', async () => {
      const endpoint = await newEndpoint(stack);
      const body = alert({ secret: endpoint.secret, entryPrice: '99980', orderSize: '5000' });
      const first = await postAlert(stack, endpoint, body);
      expect(first.status).to.equal(202);
      const again = await postAlert(stack, endpoint, body);
      expect([again.status, again.answer]).to.deep.equal([200, { signalId: first.answer.signalId, duplicate: true }]);

      const open = await waitFor('the ladder at the venue', async () => {
        const group = await firstPosition(stack);
        return group !== null && group.orders.filter((order) => order.venueOrderId !== null).length >= 5 ? group : null;
      });
      expect(only(open.pyramids).legs.map((leg) => [leg.limitPrice, leg.quantity])).to.deep.equal([
        ['99980', '0.01'],
        ['99480.1', '0.01'],
        ['98980.2', '0.01'],
        ['98480.3', '0.01'],
        ['97980.4', '0.01'],
      ]);

      const closed = await waitFor('the group to close by its take-profits', async () => {
        const group = await firstPosition(stack);
        return group?.status === 'closed' ? group : null;
      }, { timeoutMs: 120_000, everyMs: 250 });
      expect(closed.closeReason).to.equal('take_profit');
      expect(closed.quantity).to.equal('0');
      expect(compare(closed.pnlRealised, '0') > 0, `profit ${closed.pnlRealised}`).to.equal(true);
      await expectSameBooks(stack);
    });

    it('an exit alert cancels what is unfilled and sells the rest at market (E-12)', async () => {
      const endpoint = await newEndpoint(stack, 'exits');
      // Far above the market: the first leg fills at once, the others wait below.
      const entry = await postAlert(stack, endpoint, alert({ secret: endpoint.secret, entryPrice: '101900', orderSize: '5000', timeframe: '60' }));
      expect(entry.status).to.equal(202);
      const held = await waitFor('the first leg and its take-profit', async () => {
        const group = await firstPosition(stack);
        return group?.closeReason === null && group.orders.some((order) => order.role === 'take-profit' && order.status === 'open') ? group : null;
      });
      expect(held.status).to.equal('partially_filled');
      const exit = await postAlert(stack, endpoint, alert({ secret: endpoint.secret, type: 'exit', action: 'sell', timeframe: '1H' }));
      expect(exit.status).to.equal(202);
      const closed = await waitFor('the group to close', async () => {
        const group = await firstPosition(stack);
        return group?.status === 'closed' ? group : null;
      });
      expect([closed.closeReason, closed.quantity]).to.deep.equal(['exit_signal', '0']);
      expect(closed.orders.filter((order) => !['filled', 'cancelled'].includes(order.status))).to.deep.equal([]);
      expect(only(closed.orders.filter((order) => order.role === 'close')).status).to.equal('filled');
      await expectSameBooks(stack);
    });

    it('an exit for a group that is not there is answered and says so', async () => {
      const endpoint = await newEndpoint(stack, 'nothing');
      const exit = await postAlert(stack, endpoint, alert({ secret: endpoint.secret, type: 'exit', action: 'sell', timeframe: '1D' }));
      expect(exit.status).to.equal(202);
      const signal = await waitFor('its outcome', async () => {
        const found = await stack.client.get<{ status: string; reason: string | null }>(`/signals/${exit.answer.signalId}`);
        return found.reason === null ? null : found;
      });
      expect(signal.reason).to.equal('nothing_to_close');
    });
  });
}
