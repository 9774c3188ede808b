import type { Market } from '#shared/engine/instrument/instrument';
import { binanceClientIds } from './binance-client-ids.ts';
import { bingxClientIds } from './bingx-client-ids.ts';
import { bybitClientIds } from './bybit-client-ids.ts';
import type { ClientIdRules } from './client-id-rules.ts';
import { gateClientIds } from './gate-client-ids.ts';
import { kucoinClientIds } from './kucoin-client-ids.ts';
import { mexcClientIds } from './mexc-client-ids.ts';
import { okxClientIds } from './okx-client-ids.ts';

const byVenue: ReadonlyMap<string, Readonly<Record<Market, ClientIdRules>>> = new Map(
  Object.entries({ binance: binanceClientIds, bybit: bybitClientIds, okx: okxClientIds, kucoin: kucoinClientIds, mexc: mexcClientIds, gate: gateClientIds, bingx: bingxClientIds }),
);

/** What a venue's market does with client order ids, and how an order is asked for by one. Throws for a venue without rules. */
export function clientIdsOf(venue: string, market: Market): ClientIdRules {
  const found = byVenue.get(venue);
  if (found === undefined) throw new RangeError(`venue: found "${venue}", expected one of ${[...byVenue.keys()].join(', ')}`);
  return found[market];
}
