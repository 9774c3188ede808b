import pg from 'pg';
import { appSchema, withSearchPath } from '#shared/adapters/store/connect';

export type Rows = <Row>(text: string) => Promise<Row[]>;

/** Reads the database as it is at one moment. Amounts come as text. */
export async function withRows<Result>(databaseUrl: string, read: (rows: Rows) => Promise<Result>): Promise<Result> {
  const client = new pg.Client({ connectionString: withSearchPath(databaseUrl, appSchema), connectionTimeoutMillis: 5_000 });
  // One that is killed under us is told by the query as well.
  client.on('error', () => {});
  await client.connect();
  try {
    await client.query('begin isolation level repeatable read read only');
    return await read(async <Row>(text: string) => (await client.query(text)).rows as Row[]);
  } finally {
    await client.end().catch(() => {});
  }
}
