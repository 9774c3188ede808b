import { readOptions, usage, type SimulateOptions } from './simulate-options.ts';
import { liveSeed } from './simulated-life.ts';
import { runSeeds } from './seed-crew.ts';
import { caughtText, catchPlant } from './planted-run.ts';
import { failureText, neverStruck, progressText, summaryText } from './simulation-summary.ts';

/** So many lives come to every call there is, and must have died, thrown and hung before and after each. */
const seedsForAll = 2_000;

/** `npm run simulate`: many seeds over several processes, or one in this one. Ends with code 1 when an invariant broke, or many seeds have not struck every call. */
async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2));
  if (typeof options === 'string') {
    process.stderr.write(`${options}\n${usage}\n`);
    return 2;
  }
  if (options.plants.length > 0) return plantAll(options);
  if (options.seed !== null) {
    const report = await liveSeed(options.seed, { all: true, streamsOff: options.streamsOff });
    process.stdout.write(`${report.lines.join('\n')}\n${report.failure === null ? '' : `${failureText(report)}\n`}${summaryText([report], 0)}\n`);
    return report.failure === null ? 0 : 1;
  }
  const began = Date.now();
  const seeds = Array.from({ length: options.seeds }, (_, index) => options.from + index);
  const bar = process.stderr.isTTY;
  const reports = await runSeeds(seeds, options, (done, failed) => {
    if (bar) process.stderr.write(`\r${progressText(done, seeds.length, failed, Date.now() - began)}`);
    else if (done % 50 === 0 || done === seeds.length) process.stderr.write(`${progressText(done, seeds.length, failed, Date.now() - began)}\n`);
  });
  if (bar) process.stderr.write('\n');
  const failed = reports.filter(({ failure }) => failure !== null);
  for (const report of failed.slice(0, options.failures)) process.stdout.write(`${failureText(report)}\n`);
  process.stdout.write(`${summaryText(reports, Date.now() - began)}\n`);
  // Without user-data streams nobody comes to the calls that follow from them.
  const missed = seeds.length >= seedsForAll && !options.streamsOff ? neverStruck(reports) : [];
  return failed.length === 0 && missed.length === 0 ? 0 : 1;
}

/** Every mistake that was asked for is looked for; code 1 when one is not found. */
async function plantAll({ plants, from, seeds, streamsOff }: SimulateOptions): Promise<number> {
  let lost = 0;
  for (const name of plants) {
    const caught = await catchPlant(name, { from, seeds, streamsOff });
    if (caught === null) lost += 1;
    process.stdout.write(`${caughtText(name, seeds, caught)}\n`);
  }
  return lost === 0 ? 0 : 1;
}

process.exitCode = await main();
