import type { Knex } from 'knex';

/**
 * The third aggregate: one risk engine per user, with what its last cycle saw. `risk_cycles` keeps the cycles that acted, answered a person
 * or were of another mind than the one before; `risk_actions` every plan from its decision to its end.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table risks (
      user_id bigint primary key references users on delete cascade,
      version int not null,
      state jsonb not null,
      last_cycle_at timestamptz,
      last_cycle jsonb
    );
    create table risk_cycles (
      id bigint generated always as identity primary key,
      user_id bigint not null references users on delete cascade,
      at timestamptz not null,
      request_id text,
      record jsonb not null
    );
    create index risk_cycles_newest on risk_cycles (user_id, id desc);
    create index risk_cycles_request on risk_cycles (request_id) where request_id is not null;
    create index risk_cycles_old on risk_cycles (at);
    create table risk_actions (
      id text primary key,
      user_id bigint not null references users on delete cascade,
      number bigint generated always as identity,
      status text not null,
      loser_id bigint not null,
      started_at timestamptz not null,
      ended_at timestamptz,
      run jsonb not null
    );
    create index risk_actions_newest on risk_actions (user_id, number desc);
  `);
}

/** Undoes `up`. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table risk_actions, risk_cycles, risks');
}
