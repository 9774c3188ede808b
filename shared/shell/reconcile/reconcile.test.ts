import { reconcileContract } from '#test/contracts/reconcile.contract';
import { memoryRig } from '#test/support/store-rig';

reconcileContract('in memory', async () => memoryRig());
