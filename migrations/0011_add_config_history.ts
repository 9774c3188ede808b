import type { Knex } from 'knex';

/**
 * Who made a version of the configuration, by what, and what it changed; and how often a draft was saved, so that two pages that edit
 * it notice each other. `changed` is null for versions from before.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table configs
      add column author_id bigint references users on delete set null,
      add column author text,
      add column what text not null default 'applied' check (what in ('applied', 'imported', 'rolled_back', 'reset')),
      add column from_version int,
      add column note text,
      add column changed text[];
    update configs c set author_id = c.user_id, author = (select email from users where id = c.user_id);
    alter table config_drafts
      add column revision int not null default 1,
      add column what text not null default 'applied' check (what in ('applied', 'imported', 'rolled_back', 'reset')),
      add column from_version int;
  `);
}

/** Undoes `up`. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table config_drafts drop column revision, drop column what, drop column from_version;
    alter table configs drop column author_id, drop column author, drop column what, drop column from_version, drop column note, drop column changed;
  `);
}
