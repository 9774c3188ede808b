import { runProcess } from '#shared/adapters/system/process-life';
import { startWorkers } from './wiring.ts';

await runProcess('workers', startWorkers);
