import type { GroundFinding } from '#shared/ports/ground.port';
import type { Box } from './account-keys.table.ts';
import { clockSkewOf } from './clock-skew.query.ts';
import { createPool } from './connect.ts';
import { clockFindings, durabilityFindings, migrationsKnown, schemaFindings } from './database-ground.ts';
import { deploymentFindings, type DeploymentId } from './deployment-lease.table.ts';
import { keyFindings } from './key-canary.table.ts';

/** What a process that works on a database must know of it before it begins. */
export async function databaseGround({ databaseUrl, durable, deployment, box }: { databaseUrl: string; durable: boolean; deployment: DeploymentId | null; box: Box }): Promise<GroundFinding[]> {
  const pool = createPool(databaseUrl, { max: 1, name: 'tranche-check' });
  try {
    const basic = [...(await durabilityFindings(pool, { durable })), ...clockFindings(await clockSkewOf(pool)), ...(await schemaFindings(pool, migrationsKnown(), { migrating: false }))];
    // On a schema that is not ours the other questions have no answer.
    if (basic.some(({ refuse }) => refuse === 'always')) return basic;
    return [...basic, ...(await keyFindings(pool, box)), ...(deployment === null ? [] : await deploymentFindings(pool, deployment))];
  } finally {
    await pool.end();
  }
}
