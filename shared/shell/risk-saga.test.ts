import { riskContract } from '#test/contracts/risk.contract';
import { memoryRig } from '#test/support/store-rig';

riskContract('in memory', async () => memoryRig());
