import { expect } from 'chai';
import { price, sum } from '#shared/engine/num/units';
import type { Order } from '#shared/engine/order/order';
import { groupQuantity, pnlRealised } from '#shared/engine/position/exposure';
import { reconcileAccount } from '#shared/shell/reconcile/reconcile-account';
import { hear } from '#shared/shell/shell';
import { takeStreamEvent } from '#shared/shell/take-reports';
import { gridPlan, level } from '../support/engine-story.ts';
import { ShellStory } from '../support/shell-story.ts';
import { memoryRig, postgresRig, type StoreRig } from '../support/store-rig.ts';

/**
 * What other engines lost money by when two tidings of one order crossed: a replacement and its predecessor, a quantity and its trades, a
 * cancel and a fill. Each title names the incident; docs/reliability.md lists all of them with their tests.
 */
const symbol = 'BTC/USDT:USDT';
const rigs: readonly (readonly [string, () => Promise<StoreRig>])[] = [['in memory', async () => memoryRig()], ['on PostgreSQL', postgresRig]];

for (const [kind, createRig] of rigs)
  describe(`incidents of tidings that cross, ${kind}`, function () {
    this.timeout(60_000);
    let rig: StoreRig;
    let story: ShellStory;
    before(async () => (rig = await createRig()));
    after(() => rig.close());
    beforeEach(async () => {
      story = await ShellStory.on(rig);
      story.settings.entryPlan = gridPlan({ levels: [level('0', '100', '1')] });
    });

    const ofRole = async (role: Order['role']): Promise<Order[]> => (await story.group()).orders.filter((order) => order.role === role);
    const held = async (): Promise<string> => sum((await story.groups()).map(groupQuantity)).toFixed();
    const open = async (): Promise<string[]> => (await story.exchange.openOrders()).map(({ clientOrderId }) => clientOrderId);
    const compare = async (laterMs: number): Promise<void> => {
      story.ahead += laterMs;
      await reconcileAccount(story.ports, story.accountId, 'test');
    };
    const differences = async (): Promise<string[]> => (await rig.differences(story.accountId)).map((each) => `${each.kind} ${each.state}`);
    const fillCount = async (): Promise<number> => rig.fillCount((await story.groups())[0]!.id);
    /** The entry of an alert, accepted. */
    const accepted = async (): Promise<Order> => {
      await story.alert();
      await story.round();
      return story.order('entry', 0);
    };
    /** A group that holds its only leg, with its take-profit at the venue. */
    const holding = async (): Promise<Order> => {
      const entry = await accepted();
      story.exchange.fill(entry.clientOrderId, entry.quantity, '100');
      await story.rest();
      return story.order('take-profit', 0);
    };

    describe('nautilus #4564: two orders of one purpose are alive at the venue', () => {
      /** An entry that was proved absent turns up beside its successor. */
      const twoAlive = async (): Promise<[Order, Order]> => {
        story.exchange.submitScript.push('late');
        await story.alert();
        await story.rest();
        story.exchange.arrive();
        const [first, second] = await ofRole('entry');
        expect((await open()).sort(), 'two orders, each under an id of its own').to.deep.equal([first!.clientOrderId, second!.clientOrderId].sort());
        return [first!, second!];
      };

      it('the one too many is found and cancelled; the end of it is not taken for that of the other', async () => {
        const [first, second] = await twoAlive();
        await compare(40_000);
        await story.rest();
        expect([await open(), (await ofRole('entry')).map(({ status }) => status)]).to.deep.equal([[second.clientOrderId], ['cancelled', 'open']]);
        expect(story.exchange.orders.get(first.clientOrderId)?.status).to.equal('cancelled');
      });

      it('the position is closed, and the venue confirms the cancel of one: the other is swept as well', async () => {
        const [first, second] = await twoAlive();
        await story.alert({ kind: 'exit' });
        await story.rest();
        expect([story.exchange.orders.get(second.clientOrderId)?.status, await open()]).to.deep.equal(['cancelled', [first.clientOrderId]]);
        await compare(40_000);
        await story.rest();
        expect([await open(), story.exchange.position(), await held()]).to.deep.equal([[], '0', '0']);
      });

      it('the other fills after that: what it bought is counted and sold', async () => {
        const [first] = await twoAlive();
        await story.alert({ kind: 'exit' });
        await story.rest();
        story.exchange.fill(first.clientOrderId, first.quantity, '99.9');
        const [fill] = await story.exchange.tradesSince(symbol, 0);
        await takeStreamEvent(story.ports, story.accountId, { kind: 'fill', fill: fill! });
        await story.rest();
        await compare(40_000);
        await story.rest();
        expect([await open(), story.exchange.position(), await held(), await fillCount()]).to.deep.equal([[], '0', '0', 2]);
      });
    });

    describe('nautilus #3493: a quantity is told before the trades it is made of', () => {
      /** The venue tells of an order that it has filled, and does not list the trades yet. */
      const listsLater = (): (() => void) => {
        const { tradesSince, tradesOf } = story.exchange;
        story.exchange.tradesSince = async () => [];
        story.exchange.tradesOf = async () => [];
        return () => void Object.assign(story.exchange, { tradesSince, tradesOf });
      };
      /** Stream, poll and comparison tell the same at the same time. */
      const everybodyTells = async (): Promise<void> => {
        const fills = await story.exchange.tradesSince(symbol, 0);
        await Promise.all([...fills, ...fills].map((fill) => takeStreamEvent(story.ports, story.accountId, { kind: 'fill', fill })));
        await Promise.all([story.round(), compare(40_000)]);
        await story.rest();
        await compare(40_000);
      };

      it('of an entry: nothing is inferred meanwhile; with its trade it counts once, whoever tells of it', async () => {
        const entry = await accepted();
        const listed = listsLater();
        story.exchange.fill(entry.clientOrderId, entry.quantity, '99.5');
        for (let look = 0; look < 3; look += 1) {
          await story.round();
          await compare(40_000);
        }
        expect([await held(), await fillCount()]).to.deep.equal(['0', 0]);
        listed();
        await everybodyTells();
        expect([await held(), story.exchange.position(), await fillCount()]).to.deep.equal([entry.quantity, entry.quantity, 1]);
      });

      it('of an exit: what it sold is not taken for a person’s sale and booked beside it', async () => {
        const target = await holding();
        const listed = listsLater();
        story.exchange.fill(target.clientOrderId, target.quantity, '101');
        for (let look = 0; look < 3; look += 1) {
          await story.round();
          await compare(40_000);
        }
        expect([await held(), (await differences()).filter((each) => each.startsWith('position_'))]).to.deep.equal([target.quantity, []]);
        listed();
        await everybodyTells();
        const [group] = await story.groups();
        expect([await held(), story.exchange.position(), await fillCount(), group?.status, pnlRealised(group!)]).to.deep.equal(['0', '0', 2, 'closed', sum([target.quantity]).toFixed()]);
      });
    });

    describe('freqtrade #3647: an order that is being cancelled has filled', () => {
      it('the venue no longer knows it as open: what it bought is counted, and sold as was asked', async () => {
        const entry = await accepted();
        story.exchange.cancelScript.push('filled-first');
        await story.alert({ kind: 'exit' });
        await story.rest();
        const [group] = await story.groups();
        const sold = [...story.exchange.orders.values()].filter(({ request }) => request.reduceOnly).map(({ request }) => request.quantity);
        expect([group?.status, group?.orders[0]?.status, sold, story.exchange.position()]).to.deep.equal(['closed', 'filled', [entry.quantity], '0']);
      });

      it('a part of it had, and the cancel is confirmed: that part is counted, and sold', async () => {
        const entry = await accepted();
        story.exchange.fill(entry.clientOrderId, '2', '100');
        await story.alert({ kind: 'exit' });
        await story.rest();
        const [group] = await story.groups();
        const sold = [...story.exchange.orders.values()].filter(({ request }) => request.reduceOnly).map(({ request }) => request.quantity);
        expect([group?.status, group?.orders[0]?.status, sold, story.exchange.position(), await fillCount()]).to.deep.equal(['closed', 'cancelled', ['2'], '0', 2]);
      });

      it('only the entry was to go: what it bought is held, and has its take-profit', async () => {
        const entry = await accepted();
        story.exchange.fill(entry.clientOrderId, '2', '100');
        await story.rest();
        story.exchange.cancelScript.push('filled-first');
        await hear(story.ports, { aggregate: 'group', aggregateId: (await story.group()).id, key: null, event: { type: 'entries-dropped', reason: 'test' } });
        await story.rest();
        const targets = (await ofRole('take-profit')).filter(({ status }) => status === 'open');
        expect([(await story.order('entry', 0)).status, await held(), story.exchange.position()]).to.deep.equal(['filled', entry.quantity, entry.quantity]);
        expect(sum(targets.map(({ quantity }) => quantity)).toFixed()).to.equal(entry.quantity);
      });

      it('the answer to the cancel is lost too: it is asked for, not believed', async () => {
        const entry = await accepted();
        story.exchange.priceMarket = price('99');
        const { cancel } = story.exchange;
        story.exchange.cancel = async (ref) => {
          story.exchange.fill(ref.clientOrderId, entry.quantity, '100');
          story.exchange.cancel = cancel;
          return { kind: 'unknown', message: 'no answer' };
        };
        await story.alert({ kind: 'exit' });
        await story.rest();
        const [group] = await story.groups();
        expect([group?.status, group?.orders[0]?.status, await held(), story.exchange.position()]).to.deep.equal(['closed', 'filled', '0', '0']);
      });
    });
  });
