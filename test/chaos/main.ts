import { chaosUsage, readChaosOptions } from './chaos-options.ts';
import { held, reportText } from './chaos-report.ts';
import { runChaos } from './chaos-run.ts';

/** `npm run chaos`: the real thing under real kills and a failing venue, on each backend in turn. Ends with code 1 when a promise was broken. */
async function main(): Promise<number> {
  const options = readChaosOptions(process.argv.slice(2));
  if (typeof options === 'string') {
    process.stderr.write(`${options}\n${chaosUsage}\n`);
    return 2;
  }
  let broken = 0;
  for (const backend of options.backends) {
    const report = await runChaos(options, backend, (line) => process.stderr.write(`${backend}: ${line}\n`));
    process.stdout.write(`\n${reportText(report)}\n\n`);
    if (!held(report)) broken += 1;
  }
  return broken === 0 ? 0 : 1;
}

process.exitCode = await main();
