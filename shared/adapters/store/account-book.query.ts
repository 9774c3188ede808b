import type pg from 'pg';
import type { PositionGroup } from '#shared/engine/position/position-group';
import type { AccountBook, AccountOutline } from '#shared/ports/reconcile-store.port';
import { orderRowOf, type RawOrder } from './orders.table.ts';

const inFlight = `(status in ('sending', 'open', 'partially_filled', 'cancelling', 'unknown') or quantity_reported > quantity_filled)`;

/**
 * Groups that an account holds something by. What a fill that came late has left in a closed one is sold on, and nobody else's. On spot only while its sale is
 * refused: fees leave a little in most groups. In two parts, because each has an index that leaves out all other closed groups.
 */
const heldBy = `(select * from position_groups where account_id = $1 and status <> 'closed'
  union all select * from position_groups where account_id = $1 and status = 'closed' and quantity > 0 and (state->'retries' ? 'close:-:-' or (select market from accounts where id = $1) = 'usdm')) g`;

const othersOf = `(select distinct g.symbol, g.side from position_groups g join accounts b on b.id = g.account_id join accounts a on a.id = $1
  where g.status <> 'closed' and b.id <> a.id and b.venue = a.venue and b.market = a.market and b.mode = a.mode) other`;

interface GroupColumns<Held> {
  held: Held | null;
  held_version: number;
  held_changed_at: Date;
}
/** One row of everything: of the account itself, of a group, of another account's holding, or of an order, with what is not its own null. */
type BookRow<Held> = GroupColumns<Held> & { book_user: string | null; other: AccountBook['others'][number] | null } & { [Column in keyof RawOrder]: RawOrder[Column] | null };

const noOrder = '(null::orders).*';

/**
 * One statement, so that groups and orders are of the same moment, and a row for each of them: as one document, a thousand groups were 300 ms of the database's
 * time, and 50 ms in which the process that read them did nothing else.
 */
const statement = (name: string, held: string, others: string): { name: string; text: string } => ({
  name,
  text: `select user_id::text as book_user, null::jsonb as held, null::int as held_version, null::timestamptz as held_changed_at, null::jsonb as other, ${noOrder} from accounts where id = $1
    union all select null, ${held}, g.version, g.updated_at, null, ${noOrder} from ${heldBy}
    union all select null, null, null, null, null, o.* from orders o where o.account_id = $1 and ${inFlight}${others}`,
});
const wholeBook = statement('account-book', 'g.state', ` union all select null, null, null, null, jsonb_build_object('symbol', symbol, 'side', side), ${noOrder} from ${othersOf}`);
const outline = statement('account-outline', `jsonb_build_object('id', g.id::text, 'symbol', g.symbol, 'open', g.status <> 'closed')`, '');

const ordersOf = (rows: readonly BookRow<unknown>[]): AccountOutline['orders'] => rows.flatMap((row) => (row.client_order_id === null ? [] : [orderRowOf(row as RawOrder)]));

/** What the rows say of groups, the oldest first. */
const heldOf = <Held extends { id: string }>(rows: readonly BookRow<Held>[]): (Omit<BookRow<Held>, 'held'> & { held: Held })[] =>
  rows.flatMap((row) => (row.held === null ? [] : [{ ...row, held: row.held }])).sort((one, other) => Number(one.held.id) - Number(other.held.id));

/** Our rows of an account as one statement sees them; null where it does not exist. */
export async function readAccountBook(pool: Pick<pg.Pool, 'query'>, accountId: string): Promise<AccountBook | null> {
  const { rows } = await pool.query<BookRow<PositionGroup>>({ ...wholeBook, values: [accountId] });
  const userId = rows.find(({ book_user: user }) => user !== null)?.book_user ?? null;
  if (userId === null) return null;
  return {
    userId,
    groups: heldOf(rows).map(({ held, held_version: version, held_changed_at: changedAt }) => ({ group: held, version, changedAt: changedAt.getTime() })),
    orders: ordersOf(rows),
    others: rows.flatMap(({ other }) => (other === null ? [] : [other])),
  };
}

/** The same without the groups themselves, which are most of it. */
export async function readAccountOutline(pool: Pick<pg.Pool, 'query'>, accountId: string): Promise<AccountOutline | null> {
  const { rows } = await pool.query<BookRow<Omit<AccountOutline['groups'][number], 'version'>>>({ ...outline, values: [accountId] });
  if (!rows.some(({ book_user: user }) => user !== null)) return null;
  return { groups: heldOf(rows).map(({ held, held_version: version }) => ({ ...held, version })), orders: ordersOf(rows) };
}
