import { expect } from 'chai';
import { idOf, type FoundScene } from '../support/found-scene.ts';

/** Orders of our scheme that no group wants. */
export function straysContract(scene: FoundScene): void {
  describe('an order of our scheme that nobody wants', () => {
    it('`orphan_orders: cancel`: it is cancelled', async () => {
      const id = idOf(await scene.rig.store.deploymentPrefix());
      scene.place(id);
      await scene.later();
      expect([scene.openAt(id), await scene.told()]).to.deep.equal(['cancelled', ['orphan_order done cancelled']]);
    });

    it('`orphan_orders: report`: it stays until a person cancels it', async () => {
      scene.plan = { ...scene.plan, orphanOrders: 'report' };
      const id = idOf(await scene.rig.store.deploymentPrefix());
      scene.place(id);
      await scene.later();
      await scene.later(40_000, 'look');
      expect([scene.openAt(id), await scene.told(), scene.alerts.length]).to.deep.equal(['open', ['orphan_order asks -'], 1]);
      await scene.rig.decideDifference(scene.story.accountId, 'close');
      await scene.later();
      expect([scene.openAt(id), await scene.told(), (await scene.later()).status]).to.deep.equal(['cancelled', ['orphan_order done cancelled'], 'clean']);
    });

    it('`orphan_orders: report`: cancelled by a person, it goes with the next look, though that is at our symbols alone', async () => {
      scene.plan = { ...scene.plan, orphanOrders: 'report' };
      const id = idOf(await scene.rig.store.deploymentPrefix());
      scene.place(id);
      await scene.later();
      await scene.rig.decideDifference(scene.story.accountId, 'close');
      await scene.later(40_000, 'look');
      expect([scene.openAt(id), await scene.told()]).to.deep.equal(['cancelled', ['orphan_order done cancelled']]);
    });

    it('`orphan_orders: report`: ignored, it stays and is not asked about again', async () => {
      scene.plan = { ...scene.plan, orphanOrders: 'report' };
      const id = idOf(await scene.rig.store.deploymentPrefix());
      scene.place(id);
      await scene.later();
      await scene.rig.decideDifference(scene.story.accountId, 'ignore');
      await scene.later();
      scene.plan = { ...scene.plan, orphanOrders: 'cancel' };
      await scene.later();
      expect([scene.openAt(id), await scene.told()]).to.deep.equal(['open', ['orphan_order ignored -']]);
    });

    it('the setting is changed to cancel while one asks: it is cancelled', async () => {
      scene.plan = { ...scene.plan, orphanOrders: 'report' };
      const id = idOf(await scene.rig.store.deploymentPrefix());
      scene.place(id);
      await scene.later();
      scene.plan = { ...scene.plan, orphanOrders: 'cancel' };
      await scene.later();
      expect([scene.openAt(id), await scene.told()]).to.deep.equal(['cancelled', ['orphan_order done cancelled']]);
    });
  });
}
