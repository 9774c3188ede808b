import type { Knex } from 'knex';

/**
 * One number that moves with everything a pool's decision goes by beside its own state: configurations, halts, which accounts trade; and with
 * webhook endpoints. A worker keeps what it has read and compares the number under the lock, the api when it stores an alert, instead of
 * reading all of it for every signal.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table standing (only_row boolean primary key default true check (only_row), stamp bigint not null);
    insert into standing (stamp) values (1);
    create function move_standing() returns trigger language plpgsql as $$ begin update standing set stamp = stamp + 1; return null; end $$;
    create trigger configs_standing after insert or update or delete on configs for each statement execute function move_standing();
    create trigger halts_standing after insert or update or delete on halts for each statement execute function move_standing();
    create trigger accounts_standing after insert or update of user_id, venue, market, mode, enabled, live_enabled_at, deleted_at or delete on accounts for each statement execute function move_standing();
    create trigger endpoints_standing after insert or update or delete on webhook_endpoints for each statement execute function move_standing();
  `);
}

/** Undoes `up`. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop trigger configs_standing on configs;
    drop trigger halts_standing on halts;
    drop trigger accounts_standing on accounts;
    drop trigger endpoints_standing on webhook_endpoints;
    drop function move_standing();
    drop table standing;
  `);
}
