import { isStreamRejection } from '#shared/adapters/exchange/rejections';
import { runProcess } from '#shared/adapters/system/process-life';
import { startWorkers } from './wiring.ts';

await runProcess('workers', startWorkers, { harmless: isStreamRejection });
