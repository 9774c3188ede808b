import { dec } from '#shared/engine/num/units';
import type { OrderStatus } from '#shared/engine/order/order';
import type { QueuedEntry } from '#shared/engine/pool/pool';
import type { JournalRow } from '#shared/ports/store.port';
import type { Acknowledgement } from './acknowledgements.ts';
import { venueSymbolOf, type Evidence, type FillEvidence, type GroupEvidence, type OrderEvidence, type SignalEvidence, type VenueEvidence, type VenueOrderEvidence } from './evidence.ts';
import { grouped } from './grouped.ts';
import { undoneText } from './undone.query.ts';
import { withRows, type Rows } from './with-rows.ts';

const signalsText = `
select s.id, s.payload->'understood'->>'tradeId' as "tradeId", s.kind, s.symbol, s.status, s.outcome, s.reason, s.group_id as "groupId", (extract(epoch from s.received_at) * 1000)::float8 as "receivedAt", (extract(epoch from s.decided_at) * 1000)::float8 as "decidedAt",
  coalesce(j.decisions, 0)::int as decisions
from signals s left join (
  select event->'signal'->>'signalId' as id, count(*) as decisions from journal where aggregate = 'pool' and event->>'type' = 'signal' group by 1
) j on j.id = s.id::text order by s.id`;

const groupsText = `
select g.state as "group", g.version, g.wake, i.rules->>'stepSize' as "stepSize", i.rules->>'tickSize' as "tickSize"
from position_groups g join instruments i on i.venue = g.venue and i.market = g.market and i.symbol = g.symbol order by g.id`;

const journalText = `select aggregate, aggregate_id as "aggregateId", version, (extract(epoch from at) * 1000)::float8 as at, event, facts, commands from journal where aggregate = 'group' order by aggregate_id, version`;

const ordersText = `select client_order_id as "clientOrderId", group_id as "groupId", role, pyramid, leg, symbol, quantity, quantity_filled as "quantityFilled", status from orders order by created_at`;
const fillsText = 'select trade_id as "tradeId", client_order_id as "clientOrderId", symbol, price, quantity, fee from fills order by at';

const venueOrdersText = 'select id, client_order_id as "clientOrderId", symbol, status, quantity, filled from orders_sim order by id';
const venueFillsText = 'select id as "tradeId", client_order_id as "clientOrderId", symbol, price, quantity, fee, fee_asset as "feeAsset", at::float8 as at from fills_sim order by id';

const ourWords: Readonly<Record<string, OrderStatus>> = { NEW: 'open', PARTIALLY_FILLED: 'partially_filled', FILLED: 'filled', CANCELED: 'cancelled', EXPIRED: 'expired', REJECTED: 'rejected' };

/** Reads the evidence from the database that Tranche and its paper exchange share, as it is at one moment. */
export const readEvidence = (databaseUrl: string, acknowledged: Acknowledgement[]): Promise<Evidence> =>
  withRows(databaseUrl, async (rows) => {
    const [deployment] = await rows<{ prefix: string }>('select prefix from deployment');
    const [settings] = await rows<{ max: number }>(`select (document->'execution_pool'->>'max_open_groups')::int as max from configs order by version desc limit 1`);
    const journal = grouped(await rows<JournalRow>(journalText), ({ aggregateId }) => aggregateId);
    const groups = await rows<Omit<GroupEvidence, 'journal'>>(groupsText);
    return {
      prefix: deployment?.prefix ?? '',
      acknowledged,
      signals: await rows<SignalEvidence>(signalsText),
      groups: groups.map((each) => ({ ...each, journal: journal.get(each.group.id) ?? [] })),
      waiting: (await rows<{ waiting: QueuedEntry[] }>(`select state->'waiting' as waiting from pools`)).flatMap(({ waiting }) => waiting),
      groupsMax: settings?.max ?? 10,
      orders: await rows<OrderEvidence>(ordersText),
      fills: (await rows<FillEvidence>(fillsText)).map((fill) => ({ ...fill, symbol: venueSymbolOf(fill.symbol) })),
      undone: (await rows<{ what: string }>(undoneText)).map(({ what }) => what),
      venue: await readVenue(rows),
    };
  });

async function readVenue(rows: Rows): Promise<VenueEvidence> {
  const orders = await rows<Omit<VenueOrderEvidence, 'status'> & { status: string }>(venueOrdersText);
  const [ledger] = await rows<{ change: string | null }>(`select sum(delta) as change from ledger_sim where kind <> 'TRANSFER'`);
  const positions = await rows<{ symbol: string; quantity: string }>('select symbol, quantity from positions_sim where quantity <> 0');
  const prices = await rows<{ symbol: string; price: string }>(`select symbol, price from prices_sim where market = 'usdm'`);
  return {
    prices: Object.fromEntries(prices.map(({ symbol, price }) => [symbol, dec(price).toFixed()])),
    orders: orders.map((order) => ({ ...order, status: ourWords[order.status] ?? 'open' })),
    fills: await rows<VenueEvidence['fills'][number]>(venueFillsText),
    positions: positions.map(({ symbol, quantity }) => ({ symbol, quantity: dec(quantity).toFixed() })),
    walletChange: dec(ledger?.change ?? '0').toFixed(),
  };
}
