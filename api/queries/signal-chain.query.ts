import type pg from 'pg';
import type { ChainStep, Delivery, FillView, OrderView, SignalChain } from '#shared/contracts/http';
import { fillColumns, fillView, orderColumns, orderView, signalColumns, signalTables, signalView, type FillRow, type OrderRow, type SignalRow } from './views.ts';
import { iso, isoOrNull } from './where.ts';

export interface DeliveryRow {
  id: string;
  received_at: Date;
  answer: number;
  code: string | null;
  detail: string | null;
  content_type: string | null;
  body: Buffer;
}
export const deliveryColumns = 'id, received_at, answer, code, detail, content_type, body';
export const deliveryView = (row: DeliveryRow): Delivery => ({
  id: row.id,
  receivedAt: iso(row.received_at),
  answer: row.answer,
  code: row.code,
  detail: row.detail,
  contentType: row.content_type,
  body: row.body.toString('utf8'),
});

interface DecisionRow {
  decided_at: Date | null;
  attempts: number;
  error: string | null;
  commands: unknown;
}

/** A signal's whole way: delivery, decision, orders, fills, each with its time; null when the user has no such signal. */
export async function signalChain(pool: pg.Pool, userId: string, signalId: string): Promise<SignalChain | null> {
  const found = await pool.query<SignalRow & { payload: { received?: unknown }; plan: SignalChain['plan'] }>(`select ${signalColumns}, s.payload, s.plan from ${signalTables} where s.id = $1 and s.user_id = $2`, [signalId, userId]);
  const row = found.rows[0];
  if (row === undefined) return null;
  const [deliveries, decision, orders] = await Promise.all([
    pool.query<DeliveryRow>(`select ${deliveryColumns} from alerts where signal_id = $1 order by id`, [signalId]),
    decisionOf(pool, userId, row),
    ordersOf(pool, row),
  ]);
  const fills = await fillsOf(pool, orders);
  const summary = signalView(row);
  return { ...summary, payload: row.payload.received ?? null, deliveries: deliveries.rows.map(deliveryView), decision, plan: row.plan, orders, fills, steps: stepsOf(summary.receivedAt, summary.decidedAt, orders, fills) };
}

/** The inbox row with the commands the pool gave; the journal is searched only around the time of the decision. */
async function decisionOf(pool: pg.Pool, userId: string, signal: SignalRow): Promise<SignalChain['decision']> {
  const { rows } = await pool.query<DecisionRow>(
    `select i.decided_at, i.attempts, i.error,
            (select j.commands from journal j
              where j.aggregate = 'pool' and j.aggregate_id = $2 and j.at between $3::timestamptz - interval '10 seconds' and coalesce(i.decided_at, now()) + interval '10 seconds'
                and j.event->>'type' = 'signal' and j.event->'signal'->>'signalId' = $1::text limit 1) as commands
       from inbox i where i.key = 'signal:' || $1::text`,
    [signal.id, userId, signal.received_at],
  );
  const row = rows[0];
  return row === undefined ? null : { at: isoOrNull(row.decided_at), attempts: row.attempts, error: row.error, commands: row.commands ?? null };
}

/** Orders this signal caused: those of the pyramid it started, or the market orders of the close or reduction it asked for. */
async function ordersOf(pool: pg.Pool, signal: SignalRow): Promise<OrderView[]> {
  if (signal.group_id === null) return [];
  const { rows } = await pool.query<OrderRow>(
    `select ${orderColumns} from orders o join position_groups g on g.id = o.group_id
      where o.group_id = $1 and (
        o.pyramid in (select (p.value->>'index')::int from jsonb_array_elements(g.state->'pyramids') p where p.value->>'signalId' = $2)
        or ($3 <> 'entry' and o.role in ('close', 'reduce') and o.created_at >= $4))
      order by o.created_at, o.client_order_id limit 500`,
    [signal.group_id, signal.id, signal.kind, signal.received_at],
  );
  return rows.map(orderView);
}

async function fillsOf(pool: pg.Pool, orders: OrderView[]): Promise<FillView[]> {
  if (orders.length === 0) return [];
  const { rows } = await pool.query<FillRow>(`select ${fillColumns} from fills f left join orders o using (client_order_id) where f.client_order_id = any($1) order by f.at, f.trade_id`, [orders.map((order) => order.clientOrderId)]);
  return rows.map(fillView);
}

function stepsOf(receivedAt: string, decidedAt: string | null, orders: OrderView[], fills: FillView[]): ChainStep[] {
  const first = (times: (string | null)[]): string | null => times.filter((at) => at !== null).sort()[0] ?? null;
  const start = Date.parse(receivedAt);
  const times: [ChainStep['step'], string | null][] = [
    ['delivered', receivedAt],
    ['decided', decidedAt],
    ['ordered', first(orders.map((order) => order.createdAt))],
    ['sent', first(orders.map((order) => order.sentAt))],
    ['accepted', first(orders.map((order) => order.acceptedAt))],
    ['filled', first(fills.map((fill) => fill.at))],
  ];
  return times.flatMap(([step, at]) => (at === null ? [] : [{ step, at, afterMs: Date.parse(at) - start }]));
}
