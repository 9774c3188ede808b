import { struckContract } from '#test/contracts/struck.contract';
import { postgresRig } from '#test/support/store-rig';

struckContract('on PostgreSQL', postgresRig);
