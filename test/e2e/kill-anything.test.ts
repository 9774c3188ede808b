import { expect } from 'chai';
import { compare } from '#shared/engine/num/units';
import { auditStack } from '#test/chaos/audit-run';
import { alert } from '#test/support/alert';
import { expectSameBooks, firstPosition, newEndpoint, postAlert, replay } from '#test/support/e2e-story';
import { startTestRedis } from '#test/support/redis';
import { startStack, type RunningStack } from '#test/support/running-stack';
import { waitFor } from '#test/support/wait-for';

/** Where in the story each process is killed: told by what the group looks like. */
const moments = [
  { name: 'as soon as the alert is acknowledged', reached: () => true },
  { name: 'while the ladder fills', reached: (filled: number) => filled >= 2 },
  { name: 'while the take-profits are hit', reached: (_: number, sold: number) => sold >= 1 },
];

/** What can be killed, and how it comes back: most parts by their supervisor, the supervisor by the user, Redis by whoever runs it. */
const victims = ['workers', 'paper', 'market', 'api', 'postgres', 'supervisor', 'redis'] as const;

for (const victim of victims) {
  describe(`kill -9 of ${victim}`, function () {
    this.timeout(300_000);
    let stack: RunningStack;
    let redis: Awaited<ReturnType<typeof startTestRedis>> | null = null;

    before(async () => {
      redis = victim === 'redis' ? await startTestRedis() : null;
      // Slow enough that the market is still below the ladder when entries go out again whose first outcome nobody knew: proving that takes 25 s.
      stack = await startStack({ ...replay, MARKET_REPLAY_SPEED: '4', ...(redis === null ? {} : { REDIS_URL: redis.url }) });
    });
    after(async () => {
      await stack?.stop();
      await redis?.stop();
    });

    const kill = async (): Promise<void> => {
      if (victim === 'supervisor') return stack.restart('SIGKILL');
      if (victim !== 'redis') return stack.kill(victim);
      redis?.kill();
      await redis?.restart();
    };

    it(`at ${moments.length} moments of the story loses and doubles nothing`, async () => {
      const endpoint = await newEndpoint(stack);
      const posted = await postAlert(stack, endpoint, alert({ secret: endpoint.secret, entryPrice: '99980', orderSize: '5000' }));
      expect(posted.status).to.equal(202);
      for (const moment of moments) {
        await waitFor(
          moment.name,
          async () => {
            const group = await firstPosition(stack).catch(() => null);
            const fills = group?.fills ?? [];
            const sold = fills.filter((fill) => group?.orders.find((order) => order.clientOrderId === fill.clientOrderId)?.role !== 'entry').length;
            return moment.reached(fills.length - sold, sold);
          },
          { timeoutMs: 90_000, everyMs: 50 },
        );
        await kill();
      }
      const closed = await waitFor(
        'the group to close',
        async () => {
          const group = await firstPosition(stack).catch(() => null);
          return group?.status === 'closed' ? group : null;
        },
        { timeoutMs: 150_000, everyMs: 250 },
      );
      expect(closed.quantity).to.equal('0');
      expect(compare(closed.pnlRealised, '0') > 0, `profit ${closed.pnlRealised}`).to.equal(true);
      await expectSameBooks(stack);
      const positions = (await stack.client.get<{ data: unknown[] }>('/positions')).data;
      expect(positions, 'one alert, one group').to.have.length(1);
      expect(await auditStack(stack, [{ tradeId: 'Long', signalId: posted.answer.signalId ?? '', status: posted.status, at: 0 }])).to.deep.equal([]);
    });
  });
}
