import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import pg from 'pg';
import { waitFor } from './wait-for.ts';

/**
 * Where an offset can be stopped: `asked`, before a group has heard that it is to close something, and so before anything is sent;
 * `answered`, when it has been sold and the risk engine has not heard of it; `deciding`, when a cycle has chosen a plan and not stored it.
 */
export interface Moment {
  kind: 'asked' | 'answered' | 'deciding';
  planId: string | null;
  step: number | null;
  /** Of whoever is about to write it. */
  pid: number;
}

/** Any number that nobody else locks. */
const lock = 7_402_311;

const trigger = `
create or replace function app.saga_gate() returns trigger language plpgsql as $gate$
declare moment text := case
  when new.event->>'type' = 'offset-requested' then concat_ws(' ', 'asked', new.event->>'planId', new.event->>'step')
  when new.event->>'type' = 'offset-answered' then concat_ws(' ', 'answered', new.event->'result'->>'planId', new.event->'result'->>'step')
  when new.aggregate = 'risk' and new.event->>'type' = 'cycle' and new.commands @> '[{"type": "tell-group"}]' then 'deciding'
end;
begin
  if moment is not null then
    perform set_config('application_name', 'at the gate: ' || moment, true);
    perform pg_advisory_xact_lock_shared(${lock});
  end if;
  return new;
end $gate$;
create trigger saga_gate before insert on app.journal for each row execute function app.saga_gate();`;

/**
 * A gate in the database before each step of an offset: the transaction that would go on with it waits there until it is let through.
 * So a test does not guess where an offset is: while somebody waits, the step before is committed and the next has not begun.
 */
export class SagaGate {
  private readonly holder: pg.Client;
  private readonly watcher: pg.Client;

  private constructor(holder: pg.Client, watcher: pg.Client) {
    this.holder = holder;
    this.watcher = watcher;
  }

  /** A closed gate in the database of a running Tranche. */
  static async in(databaseUrl: string): Promise<SagaGate> {
    const [holder, watcher] = [new pg.Client(databaseUrl), new pg.Client(databaseUrl)];
    await Promise.all([holder.connect(), watcher.connect()]);
    await holder.query('select pg_advisory_lock($1)', [lock]);
    await watcher.query(trigger);
    return new SagaGate(holder, watcher);
  }

  /** Who waits before it, if somebody does. */
  async waiting(): Promise<Moment | null> {
    const { rows } = await this.watcher.query<{ name: string; port: number }>(
      `select a.application_name as name, a.client_port as port from pg_locks l join pg_stat_activity a using (pid)
        where l.locktype = 'advisory' and not l.granted and a.application_name like 'at the gate:%' order by a.query_start limit 1`,
    );
    const row = rows[0];
    if (row === undefined) return null;
    const [, kind = '', planId = null, step = null] = /^at the gate: (asked|answered|deciding)(?: (\S+) (\d+))?$/.exec(row.name) ?? [];
    return { kind: kind as Moment['kind'], planId, step: step === null ? null : Number(step), pid: ownerOf(row.port) };
  }

  /** Lets through who waits, or what is left of it, and closes again. */
  async pass(): Promise<void> {
    await this.holder.query('select pg_advisory_unlock($1)', [lock]);
    await this.holder.query('select pg_advisory_lock($1)', [lock]);
  }

  /** What a question to the database answers. */
  async ask<Row extends pg.QueryResultRow>(text: string, values: unknown[] = []): Promise<Row[]> {
    return (await this.watcher.query<Row>(text, values)).rows;
  }

  /** Takes the gate away. */
  async open(): Promise<void> {
    await this.holder.end();
    await this.watcher.query('drop trigger if exists saga_gate on app.journal').catch(() => {});
    await this.watcher.end();
  }
}

/** The process at the other end of a connection to the database: whoever has a socket with this local port. */
function ownerOf(port: number): number {
  const hex = port.toString(16).toUpperCase().padStart(4, '0');
  const inodes = ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((path) =>
    readFileSync(path, 'utf8')
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      .filter(([, local]) => local?.endsWith(`:${hex}`) === true)
      .map((parts) => `socket:[${parts[9] ?? ''}]`),
  );
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      if (readdirSync(`/proc/${pid}/fd`).some((fd) => inodes.includes(linkOf(`/proc/${pid}/fd/${fd}`)))) return Number(pid);
    } catch {
      // It has ended, or is not ours to look into.
    }
  }
  throw new Error(`no process has the port ${port}`);
}

const linkOf = (path: string): string => {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
};

/** Kills a worker process for good; refuses any other. Resolves when it is gone. */
export async function killWorker(pid: number): Promise<void> {
  const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  if (!command.includes('workers/main')) throw new Error(`process ${pid} is no worker: ${command}`);
  process.kill(pid, 'SIGKILL');
  await waitFor('it to be gone', () => isGone(pid), { everyMs: 5 });
}

/** Ended; its parent may not have noticed yet. */
function isGone(pid: number): boolean {
  try {
    return / [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\)/, ''));
  } catch {
    return true;
  }
}
