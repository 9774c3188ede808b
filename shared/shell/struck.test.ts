import { struckContract } from '#test/contracts/struck.contract';
import { memoryRig } from '#test/support/store-rig';

struckContract('in memory', async () => memoryRig());
