import { liveSeed } from './simulated-life.ts';

/** A process of the crew: lives each seed it is sent and answers with its report. Seeds of one process follow each other. */
process.on('message', (seed: number) => {
  void liveSeed(seed).then(({ lines: _, ...report }) => process.send?.(report));
});
