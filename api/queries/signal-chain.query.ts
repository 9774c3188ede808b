import type pg from 'pg';
import type { ChainStep, Delivery, FillView, OrderView, SignalChain, SignalIntent, SignalSummary } from '#shared/contracts/http';
import type { Signal } from '#shared/engine/messages/signals';
import { orderEvidence } from './order-evidence.query.ts';
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
  const found = await pool.query<SignalRow & { payload: { received?: unknown; understood?: Partial<Signal> | null }; plan: SignalChain['plan'] }>(`select ${signalColumns}, s.payload, s.plan from ${signalTables} where s.id = $1 and s.user_id = $2`, [signalId, userId]);
  const row = found.rows[0];
  if (row === undefined) return null;
  const [deliveries, decision, orders] = await Promise.all([
    deliveriesOf(pool, row),
    decisionOf(pool, userId, row),
    ordersOf(pool, row),
  ]);
  const [fills, evidence] = await Promise.all([fillsOf(pool, orders), orderEvidence(pool, row.group_id, orders)]);
  const summary = signalView(row);
  return {
    ...summary,
    payload: row.payload.received ?? null,
    deliveries,
    decision,
    plan: row.plan,
    orders,
    fills,
    steps: stepsOf(summary.receivedAt, summary.decidedAt, orders, fills),
    intent: intentOf(summary, row.payload.understood ?? null),
    evidence,
  };
}

/** Every time this alert arrived: the delivery that made the signal, its repetitions, and the same body turned away around that time. */
async function deliveriesOf(pool: pg.Pool, signal: SignalRow): Promise<Delivery[]> {
  const { rows } = await pool.query<DeliveryRow>(
    `select ${deliveryColumns} from alerts where signal_id = $1
     union select ${deliveryColumns} from alerts where signal_id is null and answer >= 400 and endpoint_id = $2 and received_at between $3::timestamptz - interval '1 hour' and $3::timestamptz + interval '1 hour'
       and body in (select body from alerts where signal_id = $1)
     order by received_at, id limit 200`,
    [signal.id, signal.endpoint_id, signal.received_at],
  );
  return rows.map(deliveryView);
}

function intentOf({ kind, side, symbol, timeframe, price }: SignalSummary, understood: Partial<Signal> | null): SignalIntent | null {
  if (understood === null) return null;
  const { size, reduceFraction, stopLoss, takeProfit, slippageMaxPercent, executionMode } = understood;
  return {
    ...{ kind, side, symbol, timeframe, price },
    size: size ?? null,
    reduceFraction: reduceFraction ?? null,
    stopLoss: stopLoss ?? null,
    takeProfit: takeProfit ?? null,
    slippageMaxPercent: slippageMaxPercent ?? null,
    executionMode: executionMode ?? null,
  };
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

/** Orders this signal caused: those of the pyramid it started, the closing orders since an exit, or those of a reduction until the next request. */
async function ordersOf(pool: pg.Pool, signal: SignalRow): Promise<OrderView[]> {
  if (signal.group_id === null) return [];
  const { rows } = await pool.query<OrderRow>(
    `select ${orderColumns} from orders o join position_groups g on g.id = o.group_id
      where o.group_id = $1 and (
        o.pyramid in (select (p.value->>'index')::int from jsonb_array_elements(g.state->'pyramids') p where p.value->>'signalId' = $2)
        or ($3 in ('exit', 'reverse') and o.role = 'close' and o.created_at >= $4)
        or ($3 = 'reduce' and o.role = 'reduce' and o.created_at >= $4 and o.created_at < coalesce(
          (select min(n.at) from journal m join journal n on n.aggregate = m.aggregate and n.aggregate_id = m.aggregate_id and n.version > m.version and n.event->>'type' in ('reduce-requested', 'close-requested')
            where m.aggregate = 'group' and m.aggregate_id = $1 and m.event->>'type' = 'reduce-requested' and m.event->>'signalId' = $2), 'infinity')))
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
