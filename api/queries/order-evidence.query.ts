import type pg from 'pg';
import type { OrderEvidence, OrderStep, OrderView } from '#shared/contracts/http';
import type { GroupEvent } from '#shared/engine/messages/events';

interface JournalEntry {
  at: Date;
  event: GroupEvent;
  /** The orders this decision asks the venue to cancel. */
  cancels: string[] | null;
}
interface Handling {
  client_order_id: string;
  attempts: number;
  done: boolean;
  error: string | null;
}
type Moment = Omit<OrderStep, 'afterMs'>;

/** What the journal and the outbox tell of these orders of one group, in the order of `orders`. */
export async function orderEvidence(pool: pg.Pool, groupId: string | null, orders: readonly OrderView[]): Promise<OrderEvidence[]> {
  if (groupId === null || orders.length === 0) return [];
  const ids = orders.map(({ clientOrderId }) => clientOrderId);
  const [journal, outbox] = await Promise.all([
    pool.query<JournalEntry>(
      `select at, event, cancels from (
         select j.version, j.at, j.event, (select array_agg(c.value->>'clientOrderId') from jsonb_array_elements(j.commands) c where c.value->>'type' = 'cancel-order' and c.value->>'clientOrderId' = any($2)) as cancels
           from journal j where j.aggregate = 'group' and j.aggregate_id = $1) told
        where cancels is not null or event->>'clientOrderId' = any($2) order by version`,
      [groupId, ids],
    ),
    pool.query<Handling>(`select client_order_id, attempts, done_at is not null as done, error from outbox where kind = 'submit' and client_order_id = any($1)`, [ids]),
  ]);
  const handled = new Map(outbox.rows.map((row) => [row.client_order_id, row]));
  const attempts = new Map<string, string[]>();
  for (const order of orders) attempts.set(purposeOf(order), [...(attempts.get(purposeOf(order)) ?? []), order.clientOrderId]);
  return orders.map((order, index) => {
    const same = attempts.get(purposeOf(order)) ?? [];
    const row = handled.get(order.clientOrderId);
    return {
      clientOrderId: order.clientOrderId,
      number: index + 1,
      total: orders.length,
      attempt: same.indexOf(order.clientOrderId) + 1,
      attempts: same.length,
      handling: row === undefined ? null : { taken: row.attempts, done: row.done, note: row.done ? null : row.error },
      steps: stepsOfOrder(order, journal.rows),
    };
  });
}

const purposeOf = ({ role, pyramid, leg }: OrderView): string => `${role} ${pyramid ?? ''} ${leg ?? ''}`;

/** An order's moments: those its row keeps first, then what the journal tells of it. */
export function stepsOfOrder(order: OrderView, journal: readonly JournalEntry[]): OrderStep[] {
  const later: Moment[] = [];
  let lost = false;
  let filledAt: string | null = null;
  for (const { at, event, cancels } of journal) {
    const when = at.toISOString();
    if ('clientOrderId' in event && event.clientOrderId === order.clientOrderId) {
      later.push(...momentsOf(event, when, lost));
      lost = event.type === 'order-unknown';
      if (event.type === 'order-report' && event.fills.length > 0) filledAt = when;
    }
    if (cancels?.includes(order.clientOrderId) === true) later.push({ step: 'cancel_asked', at: when, detail: null });
  }
  // Trades may be heard by themselves: the last one then ends the order, without a word of its status.
  if (order.status === 'filled' && filledAt !== null && !later.some(({ step }) => step === 'filled')) later.push({ step: 'filled', at: filledAt, detail: null });
  // An acceptance that a question has brought to light is told as that.
  const found = later.some(({ step }) => step === 'found');
  const kept: [OrderStep['step'], string | null][] = [['decided', order.createdAt], ['sending', order.sentAt], ['accepted', found ? null : order.acceptedAt]];
  const first = kept.flatMap(([step, at]): Moment[] => (at === null ? [] : [{ step, at, detail: null }]));
  return withSpans([...first, ...withoutRepetition(later)].sort(byTime));
}

/** The row's moments are of the database's clock, the journal's of a worker's: what must come first stays first where they disagree. */
const rank = ({ step }: Moment): number => ['decided', 'sending'].indexOf(step);
const byTime = (a: Moment, b: Moment): number => {
  const [first, second] = [rank(a), rank(b)];
  if (first === -1 && second === -1) return Date.parse(a.at) - Date.parse(b.at);
  return (first === -1 ? 2 : first) - (second === -1 ? 2 : second);
};

function momentsOf(event: GroupEvent, at: string, lost: boolean): Moment[] {
  switch (event.type) {
    case 'order-refused':
      return [{ step: 'refused', at, detail: `${event.code}: ${event.message}` }];
    case 'order-unknown':
      return [{ step: 'unknown', at, detail: event.message }];
    case 'order-absent':
      return [{ step: 'absent', at, detail: event.evidence }];
    case 'order-withdrawn':
      return [{ step: 'withdrawn', at, detail: null }];
    case 'order-report': {
      const status = event.report?.status;
      const found: Moment[] = lost ? [{ step: 'found', at, detail: status ?? 'trades' }] : [];
      const ended = status === 'filled' || status === 'cancelled' || status === 'expired' || status === 'rejected';
      return ended ? [...found, { step: status, at, detail: event.report?.reason ?? null }] : found;
    }
    default:
      return [];
  }
}

/** A venue reports an end by stream and by poll: the first time counts. */
const withoutRepetition = (moments: readonly Moment[]): Moment[] => moments.filter(({ step }, index) => step === 'unknown' || step === 'found' || moments.findIndex((other) => other.step === step) === index);

const withSpans = (moments: readonly Moment[]): OrderStep[] =>
  moments.map((moment, index) => {
    const before = moments[index - 1];
    const afterMs = before === undefined ? null : Date.parse(moment.at) - Date.parse(before.at);
    return { step: moment.step, at: moment.at, afterMs: afterMs !== null && afterMs < 0 ? null : afterMs, detail: moment.detail };
  });
