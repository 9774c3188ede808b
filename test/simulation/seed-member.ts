import { liveSeed } from './simulated-life.ts';

/** What a process of the crew is asked for. */
export interface Asked {
  seed: number;
  streamsOff: boolean;
}

/** A process of the crew: lives each seed it is sent and answers with its report. Seeds of one process follow each other. */
process.on('message', ({ seed, streamsOff }: Asked) => {
  void liveSeed(seed, { streamsOff }).then(({ lines: _, ...report }) => process.send?.(report));
});
