import { appendFileSync } from 'node:fs';
import { runProcess } from '#shared/adapters/system/process-life';

/** A process for tests of process life; what it does is chosen by FIXTURE, what it lived through is appended to FIXTURE_DIARY. */
const behaviour = process.env.FIXTURE ?? 'steady';
const name = process.env.FIXTURE_NAME ?? 'fixture';
const note = (event: string): void => appendFileSync(process.env.FIXTURE_DIARY ?? '/dev/null', `${name} ${event} ${process.pid}\n`);

note('born');
if (behaviour === 'crash at once') process.exit(3);

await runProcess(name, async ({ config, log, fail }) => {
  const alive = setInterval(() => {}, 1000);
  log.info('system', 'working', { database: config.databaseUrl !== '' });
  if (behaviour === 'refuse to start') throw new Error('no luck');
  if (behaviour === 'reject later') setTimeout(() => void Promise.reject(new Error('nobody caught me')), 50);
  if (behaviour === 'fail later') setTimeout(() => fail('gave up'), 50);
  if (behaviour === 'setup link') process.send?.({ type: 'setup-link', url: 'http://127.0.0.1/setup#abc' });
  note('ready');
  return {
    close: async () => {
      note('closing');
      clearInterval(alive);
      if (behaviour === 'never close') await new Promise((resolve) => setTimeout(resolve, 60_000));
      note('closed');
    },
  };
});
