import { foundContract } from '#test/contracts/found.contract';
import { memoryRig } from '#test/support/store-rig';

foundContract('in memory', async () => memoryRig());
