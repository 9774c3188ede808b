import type { Knex } from 'knex';

/** A decision's own orders are claimed in the packet that saves them, by their ids and a token of that packet; and when a lookup last found nothing of an order. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`create index outbox_orders on outbox (client_order_id) where done_at is null`);
  await knex.raw(`alter table outbox add column token uuid`);
  await knex.raw(`alter table orders add column absent_at timestamptz`);
}

/** Undoes `up`. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw(`alter table orders drop column absent_at`);
  await knex.raw(`alter table outbox drop column token`);
  await knex.raw(`drop index outbox_orders`);
}
