import { runProcess } from '#shared/adapters/system/process-life';
import { startApi } from './wiring.ts';

await runProcess('api', startApi);
