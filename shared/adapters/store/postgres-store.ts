import type pg from 'pg';
import type { Store } from '#shared/ports/store.port';
import { accountsTable } from './accounts.table.ts';
import { haltsTable } from './halts.table.ts';
import { inboxTable } from './inbox.table.ts';
import { instrumentsTable } from './instruments.table.ts';
import { ordersTable } from './orders.table.ts';
import { outboxTable } from './outbox.table.ts';
import { reconcilesTable } from './reconciles.table.ts';
import { risksTable } from './risks.table.ts';
import { systemTable } from './system.table.ts';
import { createTransact } from './turns.ts';

/** The store on PostgreSQL. `pool` is one of `createPool`: schema `app`, numerics as text. */
export const createPostgresStore = (pool: pg.Pool): Store => ({
  transact: createTransact(pool),
  ...inboxTable(pool),
  ...outboxTable(pool),
  ...ordersTable(pool),
  ...accountsTable(pool),
  ...instrumentsTable(pool),
  ...reconcilesTable(pool),
  ...risksTable(pool),
  ...systemTable(pool),
  ...haltsTable(pool),
});
