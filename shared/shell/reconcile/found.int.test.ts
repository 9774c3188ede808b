import { foundContract } from '#test/contracts/found.contract';
import { postgresRig } from '#test/support/store-rig';

foundContract('on PostgreSQL', postgresRig);
