import type { Knex } from 'knex';

/**
 * The index that keeps open groups unique also finds those of a symbol: each entry asks for them, whatever account they are on. It holds open groups only, so
 * whoever asks by another of its columns still reads no closed one.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create unique index position_groups_open_of_symbol on position_groups (user_id, symbol, account_id, timeframe, side) where status <> 'closed';
    drop index position_groups_open;
    alter index position_groups_open_of_symbol rename to position_groups_open;`);
}

/** Undoes `up`. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    create unique index position_groups_open_of_account on position_groups (user_id, account_id, symbol, timeframe, side) where status <> 'closed';
    drop index position_groups_open;
    alter index position_groups_open_of_account rename to position_groups_open;`);
}
