import { slippageContract } from '#test/contracts/slippage.contract';
import { memoryRig } from '#test/support/store-rig';

slippageContract('in memory', async () => memoryRig());
