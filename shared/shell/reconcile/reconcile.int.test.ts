import { reconcileContract } from '#test/contracts/reconcile.contract';
import { postgresRig } from '#test/support/store-rig';

reconcileContract('on PostgreSQL', postgresRig);
