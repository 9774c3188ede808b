import { expect } from 'chai';
import { price, sum } from '#shared/engine/num/units';
import type { Order } from '#shared/engine/order/order';
import { groupQuantity } from '#shared/engine/position/exposure';
import type { PositionGroup } from '#shared/engine/position/position-group';
import { reconcileAccount } from '#shared/shell/reconcile/reconcile-account';
import { hear } from '#shared/shell/shell';
import { takeStreamEvent } from '#shared/shell/take-reports';
import { reconcileAtStart } from '#workers/reconcile-rounds';
import { gridPlan, level } from '../support/engine-story.ts';
import { ShellStory } from '../support/shell-story.ts';
import { memoryRig, postgresRig, type StoreRig } from '../support/store-rig.ts';

/**
 * What other engines lost money by when they started again, replaced an order, or told two trades of one symbol apart. Each title names
 * the incident; docs/reliability.md lists all of them with their tests. The shell over a real store, the venue scripted.
 */
const rigs: readonly (readonly [string, () => Promise<StoreRig>])[] = [['in memory', async () => memoryRig()], ['on PostgreSQL', postgresRig]];

for (const [kind, createRig] of rigs)
  describe(`incidents of recovery, ${kind}`, function () {
    this.timeout(60_000);
    let rig: StoreRig;
    let story: ShellStory;
    before(async () => (rig = await createRig()));
    after(() => rig.close());
    beforeEach(async () => (story = await ShellStory.on(rig)));

    const oneLeg = (): void => void (story.settings.entryPlan = gridPlan({ levels: [level('0', '100', '1')] }));
    const roleOf = (group: PositionGroup, role: Order['role']): Order[] => group.orders.filter((order) => order.role === role);
    const held = async (): Promise<string> => sum((await story.groups()).map((group) => (group.side === 'long' ? groupQuantity(group) : `-${groupQuantity(group)}`))).toFixed();
    /** A group that holds its first leg. */
    const holding = async (): Promise<void> => {
      await story.alert();
      await story.round();
      const entry = await story.order('entry', 0);
      story.exchange.fill(entry.clientOrderId, entry.quantity, '100');
      await story.rest();
    };
    const compare = async (laterMs: number): Promise<void> => {
      story.ahead += laterMs;
      await reconcileAccount(story.ports, story.accountId, 'test');
    };
    const differences = async (): Promise<string[]> => (await rig.differences(story.accountId)).map((each) => `${each.kind} ${each.state}`);

    it('nautilus #3176: however often it is started again, comparing makes no order, no fill and no position', async () => {
      await holding();
      const told = async (): Promise<string> => JSON.stringify([await story.groups(), story.exchange.submits, [...story.exchange.orders.values()], await differences(), await rig.fillCount((await story.group()).id)]);
      const before = await told();
      for (let start = 1; start <= 6; start += 1) {
        story.ahead += 60_000;
        await reconcileAtStart({ ...story.ports, store: rig.another() }, `start ${start}`);
        await story.round();
      }
      expect(await told()).to.equal(before);
    });

    it('nautilus #3176 and #3046: what filled while nobody ran is booked by the first start alone', async () => {
      await holding();
      const second = await story.order('entry', 1);
      story.exchange.fill(second.clientOrderId, second.quantity, '99');
      for (let start = 1; start <= 4; start += 1) {
        story.ahead += 60_000;
        await reconcileAtStart({ ...story.ports, store: rig.another() }, `start ${start}`);
      }
      await story.rest();
      expect([await held(), await rig.fillCount((await story.group()).id), await differences()]).to.deep.equal([story.exchange.position(), 2, ['fills_missed done']]);
    });

    it('freqtrade #9128: the end of an entry that was replaced ends neither its successor nor the position', async () => {
      oneLeg();
      story.exchange.submitScript.push('late');
      await story.alert();
      await story.rest();
      const [first, second] = roleOf(await story.group(), 'entry');
      expect([first?.status, second?.status, second?.generation]).to.deep.equal(['abandoned', 'open', 1]);
      // The first one turns up after all, and is cancelled, as two entries are one too many.
      story.exchange.arrive();
      await compare(40_000);
      await story.rest();
      expect([story.exchange.orders.get(first!.clientOrderId)?.status, (await story.group()).status !== 'closed']).to.deep.equal(['cancelled', true]);
      story.exchange.fill(second!.clientOrderId, second!.quantity, '99.9');
      await story.rest();
      const exits = roleOf(await story.group(), 'take-profit').filter(({ status }) => status === 'open');
      expect([await held(), exits.map(({ quantity }) => quantity)]).to.deep.equal([story.exchange.position(), [second!.quantity]]);
    });

    it('freqtrade #9128: both the replaced entry and its successor fill: both are counted, and what they bought is protected', async () => {
      oneLeg();
      story.exchange.submitScript.push('late');
      await story.alert();
      await story.rest();
      const [first, second] = roleOf(await story.group(), 'entry');
      story.exchange.arrive();
      for (const order of [first, second]) story.exchange.fill(order!.clientOrderId, order!.quantity, '99.9');
      for (const fill of await story.exchange.tradesSince('BTC/USDT:USDT', 0)) await takeStreamEvent(story.ports, story.accountId, { kind: 'fill', fill });
      await compare(40_000);
      await story.rest();
      const exits = roleOf(await story.group(), 'take-profit').filter(({ status }) => status === 'open');
      const both = sum([first!.quantity, second!.quantity]).toFixed();
      expect([await held(), story.exchange.position(), sum(exits.map(({ quantity }) => quantity)).toFixed(), await rig.fillCount((await story.group()).id)]).to.deep.equal([both, both, both, 2]);
    });

    describe('freqtrade #13399: a position is closed and the other side opened within seconds', () => {
      /** The long is sold, which nobody here hears of, and a short is opened at once. */
      const reversed = async (): Promise<{ long: string; short: string }> => {
        await holding();
        const long = (await story.group()).id;
        story.exchange.submitScript.push('lost-answer');
        await story.alert({ kind: 'exit' });
        await story.round({ poll: false });
        await story.alert({ side: 'short', timeframe: '15m' });
        await story.round({ poll: false });
        return { long, short: story.groupIds.at(-1)! };
      };
      const groupOf = async (id: string): Promise<PositionGroup> => (await rig.store.group(id))!.group;

      it('recovered later: the sale is that of the old position, and the new one has none of its trades', async () => {
        const { long, short } = await reversed();
        story.ahead += 60_000;
        await reconcileAtStart({ ...story.ports, store: rig.another() }, 'the next start');
        await story.rest();
        const entry = roleOf(await groupOf(short), 'entry')[0]!;
        story.exchange.fill(entry.clientOrderId, entry.quantity, '100');
        await story.rest();
        await compare(60_000);
        await compare(60_000);
        expect([(await groupOf(long)).status, groupQuantity(await groupOf(long)), groupQuantity(await groupOf(short))]).to.deep.equal(['closed', '0', entry.quantity]);
        expect([await held(), await rig.fillCount(short)]).to.deep.equal([story.exchange.position(), 1]);
      });

      it('a trade of the old order, listed within the new position’s life, does not explain what a person took from that', async () => {
        const { short } = await reversed();
        await story.rest();
        const entry = roleOf(await groupOf(short), 'entry')[0]!;
        story.exchange.fill(entry.clientOrderId, entry.quantity, '100');
        await story.rest();
        // The sale that ended the long is dated after the short was opened, and is on the side that opens one.
        for (const { request, trades } of story.exchange.orders.values()) if (request.reduceOnly && request.side === 'sell') for (const trade of trades) trade.at = story.ports.clock.now() + 1_000;
        story.exchange.trade('buy', '2', '90');
        await compare(40_000);
        await compare(6_000);
        await story.rest();
        const group = await groupOf(short);
        expect([groupQuantity(group), await rig.fillCount(short)]).to.deep.equal([sum([entry.quantity, '-2']).toFixed(), 1]);
        expect(group.pyramids.flatMap(({ legs }) => legs.map(({ exited }) => `${exited.quantity} ${exited.notional}`))[0], 'at the price of the person’s trade').to.equal('2 180');
      });
    });

    it('freqtrade #12984: a price that jumps far beyond the stop: sold at market at what there is, never left behind a limit', async () => {
      story.settings.signalStopEnforced = true;
      await story.alert({ stopLoss: price('97') });
      await story.round();
      const entry = await story.order('entry', 0);
      story.exchange.fill(entry.clientOrderId, entry.quantity, '100');
      await story.rest();
      const group = await story.group();
      story.exchange.priceMarket = '80';
      await hear(story.ports, { aggregate: 'group', aggregateId: group.id, key: null, event: { type: 'price', price: price('80') } });
      await story.rest();
      const sold = [...story.exchange.orders.values()].filter(({ request, trades }) => request.side === 'sell' && trades.length > 0);
      expect(sold.map(({ request, trades }) => [request.type, request.price, request.reduceOnly, trades[0]?.price, request.quantity])).to.deep.equal([['market', null, true, '80', entry.quantity]]);
      expect([story.exchange.position(), (await story.groups()).map(({ status, closeReason }) => `${status} ${closeReason}`), await story.exchange.openOrders()]).to.deep.equal(['0', ['closed stop_loss'], []]);
    });

    it('freqtrade #12984: no order that rests is a stop: whatever is sent is a plain limit or market order', async () => {
      story.settings.signalStopEnforced = true;
      await story.alert({ stopLoss: price('97') });
      await story.rest();
      const sent = [...story.exchange.orders.values()].map(({ request }) => ({ type: request.type, trigger: request.triggerPrice }));
      expect(sent.length).to.be.greaterThan(0);
      expect(sent.filter(({ type, trigger }) => trigger !== undefined || !['limit', 'market'].includes(type))).to.deep.equal([]);
    });
  });
