import type { Knex } from 'knex';

/** Other deployments that were heard of on an exchange account, by their mark, and when last. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`alter table reconciles add column deployments jsonb not null default '{}'`);
}

/** Undoes `up`. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw('alter table reconciles drop column deployments');
}
