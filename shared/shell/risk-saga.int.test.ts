import { riskContract } from '#test/contracts/risk.contract';
import { postgresRig } from '#test/support/store-rig';

riskContract('on PostgreSQL', postgresRig);
