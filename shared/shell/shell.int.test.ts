import { shellContract } from '#test/contracts/shell.contract';
import { postgresRig } from '#test/support/store-rig';

shellContract('on PostgreSQL', postgresRig);
