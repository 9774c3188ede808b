import type { Instrument, Market, PriceBand } from '#shared/engine/instrument/instrument';
import { isPositive, money, price, qty, ratio } from '#shared/engine/num/units';
import type { InstrumentSource } from '#shared/ports/exchange.port';
import { VenueUnavailable } from '#shared/ports/exchange.port';
import type { Clock, Log } from '#shared/ports/system.port';
import { unifiedSymbol } from './order-request.ts';
import { describeFault } from './outcome-mapping.ts';
import { createPublicBudget, type Counting } from './rate-budget.ts';
import type { Raw } from './report-mapping.ts';
import { decimalOf, isRaw, rowsOf, textOf, UnfitAnswer } from './report-mapping.ts';
import { createCaller } from './venue-caller.ts';
import { venueCapabilities } from './venue-capabilities.ts';
import { describeError } from './venue-fault.ts';
import type { AccountMode, VenueOrigins } from './venue-urls.ts';

// exchangeInfo of all spot symbols is several megabytes.
const bulkDeadlineMs = 20_000;

/** Reads all instruments of a venue's market in one request, from the server accounts of `mode` trade on. */
export function createInstrumentSource(options: Counting & { mode: AccountMode; urls: VenueOrigins; clock: Clock; log: Log }): InstrumentSource {
  const { mode, urls, clock, log } = options;
  return {
    async fetchInstruments(venue: string, market: Market): Promise<Instrument[]> {
      venueCapabilities(venue, market);
      const caller = createCaller({ mode, market, urls, timeoutMs: bulkDeadlineMs, now: () => clock.now(), venueNow: () => clock.now() }, createPublicBudget({ ...options, venue, market }));
      try {
        // Entries and comparisons wait for it, so it goes with them.
        const answer = await caller.call('exchangeInfo', {}, { lane: 'ordinary' });
        if (!answer.ok) throw new VenueUnavailable(`instruments of ${venue} ${market}: ${describeFault(answer.fault)}`, answer.fault.retryAfterMs);
        return readInstruments(venue, market, answer.body, log);
      } finally {
        await caller.close();
      }
    },
  };
}

/** The instruments of an exchangeInfo answer. A row that cannot be read is left out, and said so. */
export function readInstruments(venue: string, market: Market, body: unknown, log: Log): Instrument[] {
  if (!isRaw(body)) throw new VenueUnavailable(`instruments of ${venue} ${market}: the answer is not usable`);
  let rows: Raw[];
  try {
    rows = rowsOf(body['symbols'], 'symbols');
  } catch (error) {
    throw new VenueUnavailable(`instruments of ${venue} ${market}: ${describeError(error)}`);
  }
  return rows.filter((row) => market === 'spot' || isPerpetual(row)).flatMap((row) => {
    try {
      return [readInstrument(venue, market, row)];
    } catch (error) {
      log.warn('precision', 'an instrument of the venue cannot be read', { venue, market, symbol: String(row['symbol']).slice(0, 40), error: describeError(error) });
      return [];
    }
  });
}

const isPerpetual = (row: Raw): boolean => typeof row['contractType'] === 'string' && row['contractType'].endsWith('PERPETUAL');

function readInstrument(venue: string, market: Market, row: Raw): Instrument {
  const [base, quote, venueSymbol] = [textOf(row, 'baseAsset'), textOf(row, 'quoteAsset'), textOf(row, 'symbol')];
  // Orders find their venue symbol by this rule, so an instrument that breaks it cannot be traded.
  if (venueSymbol !== `${base}${quote}`) throw new UnfitAnswer(`the symbol is not ${base}${quote}`);
  const filters = new Map(rowsOf(row['filters'], 'filters').map((filter) => [textOf(filter, 'filterType'), filter]));
  const priceFilter = filters.get('PRICE_FILTER');
  const lot = filters.get('LOT_SIZE');
  const stepSize = stepOf(lot, 'LOT_SIZE', 'stepSize', row, ['baseAssetPrecision', 'quantityPrecision']);
  const notional = filters.get('NOTIONAL') ?? filters.get('MIN_NOTIONAL');
  const notionalMin = notional === undefined ? null : decimalOf(notional, notional['minNotional'] === undefined ? 'notional' : 'minNotional');
  return {
    venue,
    market,
    symbol: unifiedSymbol(market, base, quote),
    venueSymbol,
    base,
    quote,
    active: row['status'] === 'TRADING' && row['isSpotTradingAllowed'] !== false,
    tickSize: price(stepOf(priceFilter, 'PRICE_FILTER', 'tickSize', row, ['quotePrecision', 'pricePrecision'])),
    stepSize: qty(stepSize),
    quantityMin: qty(lot === undefined || lot['minQty'] === undefined ? stepSize : decimalOf(lot, 'minQty')),
    quantityMax: limitOf(lot),
    quantityMaxMarket: limitOf(filters.get('MARKET_LOT_SIZE')),
    notionalMin: notionalMin === null || !isPositive(notionalMin) ? null : money(notionalMin),
    notionalMinSparesReduceOnly: market === 'usdm',
    priceBand: bandOf(filters),
    contractSize: qty('1'),
  };
}

/** The price filter of a market: USD-M states one, spot one for each side, of which entries on spot are always bids. Zero or absent sets no limit. */
function bandOf(filters: ReadonlyMap<string, Raw>): PriceBand | null {
  const bySide = filters.get('PERCENT_PRICE_BY_SIDE');
  const filter = bySide ?? filters.get('PERCENT_PRICE');
  const [up, down] = bySide === undefined ? ['multiplierUp', 'multiplierDown'] : ['bidMultiplierUp', 'bidMultiplierDown'];
  if (filter?.[up] === undefined || filter[down] === undefined) return null;
  const band = { up: ratio(decimalOf(filter, up)), down: ratio(decimalOf(filter, down)) };
  return isPositive(band.up) ? band : null;
}

/**
 * A step size. Zero switches the filter off; then the asset's own digits are the grid. Without the filter the digits that the market
 * states for its prices or quantities are: `pricePrecision` 2 is a tick of 0.01. The digits of an asset would be a guess there.
 */
function stepOf(filter: Raw | undefined, filterName: string, name: string, row: Raw, digits: readonly [string, string]): string {
  if (filter !== undefined && filter[name] !== undefined) {
    const step = decimalOf(filter, name);
    if (isPositive(step)) return step;
    return digitsOf(row, digits) ?? unfit(`${name} is zero and no precision is stated`);
  }
  return digitsOf(row, digits.slice(1)) ?? unfit(`${filterName} is missing and no ${digits[1]} is stated`);
}

function unfit(why: string): never {
  throw new UnfitAnswer(why);
}

function digitsOf(row: Raw, members: readonly string[]): string | null {
  const places = members.map((member) => Number(row[member] ?? Number.NaN)).find((value) => Number.isInteger(value) && value >= 0 && value <= 20);
  return places === undefined ? null : `1e-${places}`;
}

function limitOf(filter: Raw | undefined): Instrument['quantityMax'] {
  if (filter === undefined || filter['maxQty'] === undefined) return null;
  const limit = decimalOf(filter, 'maxQty');
  return isPositive(limit) ? qty(limit) : null;
}
