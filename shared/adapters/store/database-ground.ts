import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type pg from 'pg';
import type { GroundFinding } from '#shared/ports/ground.port';
import { appSchema } from './connect.ts';

type Queryable = Pick<pg.ClientBase, 'query'> | Pick<pg.Pool, 'query'>;

/** Leases, expiries and the age of alerts go by two clocks; further apart they contradict each other (reliability, clocks). */
export const clockSkewMaxMs = 1_000;

/**
 * Settings of PostgreSQL under which a commit it has confirmed survives a crash. With `durable` false they may be anything: that is for
 * databases of tests, and the configuration does not allow it in live mode.
 */
export async function durabilityFindings(db: Queryable, { durable }: { durable: boolean }): Promise<GroundFinding[]> {
  const { rows } = await db.query<{ name: string; value: string }>(
    `select name, current_setting(name) as value from unnest(array['fsync', 'full_page_writes', 'synchronous_commit', 'transaction_read_only']) as name`,
  );
  const value = (name: string): string => rows.find((row) => row.name === name)?.value ?? '';
  const findings: GroundFinding[] = [];
  if (value('transaction_read_only') === 'on') findings.push({ refuse: 'always', message: 'DATABASE_URL: found a PostgreSQL that takes no writes (a standby, or default_transaction_read_only), expected the primary' });
  if (!durable) return findings;
  for (const name of ['fsync', 'full_page_writes', 'synchronous_commit']) {
    if (value(name) !== 'off') continue;
    const fix = name === 'synchronous_commit' ? 'ALTER ROLE or ALTER DATABASE ... SET synchronous_commit = on, or postgresql.conf' : 'postgresql.conf, then a reload';
    findings.push({ refuse: 'always', message: `DATABASE_URL: found a PostgreSQL with ${name} = off, which loses what it has confirmed when it crashes, expected ${name} = on (${fix}); for a test database set DATABASE_DURABILITY=off` });
  }
  return findings;
}

/** How far this machine's clock is from the database's. */
export function clockFindings({ skewMs, marginMs }: { skewMs: number; marginMs: number }): GroundFinding[] {
  if (Math.abs(skewMs) - marginMs <= clockSkewMaxMs) return [];
  const seconds = (Math.abs(skewMs) / 1000).toFixed(1);
  return [{ refuse: 'live', message: `Clock: found this machine's clock ${seconds} s ${skewMs > 0 ? 'behind' : 'ahead of'} the database's, expected at most ${clockSkewMaxMs / 1000} s; let both follow a time server (chrony, systemd-timesyncd)` }];
}

/** Names of the migrations this build knows, read from their folder: processes beside the migrating one must not import them. */
export const migrationsKnown = (root = join(import.meta.dirname, '..', '..', '..')): string[] =>
  readdirSync(join(root, 'migrations'))
    .filter((name) => /^\d{4}_\w+\.(ts|js)$/.test(name))
    .map((name) => name.replace(/\.(ts|js)$/, ''))
    .sort();

/** What the schema lacks, or has from a later Tranche. `pending` are fine for whoever is about to run them. */
export async function schemaFindings(db: Queryable, known: readonly string[], { migrating }: { migrating: boolean }): Promise<GroundFinding[]> {
  const { rows: there } = await db.query<{ there: boolean }>('select to_regclass($1) is not null as there', [`${appSchema}.knex_migrations`]);
  const { rows } = there[0]?.there === true ? await db.query<{ name: string }>(`select name from ${appSchema}.knex_migrations order by name`) : { rows: [] };
  const ran = new Set(rows.map(({ name }) => name));
  const pending = known.filter((name) => !ran.has(name));
  const newer = [...ran].filter((name) => !known.includes(name));
  const findings: GroundFinding[] = [];
  if (newer.length > 0)
    findings.push({ refuse: 'always', message: `DATABASE_URL: found a database that a later Tranche has migrated (${newer.join(', ')}), expected none this version does not know; start that version, or restore a backup from before` });
  if (pending.length > 0 && !migrating)
    findings.push({ refuse: 'always', message: `DATABASE_URL: found a database without the migrations ${pending.join(', ')}, expected all of them; run node dist/scripts/migrate.js (npm start does it by itself)` });
  return findings;
}
