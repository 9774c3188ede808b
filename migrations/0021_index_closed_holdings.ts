import type { Knex } from 'knex';

/** A group that is closed and holds something all the same, by a fill that came late, counts where its account is compared. They are few. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`create index position_groups_closed_holding on position_groups (account_id) where status = 'closed' and quantity > 0`);
}

/** Undoes `up`. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop index position_groups_closed_holding');
}
