import type { Knex } from 'knex';

/** A text that was sealed with the deployment's ENCRYPTION_KEY: whoever cannot open it has another key. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw('alter table deployment add column key_canary bytea');
}

/** Undoes `up`. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw('alter table deployment drop column key_canary');
}
