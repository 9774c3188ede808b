import { storeContract } from '#test/contracts/store.contract';
import { memoryRig } from '#test/support/store-rig';

storeContract('in memory', async () => memoryRig());
