import type { Knex } from 'knex';

/** When an account's safe mode, or everybody's, was last ended: what was heard of other deployments before that stops nothing any more. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw('alter table reconciles add column rearmed_at timestamptz');
}

/** Undoes `up`. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw('alter table reconciles drop column rearmed_at');
}
