import type { Knex } from 'knex';

/** Which severe log rows somebody has seen, and an index by which an endpoint finds its last delivery. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table log_acknowledgements (
      log_id bigint primary key references log_rows on delete cascade,
      user_id bigint not null references users on delete cascade,
      at timestamptz not null default now()
    );
    create index log_rows_severe_idx on log_rows (at) where level in ('error', 'alert');
    create index alerts_endpoint_idx on alerts (endpoint_id, received_at);
  `);
}

/** Undoes `up`. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop index alerts_endpoint_idx;
    drop index log_rows_severe_idx;
    drop table log_acknowledgements;
  `);
}
