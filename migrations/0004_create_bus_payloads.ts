import type { Knex } from 'knex';

/** Messages too large for a notification; unlogged, because losing them in a crash is allowed. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE UNLOGGED TABLE bus_payloads (
      id bigserial PRIMARY KEY,
      body text NOT NULL,
      at timestamptz NOT NULL DEFAULT now()
    );
    CREATE INDEX bus_payloads_at_idx ON bus_payloads (at);
  `);
}

/** Undoes `up`. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw('DROP TABLE bus_payloads');
}
