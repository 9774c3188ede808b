import type { Knex } from 'knex';

/** Log rows that the web app shows and exports; the maintenance job prunes them. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE TABLE log_rows (
      id bigserial PRIMARY KEY,
      at timestamptz NOT NULL,
      level text NOT NULL,
      category text NOT NULL,
      message text NOT NULL,
      fields jsonb NOT NULL DEFAULT '{}'
    );
    CREATE INDEX log_rows_at_idx ON log_rows (at);
    CREATE INDEX log_rows_category_idx ON log_rows (category, at);
  `);
}

/** Undoes `up`. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw('DROP TABLE log_rows');
}
