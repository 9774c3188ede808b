import { slippageContract } from '#test/contracts/slippage.contract';
import { postgresRig } from '#test/support/store-rig';

slippageContract('on PostgreSQL', postgresRig);
