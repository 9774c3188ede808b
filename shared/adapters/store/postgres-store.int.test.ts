import { storeContract } from '#test/contracts/store.contract';
import { postgresRig } from '#test/support/store-rig';

storeContract('on PostgreSQL', postgresRig);
