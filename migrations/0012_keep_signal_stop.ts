import type { Knex } from 'knex';

/** Groups that were opened before stops were watched have none, and no override rule for a strategy concerns them. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`update position_groups set state = '{"stop": null, "alertName": null}'::jsonb || state`);
}

/** Undoes `up`. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw(`update position_groups set state = state - 'stop' - 'alertName'`);
}
