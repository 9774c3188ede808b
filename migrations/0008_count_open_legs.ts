import type { Knex } from 'knex';

/** How many legs of a group still have an entry to fill: they may take slots of the pool. Exact from a group's next event on. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table position_groups add column legs_open int not null default 0;
    update position_groups set legs_open = legs_total - legs_filled where status <> 'closed';
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('alter table position_groups drop column legs_open;');
}
