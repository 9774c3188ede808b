import type { Knex } from 'knex';

/**
 * What all processes together have used of a venue's limits. Unlogged: it is written with every request, and what a crash of the
 * database loses the venue's next answer tells again.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create unlogged table rate_windows (
      key text primary key,
      window_number bigint not null,
      used bigint not null,
      banned_until bigint not null default 0
    );
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table rate_windows;');
}
