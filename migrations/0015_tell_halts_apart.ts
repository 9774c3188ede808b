import type { Knex } from 'knex';

/**
 * Several reasons may stop new exposure at the same time, and each ends on its own: a person's pause, the engine's safe mode, the STOP
 * file, the kill switch. `seen_at` is when the STOP file was last seen.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table halts
      add column kind text not null default 'paused' check (kind in ('paused', 'safe_mode', 'stop_file', 'kill_switch')),
      add column code text,
      add column set_by text,
      add column seen_at timestamptz,
      drop constraint halts_pkey,
      add primary key (scope, scope_id, kind);
  `);
}

/** Undoes `up`; of several halts of one scope the oldest stays. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    delete from halts a using halts b where a.scope = b.scope and a.scope_id = b.scope_id and (b.created_at, b.kind) < (a.created_at, a.kind);
    alter table halts drop constraint halts_pkey, drop column kind, drop column code, drop column set_by, drop column seen_at, add primary key (scope, scope_id);
  `);
}
