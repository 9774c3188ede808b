import type { Knex } from 'knex';

/** The ladder as it was planned when a signal was decided, before its first order left; null for signals that did not get as far. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw('alter table signals add column plan jsonb;');
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('alter table signals drop column plan;');
}
