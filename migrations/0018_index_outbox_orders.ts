import type { Knex } from 'knex';

/** A decision's own orders are claimed by their ids in the packet that saves them. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`create index outbox_orders on outbox (client_order_id) where done_at is null`);
}

/** Undoes `up`. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw(`drop index outbox_orders`);
}
