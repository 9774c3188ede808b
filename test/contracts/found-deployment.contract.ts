import { expect } from 'chai';
import { qty } from '#shared/engine/num/units';
import { enterSafeMode } from '#shared/shell/safe-mode';
import { createDeploymentEar } from '#workers/hear-deployment';
import { idOf, other, type FoundScene } from '../support/found-scene.ts';

/** Orders of another deployment of Tranche on the account, seen or heard: they stop new exposure until a person accepts them. */
export function otherDeploymentContract(scene: FoundScene): void {
  describe('another deployment on the account', () => {
    it('an open order of its scheme stops new exposure, names it, and is never touched', async () => {
      scene.place(idOf(other));
      await scene.later();
      expect([await scene.halts(), await scene.told(), scene.openAt(idOf(other))]).to.deep.equal([['second_deployment'], ['other_deployment asks -'], 'open']);
      expect(scene.alerts.filter((line) => line.includes(other) && line.includes('Reconciliation')).length).to.be.greaterThan(0);
      await scene.story.alert();
      await scene.story.rest();
      expect(scene.story.exchange.submits).to.deep.equal([]);
    });

    it('before a start trades: the hold of its entries ends in safe mode, not in entries', async () => {
      await scene.rig.store.holdEntries('the start');
      await scene.story.alert();
      await scene.story.round();
      scene.place(idOf(other));
      await scene.later(0, 'look');
      await scene.story.rest();
      expect([await scene.halts(), scene.story.exchange.submits]).to.deep.equal([['second_deployment'], []]);
    });

    it('re-armed while its orders are open and nobody has accepted them: stopped again', async () => {
      scene.place(idOf(other));
      await scene.later();
      await scene.rig.lift();
      await scene.later();
      expect(await scene.halts()).to.deep.equal(['second_deployment']);
    });

    it('accepted: not asked about again, also after its orders were gone for a while', async () => {
      scene.place(idOf(other));
      await scene.later();
      await scene.rig.decideDifference(scene.story.accountId, 'ignore');
      await scene.rig.lift();
      await scene.later();
      scene.story.exchange.orders.delete(idOf(other));
      await scene.later();
      scene.place(idOf(other, '7'));
      await scene.later();
      expect([await scene.halts(), await scene.told()]).to.deep.equal([[], ['other_deployment ignored -']]);
    });

    it('its last order has ended: the question goes, safe mode waits for a person', async () => {
      scene.place(idOf(other));
      await scene.later();
      scene.story.exchange.orders.delete(idOf(other));
      await scene.later();
      expect([await scene.halts(), await scene.told()]).to.deep.equal([['second_deployment'], ['other_deployment gone gone']]);
    });

    it('a look at our symbols alone does not see its orders: the question stays', async () => {
      scene.place(idOf(other));
      await scene.later();
      scene.story.exchange.orders.delete(idOf(other));
      await scene.later(40_000, 'look');
      expect(await scene.told()).to.deep.equal(['other_deployment asks -']);
    });

    it('a person\'s orders, and those of other programs, are none', async () => {
      for (const id of ['web_AbC123', 'x-gridbot-1234567890', 'abcdefghijklmnopqrs', 'b12345678e00000aaaa']) scene.place(id);
      await scene.later();
      expect([await scene.halts(), await scene.told()]).to.deep.equal([[], []]);
    });

    it('an order the stream tells of, gone before anybody looks: stopped at once, and asked about', async () => {
      const hear = createDeploymentEar(scene.story.ports);
      const event = { kind: 'order', report: { clientOrderId: idOf(other), venueOrderId: '1', status: 'filled', quantityFilled: qty('1'), reason: null, at: 0 } } as const;
      await hear(scene.story.accountId, event);
      expect(await scene.halts()).to.deep.equal(['second_deployment']);
      await scene.later();
      await hear(scene.story.accountId, event);
      expect(await scene.told()).to.deep.equal(['other_deployment asks -']);
      await scene.rig.decideDifference(scene.story.accountId, 'ignore');
      await scene.rig.lift();
      scene.story.ahead += 120_000;
      await hear(scene.story.accountId, event);
      await scene.later();
      expect([await scene.halts(), await scene.told()]).to.deep.equal([[], ['other_deployment ignored -']]);
    });

    const event = { kind: 'order', report: { clientOrderId: idOf(other), venueOrderId: '1', status: 'filled', quantityFilled: qty('1'), reason: null, at: 0 } } as const;
    const rearm = (scope: 'account' | 'global' = 'account'): Promise<unknown> => scene.rig.store.rearm({ scope, scopeId: scope === 'account' ? scene.story.accountId : '', kinds: ['safe_mode'] });

    for (const scope of ['account', 'global'] as const)
      it(`stopped by a person, and ${scope === 'account' ? 'the account' : 'everything'} re-armed: what was heard before stops nothing any more, what is heard after it does`, async () => {
        const hear = createDeploymentEar(scene.story.ports);
        await hear(scene.story.accountId, event);
        await scene.later();
        if (scope === 'global') await enterSafeMode(scene.story.ports, null, 'clock_skew', 'the test');
        await rearm();
        if (scope === 'global') {
          await scene.rig.store.hearDeployment(scene.story.accountId, other);
          await rearm('global');
        }
        await scene.later(40_000, 'look');
        await scene.later();
        expect([await scene.halts(), await scene.told()]).to.deep.equal([[], ['other_deployment gone gone']]);
        scene.story.ahead += 120_000;
        await hear(scene.story.accountId, event);
        await scene.later();
        expect(await scene.halts()).to.deep.equal(['second_deployment']);
      });

    it('re-armed while it is being compared: a look that began before does not undo that', async () => {
      await createDeploymentEar(scene.story.ports)(scene.story.accountId, event);
      await scene.later();
      whileLooking(() => rearm());
      await scene.later();
      expect(await scene.halts()).to.deep.equal([]);
    });

    it('accepted and re-armed while it is being compared, or heard: that is not undone', async () => {
      const hear = createDeploymentEar(scene.story.ports);
      scene.place(idOf(other));
      await scene.later();
      const accept = async (): Promise<void> => {
        await scene.rig.decideDifference(scene.story.accountId, 'ignore');
        await rearm();
      };
      whileLooking(accept);
      await scene.later();
      expect([await scene.halts(), await scene.told()], 'compared').to.deep.equal([[], ['other_deployment ignored -']]);
      await scene.rig.closeGroups();
      await scene.another();
      scene.place(idOf(other));
      await scene.later();
      whileLooking(accept);
      await hear(scene.story.accountId, event);
      await createDeploymentEar(scene.story.ports)(scene.story.accountId, event);
      expect([await scene.halts(), await scene.told()], 'heard').to.deep.equal([[], ['other_deployment ignored -']]);
    });
    /** Does something as soon as the next one has read what is known. */
    const whileLooking = (act: () => Promise<unknown>): void => {
      const { openDifferences } = scene.rig.store;
      scene.story.ports.store.openDifferences = async (accountId) => {
        const known = await openDifferences(accountId);
        scene.story.ports.store.openDifferences = openDifferences;
        await act();
        return known;
      };
    };

    it('accepted: no emergency stop while its orders are open or it was heard within a day; when it has gone, there are stops again', async () => {
      scene.place(idOf(other));
      await scene.later();
      await scene.rig.decideDifference(scene.story.accountId, 'ignore');
      await rearm();
      scene.story.exchange.trade('buy', '1', '100');
      await scene.later(0);
      await scene.later(6_000);
      expect(await scene.stops(), 'its order is open').to.deep.equal([]);
      scene.story.exchange.orders.delete(idOf(other));
      await scene.later(40_000, 'look');
      expect(await scene.stops(), 'a look at our symbols alone does not tell').to.deep.equal([]);
      await scene.later();
      expect(await scene.stops(), 'it has gone').to.deep.equal(['long 98']);
      await scene.later(40_000, 'look');
      expect(await scene.stops(), 'a stop that stands goes on').to.deep.equal(['long 98']);
      await createDeploymentEar(scene.story.ports)(scene.story.accountId, event);
      await scene.later();
      expect([await scene.stops(), await scene.told()], 'heard').to.deep.equal([[], ['other_deployment ignored -', 'orphan_position asks -']]);
    });

    it('re-armed after it was heard: its position may still be there, and has no emergency stop for a day', async () => {
      await createDeploymentEar(scene.story.ports)(scene.story.accountId, event);
      await scene.later();
      await rearm();
      scene.story.exchange.trade('buy', '1', '100');
      await scene.later(0);
      await scene.later(6_000);
      expect([await scene.stops(), await scene.halts()]).to.deep.equal([[], []]);
    });

    it('our own orders, and a person\'s, are heard without a word', async () => {
      const hear = createDeploymentEar(scene.story.ports);
      for (const clientOrderId of [idOf(await scene.rig.store.deploymentPrefix()), 'web_AbC123', '']) await hear(scene.story.accountId, { kind: 'order', report: { clientOrderId, venueOrderId: '1', status: 'open', quantityFilled: qty('0'), reason: null, at: 0 } });
      expect([await scene.halts(), scene.alerts]).to.deep.equal([[], []]);
    });
  });
}
