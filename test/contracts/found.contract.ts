import { expect } from 'chai';
import { defaultSettings } from '#shared/contracts/settings';
import { reconcilePlanOf } from '#shared/contracts/settings-plans';
import { clientOrderId } from '#shared/engine/ids';
import { price, qty } from '#shared/engine/num/units';
import type { PositionGroup } from '#shared/engine/position/position-group';
import type { ReconcilePlan } from '#shared/engine/reconcile/reconcile-plan';
import type { EndedReconcile } from '#shared/ports/reconcile-store.port';
import { reconcileAccount } from '#shared/shell/reconcile/reconcile-account';
import { enterSafeMode, type SafeModeCode } from '#shared/shell/safe-mode';
import { createDeploymentEar } from '#workers/hear-deployment';
import { orphanStops } from '#workers/orphan-stops';
import { rearmAfterClean } from '#workers/rearm-after-clean';
import { ShellStory } from '../support/shell-story.ts';
import { saving, writing, type StoreRig } from '../support/store-rig.ts';

const symbol = 'BTC/USDT:USDT';
/** The mark of another installation. */
const other = 'qqqqq';

/** What is done about orders, positions and deployments that are found at a venue, as it is configured. */
export function foundContract(kind: string, createRig: () => Promise<StoreRig>): void {
  describe(`what is found at a venue, with the store ${kind}`, function () {
    this.timeout(60_000);
    let rig: StoreRig;
    let story: ShellStory;
    let plan: ReconcilePlan;
    let alerts: string[];
    before(async () => {
      rig = await createRig();
    });
    after(() => rig.close());
    beforeEach(async () => {
      await rig.lift();
      await rig.closeGroups();
      story = await ShellStory.on(rig);
      alerts = [];
      plan = reconcilePlanOf(defaultSettings);
      Object.assign(story.ports, { reconcilePlan: async () => plan, log: { ...story.ports.log, alert: (_: string, message: string) => void alerts.push(message) } });
    });

    const later = async (ms = 40_000, occasion: 'asked' | 'look' = 'asked'): Promise<EndedReconcile> => {
      story.ahead += ms;
      if (occasion === 'asked') await rig.store.askReconcile(story.accountId, 'asked');
      const end = await reconcileAccount(story.ports, story.accountId, 'test');
      if (end === null) throw new Error('another one compares');
      return end;
    };
    const told = async (): Promise<string[]> => (await rig.differences(story.accountId)).map((each) => `${each.kind} ${each.state} ${each.action ?? '-'}`);
    const halts = async (): Promise<string[]> => (await rig.store.halts()).filter(({ scopeId }) => scopeId === story.accountId).map(({ code }) => code ?? '');
    const place = (id: string, quantity = '1'): void => story.exchange.place({ clientOrderId: id, symbol, side: 'buy', type: 'limit', quantity: qty(quantity), price: price('90'), reduceOnly: false });
    const idOf = (prefix: string, groupId = '999999'): string => clientOrderId(prefix, { groupId, role: 'entry', pyramid: 0, leg: 0, generation: 0 });
    const openAt = (id: string): string | undefined => story.exchange.orders.get(id)?.status;

    describe('a position nobody here has opened', () => {
      let last = '100';
      let mayTrade = true;
      beforeEach(() => {
        mayTrade = true;
      });
      const watch = (): Promise<void> => orphanStops({ store: rig.store, jobs: { knock: async () => {} }, clock: story.ports.clock, priceFresh: () => price(last), mayTrade: () => mayTrade, log: story.ports.log }).run();
      const moveTo = (at: string): void => void (last = story.exchange.pricesMarket[symbol] = story.exchange.priceMarket = at);
      /** A person has bought, and two looks agree on it. */
      const found = async (side: 'buy' | 'sell', quantity: string, at: string, market: string): Promise<void> => {
        moveTo(market);
        story.exchange.priceEntry = at;
        story.exchange.trade(side, quantity, at);
        await later(0);
        await later(6_000);
      };
      const stops = async (): Promise<string[]> => (await rig.store.emergencyStops(story.ports.clock.now())).filter(({ accountId }) => accountId === story.accountId).map((each) => `${each.side} ${each.price}`);

      const cases: [side: 'buy' | 'sell', quantity: string, entry: string, market: string, stop: string, before: string, reached: string][] = [
        ['buy', '0.05', '90800', '90800', '88984', '88984.01', '88984'],
        ['buy', '0.05', '90800', '88500', '86730', '86731', '86729'],
        ['sell', '1.5', '3000', '3000', '3060', '3059.99', '3060.01'],
      ];
      for (const [side, quantity, entry, market, stop, before, reached] of cases) {
        it(`E-48: ${side === 'buy' ? 'long' : 'short'} ${quantity} @ ${entry}, last price ${market}: stopped at ${stop}, reduce-only, once, and an alert says so`, async () => {
          await found(side, quantity, entry, market);
          expect([await stops(), alerts.filter((line) => line.startsWith('Emergency stop')).length]).to.deep.equal([[`${side === 'buy' ? 'long' : 'short'} ${stop}`], 1]);
          moveTo(before);
          await watch();
          await later(31_000);
          expect([story.exchange.submits, await stops()], 'the stop does not follow the price').to.deep.equal([[], [`${side === 'buy' ? 'long' : 'short'} ${stop}`]]);
          moveTo(reached);
          await watch();
          await watch();
          await later(1_000, 'look');
          await story.rest();
          const [order] = [...story.exchange.orders.values()];
          expect(story.exchange.submits).to.have.length(1);
          expect([order?.request.type, order?.request.reduceOnly, order?.request.side, order?.request.quantity]).to.deep.equal(['market', true, side === 'buy' ? 'sell' : 'buy', quantity]);
          expect([story.exchange.position(), (await story.groups()).map(({ closeReason }) => closeReason), await told()]).to.deep.equal(['0', ['stop_loss'], ['orphan_position closed stopped']]);
        });
      }

      it('the limits leave no more than the reserve when it is reached: it is closed all the same; nothing left at all, it is tried again after 2 s', async () => {
        await found('buy', '1', '100', '100');
        story.exchange.budget = 'reserve';
        expect((await later(31_000, 'look')).againInMs, 'what nobody waits for, waits for the next minute').to.equal(45_000);
        moveTo('98');
        await watch();
        story.exchange.budget = 'none';
        const held = await later(0, 'look');
        expect([held.status, held.againInMs, held.failures]).to.deep.equal(['failed', 2_000, 0]);
        story.exchange.budget = 'reserve';
        await later(2_000, 'look');
        story.exchange.budget = 'plenty';
        await story.rest();
        expect([story.exchange.position(), (await story.groups()).map(({ closeReason }) => closeReason), await told()]).to.deep.equal(['0', ['stop_loss'], ['orphan_position closed stopped']]);
      });

      it('taken over before the stop is reached: the group has a stop of its own, the other is gone', async () => {
        await found('buy', '1', '100', '100');
        await rig.decideDifference(story.accountId, 'adopt');
        moveTo('50');
        await watch();
        await later(1_000);
        expect([await stops(), await told(), (await story.groups()).map(({ stop }) => stop?.from)]).to.deep.equal([[], ['orphan_position adopted adopted'], ['adopted']]);
      });

      it('ignored: its stop is gone, whatever the price does', async () => {
        await found('buy', '1', '100', '100');
        await rig.decideDifference(story.accountId, 'ignore');
        moveTo('50');
        await watch();
        await later();
        await story.rest();
        expect([await stops(), story.exchange.submits, story.exchange.position()]).to.deep.equal([[], [], '1']);
      });

      it('closed by hand before its stop: nothing is sold', async () => {
        await found('buy', '1', '100', '100');
        story.exchange.trade('sell', '1', '99');
        moveTo('97');
        await watch();
        await later();
        await story.rest();
        expect([story.exchange.submits, (await told()).length]).to.deep.equal([[], 1]);
        expect(await stops()).to.deep.equal([]);
      });

      it('more of it than ours on the same side: only what nobody here has opened is closed', async () => {
        await story.alert();
        await story.round();
        const entry = await story.order('entry', 0);
        story.exchange.fill(entry.clientOrderId, entry.quantity, '100');
        await story.rest();
        await later();
        await found('buy', '1', '100', '100');
        moveTo('95');
        await watch();
        await later(1_000, 'look');
        await story.rest();
        expect([story.exchange.position(), (await story.groups()).map(({ status, closeReason }) => `${status} ${closeReason}`)]).to.deep.equal(['5', ['partially_filled null', 'closed stop_loss']]);
      });

      /** A person has closed it and opened another one. */
      const reopened = (quantity: string, at: string): void => {
        const was = story.exchange.position();
        story.exchange.trade('sell', was, at);
        moveTo(at);
        story.exchange.priceEntry = at;
        story.exchange.trade('buy', quantity, at);
      };
      const untouched = async (): Promise<void> => {
        await story.rest();
        expect([story.exchange.submits, (await story.groups()).length], 'nothing is sold').to.deep.equal([[], 0]);
      };

      for (const quantity of ['1', '0.4', '3'])
        it(`closed by hand and ${quantity} opened lower between two looks: the stop is set anew, and nothing is sold`, async () => {
          await found('buy', '1', '100', '100');
          reopened(quantity, '80');
          await later(31_000, 'look');
          expect(await stops()).to.deep.equal(['long 78.4']);
          await watch();
          await later(31_000, 'look');
          await untouched();
        });

      it('the same, and the old stop is reached before the look: it is dropped, and the new one is in its place', async () => {
        await found('buy', '1', '100', '100');
        reopened('1', '80');
        await watch();
        await later(1_000, 'look');
        expect([await stops(), await told()]).to.deep.equal([['long 78.4'], ['orphan_position asks stop_dropped']]);
        await untouched();
      });

      it('a part of it is closed by hand: the stop stays', async () => {
        await found('buy', '1', '100', '100');
        story.exchange.trade('sell', '0.4', '99');
        await later(31_000, 'look');
        expect(await stops()).to.deep.equal(['long 98']);
      });

      it('more is bought by hand: the stop is set anew from the entry price there is now', async () => {
        await found('buy', '1', '100', '100');
        moveTo('98.5');
        story.exchange.priceEntry = '99';
        story.exchange.trade('buy', '2', '98.5');
        await later(31_000, 'look');
        expect(await stops()).to.deep.equal(['long 97.02']);
      });

      it('our own group trades beside it, which blends the entry price: the stop stays, and closes it when it is reached', async () => {
        await story.alert();
        await story.round();
        await later();
        await found('buy', '1', '100', '100');
        expect(await stops()).to.deep.equal(['long 98']);
        const entry = await story.order('entry', 0);
        story.exchange.fill(entry.clientOrderId, entry.quantity, '99');
        story.exchange.priceEntry = '99.1';
        await story.rest();
        await later(31_000, 'look');
        expect(await stops()).to.deep.equal(['long 98']);
        moveTo('98');
        await watch();
        await later(1_000, 'look');
        await story.rest();
        expect((await story.groups()).map(({ closeReason }) => closeReason)).to.deep.equal([null, 'stop_loss']);
      });

      it('the account is switched off, or may not trade in this mode: nothing is decided', async () => {
        await found('buy', '1', '100', '100');
        moveTo('97');
        mayTrade = false;
        await watch();
        expect(await told()).to.deep.equal(['orphan_position asks -']);
        mayTrade = true;
        await rig.switchOff(story.accountId);
        await watch();
        expect([await told(), await stops()]).to.deep.equal([['orphan_position asks -'], []]);
      });

      it('nobody has seen the position for two minutes: nothing is decided until it is seen again', async () => {
        await found('buy', '1', '100', '100');
        story.ahead += 121_000;
        moveTo('97');
        await watch();
        expect(await told()).to.deep.equal(['orphan_position asks -']);
        await later(0, 'look');
        await watch();
        expect(await told()).to.deep.equal(['orphan_position asks stop_reached']);
      });

      it('it was reached, and the account was off for days: what is held then is asked about again, with a stop of its own', async () => {
        await found('buy', '1', '100', '100');
        moveTo('97');
        await watch();
        moveTo('150');
        await later(3 * 86_400_000, 'look');
        expect([await stops(), await told()]).to.deep.equal([['long 98'], ['orphan_position asks stop_dropped']]);
        await untouched();
      });

      it('it was reached as another deployment is found on the account: nothing is closed, it may be the other one\'s', async () => {
        await found('buy', '1', '100', '100');
        moveTo('97');
        await watch();
        place(idOf(other));
        await later(1_000, 'look');
        expect([await stops(), (await told()).sort()]).to.deep.equal([[], ['orphan_position asks stop_dropped', 'other_deployment asks -']]);
        await untouched();
      });

      it('a closed group holds what a fill that came late has given it: that is ours, and no stop sells it', async () => {
        await story.alert();
        await story.round();
        const entry = await story.order('entry', 0);
        story.exchange.fill(entry.clientOrderId, entry.quantity, '100');
        await story.rest();
        const { id } = await story.group();
        const kept = (await rig.store.group(id))!;
        const ended: PositionGroup = { ...kept.group, status: 'closed', closedAt: Date.now(), closeReason: 'manual' };
        await rig.store.transact({ aggregate: 'group', aggregateId: id, key: null, event: { type: 'timer' } }, () => writing({ groups: [saving(ended, kept.version + 1, { orders: [] })] }));
        expect((await rig.store.accountBook(story.accountId))?.groups.map(({ group }) => group.id)).to.deep.equal([id]);
        await later();
        await later(6_000);
        expect([await stops(), (await told()).filter((line) => line.startsWith('orphan_position'))]).to.deep.equal([[], []]);
      });

      it('no rules of its symbol: it is not closed, tried again after 30 s, with one alert a round and one of the stop', async () => {
        await found('buy', '1', '100', '100');
        alerts.length = 0;
        story.rulesLost = true;
        moveTo('97');
        await watch();
        await later(1_000, 'look');
        for (let times = 0; times < 5; times += 1) await watch();
        expect([await told(), alerts.length]).to.deep.equal([['orphan_position asks refused'], 2]);
        await later(31_000, 'look');
        story.rulesLost = false;
        await watch();
        await later(1_000, 'look');
        await story.rest();
        expect([story.exchange.position(), await told()]).to.deep.equal(['0', ['orphan_position closed stopped']]);
      });

      it('rules that are too old, or in doubt, for an entry: it is closed by those last known', async () => {
        await found('buy', '1', '100', '100');
        story.rulesStale = true;
        moveTo('97');
        await watch();
        await later(1_000, 'look');
        await story.rest();
        expect([story.exchange.position(), await told()]).to.deep.equal(['0', ['orphan_position closed stopped']]);
      });

      it('no price since an outage: there is no stop yet, and the next look sets it', async () => {
        let fresh: string | null = null;
        story.ports.priceFresh = () => (fresh === null ? null : price(fresh));
        await found('buy', '1', '100', '100');
        expect(await stops()).to.deep.equal([]);
        fresh = '90';
        await later(31_000, 'look');
        expect(await stops()).to.deep.equal(['long 88.2']);
      });

      it('`orphan_positions: ask`: a person is asked, and there is no stop', async () => {
        plan = { ...plan, orphanPositions: 'ask' };
        await found('buy', '1', '100', '100');
        moveTo('50');
        await watch();
        expect([await stops(), await told(), story.exchange.submits]).to.deep.equal([[], ['orphan_position asks -'], []]);
      });

      it('the setting is changed while one asks: its stop comes and goes with it', async () => {
        await found('buy', '1', '100', '100');
        plan = { ...plan, orphanPositions: 'ask' };
        await later();
        expect(await stops()).to.deep.equal([]);
        plan = { ...plan, orphanPositions: 'stop' };
        await later();
        expect(await stops()).to.deep.equal(['long 98']);
      });
    });

    describe('an order of our scheme that nobody wants', () => {
      it('`orphan_orders: cancel`: it is cancelled', async () => {
        const id = idOf(await rig.store.deploymentPrefix());
        place(id);
        await later();
        expect([openAt(id), await told()]).to.deep.equal(['cancelled', ['orphan_order done cancelled']]);
      });

      it('`orphan_orders: report`: it stays until a person cancels it', async () => {
        plan = { ...plan, orphanOrders: 'report' };
        const id = idOf(await rig.store.deploymentPrefix());
        place(id);
        await later();
        await later(40_000, 'look');
        expect([openAt(id), await told(), alerts.length]).to.deep.equal(['open', ['orphan_order asks -'], 1]);
        await rig.decideDifference(story.accountId, 'close');
        await later();
        expect([openAt(id), await told(), (await later()).status]).to.deep.equal(['cancelled', ['orphan_order done cancelled'], 'clean']);
      });

      it('`orphan_orders: report`: cancelled by a person, it goes with the next look, though that is at our symbols alone', async () => {
        plan = { ...plan, orphanOrders: 'report' };
        const id = idOf(await rig.store.deploymentPrefix());
        place(id);
        await later();
        await rig.decideDifference(story.accountId, 'close');
        await later(40_000, 'look');
        expect([openAt(id), await told()]).to.deep.equal(['cancelled', ['orphan_order done cancelled']]);
      });

      it('`orphan_orders: report`: ignored, it stays and is not asked about again', async () => {
        plan = { ...plan, orphanOrders: 'report' };
        const id = idOf(await rig.store.deploymentPrefix());
        place(id);
        await later();
        await rig.decideDifference(story.accountId, 'ignore');
        await later();
        plan = { ...plan, orphanOrders: 'cancel' };
        await later();
        expect([openAt(id), await told()]).to.deep.equal(['open', ['orphan_order ignored -']]);
      });

      it('the setting is changed to cancel while one asks: it is cancelled', async () => {
        plan = { ...plan, orphanOrders: 'report' };
        const id = idOf(await rig.store.deploymentPrefix());
        place(id);
        await later();
        plan = { ...plan, orphanOrders: 'cancel' };
        await later();
        expect([openAt(id), await told()]).to.deep.equal(['cancelled', ['orphan_order done cancelled']]);
      });
    });

    describe('another deployment on the account', () => {
      it('an open order of its scheme stops new exposure, names it, and is never touched', async () => {
        place(idOf(other));
        await later();
        expect([await halts(), await told(), openAt(idOf(other))]).to.deep.equal([['second_deployment'], ['other_deployment asks -'], 'open']);
        expect(alerts.filter((line) => line.includes(other) && line.includes('Reconciliation')).length).to.be.greaterThan(0);
        await story.alert();
        await story.rest();
        expect(story.exchange.submits).to.deep.equal([]);
      });

      it('before a start trades: the hold of its entries ends in safe mode, not in entries', async () => {
        await rig.store.holdEntries('the start');
        await story.alert();
        await story.round();
        place(idOf(other));
        await later(0, 'look');
        await story.rest();
        expect([await halts(), story.exchange.submits]).to.deep.equal([['second_deployment'], []]);
      });

      it('re-armed while its orders are open and nobody has accepted them: stopped again', async () => {
        place(idOf(other));
        await later();
        await rig.lift();
        await later();
        expect(await halts()).to.deep.equal(['second_deployment']);
      });

      it('accepted: not asked about again, also after its orders were gone for a while', async () => {
        place(idOf(other));
        await later();
        await rig.decideDifference(story.accountId, 'ignore');
        await rig.lift();
        await later();
        story.exchange.orders.delete(idOf(other));
        await later();
        place(idOf(other, '7'));
        await later();
        expect([await halts(), await told()]).to.deep.equal([[], ['other_deployment ignored -']]);
      });

      it('its last order has ended: the question goes, safe mode waits for a person', async () => {
        place(idOf(other));
        await later();
        story.exchange.orders.delete(idOf(other));
        await later();
        expect([await halts(), await told()]).to.deep.equal([['second_deployment'], ['other_deployment gone gone']]);
      });

      it('a look at our symbols alone does not see its orders: the question stays', async () => {
        place(idOf(other));
        await later();
        story.exchange.orders.delete(idOf(other));
        await later(40_000, 'look');
        expect(await told()).to.deep.equal(['other_deployment asks -']);
      });

      it('a person\'s orders, and those of other programs, are none', async () => {
        for (const id of ['web_AbC123', 'x-gridbot-1234567890', 'abcdefghijklmnopqrs', 'b12345678e00000aaaa']) place(id);
        await later();
        expect([await halts(), await told()]).to.deep.equal([[], []]);
      });

      it('an order the stream tells of, gone before anybody looks: stopped at once, and asked about', async () => {
        const hear = createDeploymentEar(story.ports);
        const event = { kind: 'order', report: { clientOrderId: idOf(other), venueOrderId: '1', status: 'filled', quantityFilled: qty('1'), reason: null, at: 0 } } as const;
        await hear(story.accountId, event);
        expect(await halts()).to.deep.equal(['second_deployment']);
        await later();
        await hear(story.accountId, event);
        expect(await told()).to.deep.equal(['other_deployment asks -']);
        await rig.decideDifference(story.accountId, 'ignore');
        await rig.lift();
        story.ahead += 120_000;
        await hear(story.accountId, event);
        await later();
        expect([await halts(), await told()]).to.deep.equal([[], ['other_deployment ignored -']]);
      });

      const event = { kind: 'order', report: { clientOrderId: idOf(other), venueOrderId: '1', status: 'filled', quantityFilled: qty('1'), reason: null, at: 0 } } as const;
      const rearm = (scope: 'account' | 'global' = 'account'): Promise<unknown> => rig.store.rearm({ scope, scopeId: scope === 'account' ? story.accountId : '', kinds: ['safe_mode'] });
      const stops = async (): Promise<string[]> => (await rig.store.emergencyStops(story.ports.clock.now())).filter(({ accountId }) => accountId === story.accountId).map((each) => `${each.side} ${each.price}`);

      for (const scope of ['account', 'global'] as const)
        it(`stopped by a person, and ${scope === 'account' ? 'the account' : 'everything'} re-armed: what was heard before stops nothing any more, what is heard after it does`, async () => {
          const hear = createDeploymentEar(story.ports);
          await hear(story.accountId, event);
          await later();
          if (scope === 'global') await enterSafeMode(story.ports, null, 'clock_skew', 'the test');
          await rearm();
          if (scope === 'global') {
            await rig.store.hearDeployment(story.accountId, other);
            await rearm('global');
          }
          await later(40_000, 'look');
          await later();
          expect([await halts(), await told()]).to.deep.equal([[], ['other_deployment gone gone']]);
          story.ahead += 120_000;
          await hear(story.accountId, event);
          await later();
          expect(await halts()).to.deep.equal(['second_deployment']);
        });

      it('re-armed while it is being compared: a look that began before does not undo that', async () => {
        await createDeploymentEar(story.ports)(story.accountId, event);
        await later();
        whileLooking(() => rearm());
        await later();
        expect(await halts()).to.deep.equal([]);
      });

      it('accepted and re-armed while it is being compared, or heard: that is not undone', async () => {
        const hear = createDeploymentEar(story.ports);
        place(idOf(other));
        await later();
        const accept = async (): Promise<void> => {
          await rig.decideDifference(story.accountId, 'ignore');
          await rearm();
        };
        whileLooking(accept);
        await later();
        expect([await halts(), await told()], 'compared').to.deep.equal([[], ['other_deployment ignored -']]);
        await rig.closeGroups();
        story = await ShellStory.on(rig);
        place(idOf(other));
        await later();
        whileLooking(accept);
        await hear(story.accountId, event);
        await createDeploymentEar(story.ports)(story.accountId, event);
        expect([await halts(), await told()], 'heard').to.deep.equal([[], ['other_deployment ignored -']]);
      });
      /** Does something as soon as the next one has read what is known. */
      const whileLooking = (act: () => Promise<unknown>): void => {
        const { openDifferences } = rig.store;
        story.ports.store.openDifferences = async (accountId) => {
          const known = await openDifferences(accountId);
          story.ports.store.openDifferences = openDifferences;
          await act();
          return known;
        };
      };

      it('accepted: no emergency stop while its orders are open or it was heard within a day; when it has gone, there are stops again', async () => {
        place(idOf(other));
        await later();
        await rig.decideDifference(story.accountId, 'ignore');
        await rearm();
        story.exchange.trade('buy', '1', '100');
        await later(0);
        await later(6_000);
        expect(await stops(), 'its order is open').to.deep.equal([]);
        story.exchange.orders.delete(idOf(other));
        await later(40_000, 'look');
        expect(await stops(), 'a look at our symbols alone does not tell').to.deep.equal([]);
        await later();
        expect(await stops(), 'it has gone').to.deep.equal(['long 98']);
        await later(40_000, 'look');
        expect(await stops(), 'a stop that stands goes on').to.deep.equal(['long 98']);
        await createDeploymentEar(story.ports)(story.accountId, event);
        await later();
        expect([await stops(), await told()], 'heard').to.deep.equal([[], ['other_deployment ignored -', 'orphan_position asks -']]);
      });

      it('re-armed after it was heard: its position may still be there, and has no emergency stop for a day', async () => {
        await createDeploymentEar(story.ports)(story.accountId, event);
        await later();
        await rearm();
        story.exchange.trade('buy', '1', '100');
        await later(0);
        await later(6_000);
        expect([await stops(), await halts()]).to.deep.equal([[], []]);
      });

      it('our own orders, and a person\'s, are heard without a word', async () => {
        const hear = createDeploymentEar(story.ports);
        for (const clientOrderId of [idOf(await rig.store.deploymentPrefix()), 'web_AbC123', '']) await hear(story.accountId, { kind: 'order', report: { clientOrderId, venueOrderId: '1', status: 'open', quantityFilled: qty('0'), reason: null, at: 0 } });
        expect([await halts(), alerts]).to.deep.equal([[], []]);
      });
    });

    it('a position beside another deployment has no emergency stop: it is the other one\'s', async () => {
      story.exchange.trade('buy', '1', '100');
      place(idOf(other));
      await later(0);
      await later(6_000);
      expect([(await rig.store.emergencyStops(story.ports.clock.now())).filter(({ accountId }) => accountId === story.accountId), (await told()).sort()]).to.deep.equal([[], ['orphan_position asks -', 'other_deployment asks -']]);
    });

    it('two accounts with keys of one exchange account: the orders and positions of the other are left alone, and a person is asked', async () => {
      await story.alert();
      await story.round();
      const entry = await story.order('entry', 0);
      story.exchange.fill(entry.clientOrderId, entry.quantity, '100');
      await story.rest();
      const twin = await rig.addAccount(story.userId);
      story.ahead += 60_000;
      const before = JSON.stringify([...story.exchange.orders.values()]);
      for (const ms of [0, 6_000]) {
        story.ahead += ms;
        await rig.store.askReconcile(twin, 'asked');
        await reconcileAccount(story.ports, twin, 'test');
      }
      expect([JSON.stringify([...story.exchange.orders.values()]), (await rig.store.emergencyStops(story.ports.clock.now())).filter(({ accountId }) => accountId === twin)]).to.deep.equal([before, []]);
      expect((await rig.differences(twin)).map((each) => `${each.kind} ${each.state} ${each.venue ?? ''}`).sort()).to.deep.equal(['orphan_position asks 5', `other_deployment asks account ${story.accountId}`]);
      expect((await rig.store.halts()).filter(({ scopeId }) => scopeId === twin).map(({ code }) => code)).to.deep.equal(['second_deployment']);
    });

    const twins: [what: string, person: 'buy' | 'sell', stops: string[]][] = [
      ['the same side: no emergency stop, a person is asked', 'buy', []],
      ['the other side: it is none of the other account\'s', 'sell', ['short 102']],
    ];
    for (const [what, person, expected] of twins)
      it(`another account of the same venue and market holds a position without a resting order, and one is found on ${what}`, async () => {
        await story.alert();
        await story.round();
        const entry = await story.order('entry', 0);
        story.exchange.fill(entry.clientOrderId, entry.quantity, '100');
        await story.rest();
        story.exchange.orders.clear();
        story.exchange.trade(person, '5', '100');
        const twin = await rig.addAccount(story.userId);
        for (const ms of [60_000, 6_000, 40_000]) {
          story.ahead += ms;
          await rig.store.askReconcile(twin, 'asked');
          await reconcileAccount(story.ports, twin, 'test');
        }
        const stops = (await rig.store.emergencyStops(story.ports.clock.now())).filter(({ accountId }) => accountId === twin).map(({ side, price: at }) => `${side} ${at}`);
        expect([(await rig.differences(twin)).map((each) => `${each.kind} ${each.state}`), stops]).to.deep.equal([['orphan_position asks'], expected]);
      });

    describe('safe mode after a comparison that finds nothing', () => {
      const stand = (code: SafeModeCode): Promise<void> => enterSafeMode(story.ports, story.accountId, code, 'the test');
      const compare = (): Promise<void> => rearmAfterClean(story.ports, story.accountId, () => later());

      it('stays, unless it is configured to end', async () => {
        await stand('state_unreadable');
        await compare();
        expect(await halts()).to.deep.equal(['state_unreadable']);
      });

      const rows: [code: SafeModeCode, ends: boolean][] = [
        ['state_unreadable', true],
        ['unknown_orders', true],
        ['reconcile_failed', true],
        ['second_deployment', true],
        ['key_refused', false],
        ['clock_skew', false],
      ];
      for (const [code, ends] of rows)
        it(`configured: one of ${code} ${ends ? 'ends, and who waited is looked at again, now and a little later' : 'stays: a comparison says nothing about that'}`, async () => {
          plan = { ...plan, rearmAfterClean: true };
          await stand(code);
          const before = await rig.rowCount();
          await compare();
          expect([await halts(), (await rig.rowCount()) - before]).to.deep.equal(ends ? [[], 2] : [[code], 0]);
        });

      it('configured: it stays while something asks, while a venue does not answer, and where a person has set it', async () => {
        plan = { ...plan, rearmAfterClean: true };
        await stand('unknown_orders');
        place(idOf(other));
        await compare();
        expect(await halts(), 'another deployment').to.deep.equal(['unknown_orders']);
        story.exchange.orders.clear();
        story.exchange.silent = true;
        await compare();
        expect(await halts(), 'no answer').to.deep.equal(['unknown_orders']);
        await rig.lift();
        await rig.store.halt({ scope: 'account', scopeId: story.accountId, kind: 'kill_switch', code: null, reason: 'a person', by: 'a@example.com' });
        story.exchange.silent = false;
        await compare();
        expect((await rig.store.halts()).map(({ kind: each }) => each)).to.deep.equal(['kill_switch']);
      });

      it('configured: a look at our symbols alone does not end it, nor does one in which something could not be compared', async () => {
        plan = { ...plan, rearmAfterClean: true };
        await later();
        await stand('state_unreadable');
        await rearmAfterClean(story.ports, story.accountId, () => later(40_000, 'look'));
        expect(await halts(), 'our symbols alone').to.deep.equal(['state_unreadable']);
        await rig.lift();
        await story.alert();
        await story.round();
        const entry = await story.order('entry', 0);
        story.exchange.fill(entry.clientOrderId, entry.quantity, '100');
        await stand('state_unreadable');
        let status = '';
        await rearmAfterClean(story.ports, story.accountId, async () => {
          const end = await later(0);
          status = end.status;
          return end;
        });
        expect([status, await halts()], 'what has just moved').to.deep.equal(['differences', ['state_unreadable']]);
      });

      it('configured: a cause that no comparison disproves comes while the account is compared: it stays', async () => {
        plan = { ...plan, rearmAfterClean: true };
        await stand('unknown_orders');
        await rearmAfterClean(story.ports, story.accountId, async () => {
          const end = await later();
          await stand('key_refused');
          return end;
        });
        expect(await halts()).to.deep.equal(['key_refused']);
      });

      it('configured: the same, when it is about to end', async () => {
        plan = { ...plan, rearmAfterClean: true };
        await stand('unknown_orders');
        const { enqueue } = rig.store;
        story.ports.store.enqueue = async (row) => {
          story.ports.store.enqueue = enqueue;
          await stand('clock_skew');
          return await enqueue(row);
        };
        await compare();
        expect(await halts()).to.deep.equal(['clock_skew']);
      });

      it('configured: one that is set while the account is compared stays', async () => {
        plan = { ...plan, rearmAfterClean: true };
        await rearmAfterClean(story.ports, story.accountId, async () => {
          const end = await later();
          await stand('state_unreadable');
          return end;
        });
        expect(await halts()).to.deep.equal(['state_unreadable']);
      });
    });

    it('`interval_seconds`: a report, of all orders, is due by it', async () => {
      await later();
      plan = { ...plan, reportEveryMs: 3_600_000 };
      expect((await later(3_000_000, 'look')).keep).to.equal(false);
      plan = { ...plan, reportEveryMs: 60_000 };
      expect((await later(61_000, 'look')).keep).to.equal(true);
    });
  });
}
