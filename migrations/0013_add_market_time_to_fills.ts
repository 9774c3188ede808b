import type { Knex } from 'knex';

/**
 * When a trade happened by the clock of the prices it was made at. A replay's prices are of a day long past while the exchange's clock,
 * by which trades are asked for, goes on; a chart of those prices needs the former. Null where nobody has said it.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table fills add column market_at timestamptz;
    alter table fills_sim add column market_at bigint;
  `);
}

/** Undoes `up`. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table fills drop column market_at;
    alter table fills_sim drop column market_at;
  `);
}
