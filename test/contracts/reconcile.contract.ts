import { expect } from 'chai';
import { clientOrderId } from '#shared/engine/ids';
import { price, qty } from '#shared/engine/num/units';
import type { Order } from '#shared/engine/order/order';
import { groupQuantity, pnlRealised } from '#shared/engine/position/exposure';
import type { EndedReconcile } from '#shared/ports/reconcile-store.port';
import { reconcileAccount } from '#shared/shell/reconcile/reconcile-account';
import { ShellStory } from '../support/shell-story.ts';
import type { StoreRig } from '../support/store-rig.ts';

const symbol = 'BTC/USDT:USDT';

/** What the reconciler must do between a store and a venue, whichever store it is. */
export function reconcileContract(kind: string, createRig: () => Promise<StoreRig>): void {
  describe(`reconciler over the store ${kind}`, function () {
    this.timeout(60_000);
    let rig: StoreRig;
    let story: ShellStory;
    before(async () => {
      rig = await createRig();
    });
    after(() => rig.close());
    beforeEach(async () => {
      story = await ShellStory.on(rig);
    });

    const look = async (owner = 'test'): Promise<EndedReconcile> => {
      const end = await reconcileAccount(story.ports, story.accountId, owner);
      if (end === null) throw new Error('another one compares');
      return end;
    };
    /** Time passes, nothing is young any more, and the account is compared. */
    const later = async (ms = 40_000): Promise<EndedReconcile> => {
      story.ahead += ms;
      return look();
    };
    const differences = (): Promise<{ kind: string; state: string; action: string | null; ours: string | null; venue: string | null }[]> => rig.differences(story.accountId);
    const told = async (): Promise<string[]> => (await differences()).map((each) => `${each.kind} ${each.state} ${each.action ?? '-'}`);
    /** A group that holds its first leg, with its take-profit at the venue. */
    const holding = async (): Promise<void> => {
      await story.alert();
      await story.round();
      const entry = await story.order('entry', 0);
      story.exchange.fill(entry.clientOrderId, entry.quantity, '100');
      await story.rest();
    };
    /** Nothing more happens, and another comparison changes nothing (R11). */
    const settled = async (): Promise<void> => {
      await story.rest();
      const before = JSON.stringify([await story.groups(), await differences(), story.exchange.submits]);
      const end = await later();
      expect([end.status, end.mended]).to.deep.equal(['clean', 0]);
      await story.rest();
      expect(JSON.stringify([await story.groups(), await differences(), story.exchange.submits])).to.equal(before);
    };

    it('books and venue agree: nothing is done, and the report says so', async () => {
      await holding();
      const end = await later();
      expect([end.status, end.differences, end.keep, end.ordersCompared, end.positionsCompared]).to.deep.equal(['clean', 0, true, 2, 1]);
      await settled();
    });

    it('a fill nobody told of is taken with its trades, once', async () => {
      await holding();
      const { clientOrderId: id, quantity } = await story.order('entry', 1);
      story.exchange.fill(id, quantity, '99');
      await later();
      expect(await told()).to.deep.equal(['fills_missed done fills_taken']);
      expect(groupQuantity(await story.group())).to.equal(story.exchange.position());
      await settled();
    });

    it('an entry cancelled by hand stays cancelled; a take-profit cancelled by hand is placed again', async () => {
      await holding();
      story.exchange.cancelByHand((await story.order('entry', 1)).clientOrderId);
      story.exchange.cancelByHand((await story.order('take-profit', 0)).clientOrderId);
      await later();
      expect((await told()).sort()).to.deep.equal(['order_ended done left', 'order_ended done restored']);
      // The wake for the pause before another attempt is lost here: what should rest and does not is found by the next look.
      await later();
      expect((await told()).at(-1)).to.equal('missing_exit done restored');
      await settled();
      expect([(await story.order('entry', 1)).status, (await story.order('take-profit', 0)).status, (await story.order('take-profit', 0)).generation]).to.deep.equal(['cancelled', 'open', 1]);
    });

    it('a position closed by hand ends the group with reason manual, at the price of the trades; nothing is bought again', async () => {
      await holding();
      const before = story.exchange.submits.length;
      story.exchange.trade('sell', story.exchange.position(), '103');
      expect((await later()).mended, 'one look is not believed').to.equal(0);
      await later(6_000);
      expect(await told()).to.deep.equal(['position_reduced done booked']);
      await story.rest();
      const group = await story.group();
      expect([group.status, group.closeReason, pnlRealised(group), story.exchange.submits.length]).to.deep.equal(['closed', 'manual', '15', before]);
      expect(await story.exchange.openOrders()).to.deep.equal([]);
    });

    it('a part closed by hand reduces the group; its take-profit follows, its entries stay', async () => {
      await holding();
      story.exchange.trade('sell', '2', '101');
      await later();
      await later(6_000);
      await settled();
      const group = await story.group();
      expect([group.status, groupQuantity(group), (await story.order('take-profit', 0)).quantity, (await story.order('entry', 1)).status]).to.deep.equal(['partially_filled', '3', '3', 'open']);
    });

    it('the take-profit of the group that was reduced sells all of it before it is cancelled: that trade stands, and the other group of the symbol has lost the part', async () => {
      await holding();
      await story.alert({ timeframe: '1h' });
      await story.round();
      const ofNewest = async (role: Order['role']): Promise<Order> => (await story.groups())[1]!.orders.find((order) => order.role === role && order.leg === 0)!;
      const entry = await ofNewest('entry');
      story.exchange.fill(entry.clientOrderId, entry.quantity, '100');
      await story.rest();
      const takeProfit = await ofNewest('take-profit');
      story.exchange.trade('sell', '2', '101');
      await later();
      await later(6_000);
      expect((await story.groups()).map(groupQuantity), 'the newest has lost it').to.deep.equal(['5', '3']);
      story.exchange.fill(takeProfit.clientOrderId, '5', '102');
      await story.rest();
      expect([(await story.groups()).map(groupQuantity), (await ofNewest('take-profit')).status]).to.deep.equal([['5', '0'], 'filled']);
      await later();
      await later(6_000);
      await settled();
      // Bought at 100: 5 were sold at 102 by its take-profit, 2 of the other at 101 by a person.
      expect((await story.groups()).map((group) => [groupQuantity(group), pnlRealised(group)])).to.deep.equal([['3', '2'], ['0', '10']]);
      expect(story.exchange.position()).to.equal('3');
    });

    it('a part closed by hand in several trades is booked at an average that ends: sums of it are exact', async () => {
      await holding();
      story.exchange.trade('sell', '1', '101');
      story.exchange.trade('sell', '2', '101.1');
      await later();
      await later(6_000);
      await settled();
      const { quantity, notional } = (await story.group()).pyramids[0]!.legs[0]!.exited;
      expect([quantity, notional]).to.deep.equal(['3', '303.199999999999999998']);
    });

    it('a quantity that is gone without a trade is believed after half a minute, at the last price', async () => {
      await holding();
      story.exchange.trade('sell', '2', '101', { listed: false });
      await later();
      await later(6_000);
      expect((await differences()).map(({ state }) => state), 'not yet').to.deep.equal(['seen']);
      await later(30_000);
      expect(await told()).to.deep.equal(['position_reduced done booked']);
      expect(groupQuantity(await story.group())).to.equal('3');
    });

    it('a difference that is gone at the second look was none', async () => {
      await holding();
      story.exchange.trade('sell', '2', '101');
      await later();
      story.exchange.trade('buy', '2', '101');
      await later();
      expect([await told(), groupQuantity(await story.group())]).to.deep.equal([[], '5']);
    });

    it('a stray order of our scheme is cancelled; a person\'s order is never touched', async () => {
      await holding();
      const prefix = await rig.store.deploymentPrefix();
      const stray = clientOrderId(prefix, { groupId: '999999', role: 'entry', pyramid: 0, leg: 0, generation: 0 });
      const request = { symbol, side: 'buy', type: 'limit', quantity: qty('1'), price: price('90'), reduceOnly: false } as const;
      story.exchange.place({ ...request, clientOrderId: stray });
      story.exchange.place({ ...request, clientOrderId: 'web_AbC123' });
      await later();
      expect(await told()).to.deep.equal(['orphan_order done cancelled']);
      expect([story.exchange.orders.get(stray)?.status, story.exchange.orders.get('web_AbC123')?.status]).to.deep.equal(['cancelled', 'open']);
      story.exchange.orders.delete('web_AbC123');
      await settled();
    });

    it('a position nobody here has opened is asked about, and left alone meanwhile', async () => {
      story.exchange.trade('buy', '0.5', '90');
      await look();
      await later(6_000);
      await later(6_000);
      const [row] = await differences();
      expect([row?.kind, row?.state, row?.ours, row?.venue, story.exchange.submits]).to.deep.equal(['orphan_position', 'asks', '0', '0.5', []]);
      story.exchange.trade('sell', '0.5', '91');
      await later();
      expect(await told()).to.deep.equal(['orphan_position gone gone']);
    });

    it('more than our groups hold is asked about too, and takes nothing from them', async () => {
      await holding();
      story.exchange.trade('buy', '1', '100');
      await later();
      await later(6_000);
      expect([await told(), groupQuantity(await story.group())]).to.deep.equal([['orphan_position asks -'], '5']);
    });

    for (const decision of ['adopt', 'close'] as const) {
      it(`a person decides to ${decision} it: a group of its own, once, even when whoever carries it out dies`, async () => {
        story.exchange.trade('buy', '1', '100');
        await look();
        await later(6_000);
        await rig.decideDifference(story.accountId, decision);
        story.dieAtPoint('reconcile:end-difference', 'before');
        expect(await story.live(() => later())).to.equal(false);
        await story.rest();
        await rig.forgetBusy(story.accountId);
        await later();
        await story.rest();
        await later();
        const groups = await story.groups();
        expect(groups).to.have.length(1);
        expect([(await differences()).map(({ state }) => state), groups[0]?.timeframe]).to.deep.equal([[decision === 'adopt' ? 'adopted' : 'closed'], 'adopted']);
        if (decision === 'close') expect([groups[0]?.status, groups[0]?.closeReason, story.exchange.position()]).to.deep.equal(['closed', 'manual', '0']);
        else expect([groups[0]?.status, groups[0]?.stop?.price, groupQuantity(groups[0]!), (await story.order('take-profit', 0)).price]).to.deep.equal(['active', '98', '1', '101']);
      });
    }

    it('one ignored is not asked about again', async () => {
      story.exchange.trade('buy', '1', '100');
      await look();
      await later(6_000);
      await rig.decideDifference(story.accountId, 'ignore');
      await later();
      story.exchange.trade('buy', '1', '100');
      await later();
      expect(await told()).to.deep.equal(['orphan_position ignored -']);
    });

    it('a venue that does not answer is not an empty account', async () => {
      await holding();
      story.exchange.silent = true;
      const end = await later();
      expect([end.status, groupQuantity(await story.group()), await told()]).to.deep.equal(['failed', '5', []]);
    });

    it('a venue that goes on not answering brings the account into safe mode, once', async () => {
      story.exchange.silent = true;
      for (let times = 0; times < 10; times += 1) await later();
      expect((await rig.store.halts()).filter(({ scopeId }) => scopeId === story.accountId).map(({ kind, code }) => [kind, code])).to.deep.equal([['safe_mode', 'state_unreadable']]);
      await rig.lift();
    });

    it('two processes: one compares, the other leaves', async () => {
      expect(await rig.store.beginReconcile(story.accountId, 'the first', 60_000, Date.now())).not.to.equal(null);
      expect(await reconcileAccount(story.ports, story.accountId, 'the second')).to.equal(null);
      await rig.forgetBusy(story.accountId);
      expect((await look()).status).to.equal('clean');
    });

    it('entries wait for the first comparison after a start, exits do not', async () => {
      await holding();
      await rig.store.holdEntries('the start');
      await story.alert({ symbol: 'ETH/USDT:USDT' });
      await story.alert({ kind: 'exit' });
      await story.rest();
      expect([(await story.groups())[0]?.status, story.exchange.position()]).to.deep.equal(['closed', '0']);
      expect([...story.exchange.orders.values()].some(({ request }) => request.symbol.startsWith('ETH'))).to.equal(false);
      story.exchange.silent = true;
      await later();
      await story.rest();
      expect([...story.exchange.orders.values()].some(({ request }) => request.symbol.startsWith('ETH')), 'a comparison that failed lets nothing go').to.equal(false);
      story.exchange.silent = false;
      await later();
      await story.rest();
      expect([...story.exchange.orders.values()].some(({ request }) => request.symbol.startsWith('ETH'))).to.equal(true);
      await rig.lift();
    });

    for (const [point, moment] of [['reconcile:own-again', 'before'], ['reconcile:keep', 'after'], ['reconcile:end-difference', 'before'], ['reconcile:end', 'before']] as const) {
      it(`a death ${moment} ${point}: compared again, everything is booked once`, async () => {
        await holding();
        const entry = await story.order('entry', 1);
        story.exchange.trade('sell', '2', '101');
        await later();
        story.exchange.cancelByHand(entry.clientOrderId);
        story.dieAtPoint(point, moment);
        expect(await story.live(() => later(6_000)), 'somebody died').to.equal(false);
        await rig.forgetBusy(story.accountId);
        for (let times = 0; times < 4; times += 1) await later(8_000);
        await settled();
        expect([groupQuantity(await story.group()), story.exchange.position(), (await differences()).map(({ state }) => state)]).to.deep.equal(['3', '3', ['done', 'done']]);
      });
    }
  });
}
