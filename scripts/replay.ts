import { pathToFileURL } from 'node:url';
import { createPool } from '#shared/adapters/store/connect';
import { createPostgresStore } from '#shared/adapters/store/postgres-store';
import { exitCodeConfig } from '#shared/adapters/system/process-life';
import { ConfigFault, loadConfig, readEnvFile } from '#shared/contracts/config';
import { replayGroup } from './replay-group.ts';
import { runningDatabaseUrl } from './running-database.ts';
import { StartFault } from './start-fault.ts';

/** `npm run replay -- <groupId>`: a stored group's journal through today's engine; prints the first difference, or `identical`. */

/** The replay of one stored group in one line, and whether it was identical. */
export async function replay(databaseUrl: string, groupId: string): Promise<{ identical: boolean; text: string }> {
  const pool = createPool(databaseUrl, { max: 1, name: 'tranche-replay' });
  try {
    const store = createPostgresStore(pool);
    // Journal first: what is decided between the two reads only adds to it, and is told as such instead of as a difference.
    const journal = await store.journalOf('group', groupId);
    const stored = await store.group(groupId);
    if (stored === null) throw new StartFault(`groupId: found ${groupId}, expected the id of a stored position group`);
    if (journal.length < stored.version) return { identical: false, text: `group ${groupId} is being worked on: ${journal.length} events read, its version is ${stored.version} by now; try again` };
    const found = replayGroup(journal, stored);
    return found.kind === 'identical' ? { identical: true, text: `identical (${found.events} events)` } : { identical: false, text: found.difference };
  } finally {
    await pool.end();
  }
}

async function command(groupId: string | undefined): Promise<number> {
  if (groupId === undefined || !/^\d{1,18}$/.test(groupId)) throw new StartFault(`groupId: found ${groupId ?? 'nothing'}, expected a number: npm run replay -- <groupId>`);
  readEnvFile();
  const { identical, text } = await replay(runningDatabaseUrl(loadConfig()), groupId);
  process.stdout.write(`${text}\n`);
  return identical ? 0 : 1;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  command(process.argv[2]).then(
    (code) => process.exit(code),
    (error: Error & { code?: string }) => {
      const plain = error instanceof ConfigFault || error instanceof StartFault;
      process.stderr.write(`${plain ? error.message : error.message || String(error.code ?? error.name)}\n`);
      process.exit(plain ? exitCodeConfig : 1);
    },
  );
}
