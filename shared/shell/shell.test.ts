import { shellContract } from '#test/contracts/shell.contract';
import { memoryRig } from '#test/support/store-rig';

shellContract('in memory', async () => memoryRig());
