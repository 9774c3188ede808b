import { binanceOutcomes } from './binance-outcomes.ts';
import { bingxOutcomes } from './bingx-outcomes.ts';
import { bybitOutcomes } from './bybit-outcomes.ts';
import { gateOutcomes } from './gate-outcomes.ts';
import { kucoinOutcomes } from './kucoin-outcomes.ts';
import { mexcOutcomes } from './mexc-outcomes.ts';
import { okxOutcomes } from './okx-outcomes.ts';
import type { VenueOutcomes } from './outcome-rules.ts';

const tables: readonly VenueOutcomes[] = [binanceOutcomes, bybitOutcomes, okxOutcomes, kucoinOutcomes, mexcOutcomes, gateOutcomes, bingxOutcomes];
const byVenue: ReadonlyMap<string, VenueOutcomes> = new Map(tables.map((table) => [table.venue, table]));

/** The venues whose answers Tranche can judge. */
export const judgedVenues: readonly string[] = [...byVenue.keys()];

/** How a venue's answers are judged. Throws for a venue without a table. */
export function outcomesOf(venue: string): VenueOutcomes {
  const found = byVenue.get(venue);
  if (found === undefined) throw new RangeError(`venue: found "${venue}", expected one of ${judgedVenues.join(', ')}`);
  return found;
}
