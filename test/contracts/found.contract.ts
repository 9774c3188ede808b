import { expect } from 'chai';
import { FoundScene } from '../support/found-scene.ts';
import type { StoreRig } from '../support/store-rig.ts';
import { otherAccountsContract } from './found-accounts.contract.ts';
import { closedRestContract } from './found-closed.contract.ts';
import { otherDeploymentContract } from './found-deployment.contract.ts';
import { rearmContract } from './found-rearm.contract.ts';
import { stopDroppedContract } from './found-stop-dropped.contract.ts';
import { stopReachedContract } from './found-stop-reached.contract.ts';
import { straysContract } from './found-strays.contract.ts';

/** What is done about orders, positions and deployments that are found at a venue, as it is configured. */
export function foundContract(kind: string, createRig: () => Promise<StoreRig>): void {
  describe(`what is found at a venue, with the store ${kind}`, function () {
    this.timeout(60_000);
    const scene = new FoundScene();
    before(async () => {
      scene.rig = await createRig();
    });
    after(() => scene.rig.close());
    beforeEach(() => scene.begin());

    stopReachedContract(scene);
    stopDroppedContract(scene);
    straysContract(scene);
    otherDeploymentContract(scene);
    otherAccountsContract(scene);
    rearmContract(scene);
    closedRestContract(scene);

    it('`interval_seconds`: a report, of all orders, is due by it', async () => {
      await scene.later();
      scene.plan = { ...scene.plan, reportEveryMs: 3_600_000 };
      expect((await scene.later(3_000_000, 'look')).keep).to.equal(false);
      scene.plan = { ...scene.plan, reportEveryMs: 60_000 };
      expect((await scene.later(61_000, 'look')).keep).to.equal(true);
    });
  });
}
