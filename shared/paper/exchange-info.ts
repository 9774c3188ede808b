import { dec } from '#shared/engine/num/units';
import type { SimInstrument } from '#shared/simulation/matching-state';
import { instrumentNamed, symbolList, type Call, type Endpoint } from './endpoint.ts';
import type { Json } from './order-views.ts';
import { orderLimits, weightLimits } from './request-weight.ts';
import { marketPath, pricePlaces, quantityPlaces } from './wire-amounts.ts';

/** GET exchangeInfo of a market: its instruments and their filters. */
export const exchangeInfo = (market: 'spot' | 'usdm'): Endpoint => ({
  method: 'GET',
  path: `${marketPath(market)}/exchangeInfo`,
  weight: market === 'spot' ? 20 : 1,
  security: 'none',
  run: (call) => ({
    timezone: 'UTC',
    serverTime: call.context.clock.now(),
    ...(market === 'usdm' ? { futuresType: 'U_MARGINED', assets: [{ asset: 'USDT', marginAvailable: true, autoAssetExchange: '0' }] } : {}),
    rateLimits: rateLimits(market),
    exchangeFilters: [],
    symbols: chosen(call).map(market === 'spot' ? spotSymbol : usdmSymbol),
  }),
});

const rateLimits = (market: 'spot' | 'usdm'): Json[] => [
  { rateLimitType: 'REQUEST_WEIGHT', interval: 'MINUTE', intervalNum: 1, limit: weightLimits[market] },
  ...orderLimits[market].map(({ seconds, most }) => ({ rateLimitType: 'ORDERS', ...(seconds === 86_400 ? { interval: 'DAY', intervalNum: 1 } : seconds === 60 ? { interval: 'MINUTE', intervalNum: 1 } : { interval: 'SECOND', intervalNum: seconds }), limit: most })),
];

/** On spot `symbol` and `symbols` narrow the list; USD-M always answers with everything. */
function chosen(call: Call): SimInstrument[] {
  const symbol = call.market === 'spot' ? call.params.text('symbol') : null;
  const symbols = call.market === 'spot' ? symbolList(call.params) : null;
  if (symbol !== null) return [instrumentNamed(call, symbol)];
  if (symbols !== null) return symbols.map((name) => instrumentNamed(call, name));
  return [...call.context.commit.world.instruments.values()].filter((instrument) => instrument.market === call.market);
}

function spotSymbol(instrument: SimInstrument): Json {
  return {
    symbol: instrument.symbol,
    status: instrument.trading ? 'TRADING' : 'BREAK',
    baseAsset: instrument.base,
    baseAssetPrecision: 8,
    quoteAsset: instrument.quote,
    quotePrecision: 8,
    quoteAssetPrecision: 8,
    baseCommissionPrecision: 8,
    quoteCommissionPrecision: 8,
    orderTypes: ['LIMIT', 'LIMIT_MAKER', 'MARKET', 'STOP_LOSS', 'STOP_LOSS_LIMIT', 'TAKE_PROFIT', 'TAKE_PROFIT_LIMIT'],
    icebergAllowed: false,
    ocoAllowed: false,
    otoAllowed: false,
    quoteOrderQtyMarketAllowed: true,
    allowTrailingStop: false,
    cancelReplaceAllowed: false,
    amendAllowed: false,
    isSpotTradingAllowed: true,
    isMarginTradingAllowed: false,
    filters: [
      { filterType: 'PRICE_FILTER', minPrice: instrument.priceMin, maxPrice: instrument.priceMax, tickSize: padded(instrument.tick) },
      { filterType: 'LOT_SIZE', minQty: padded(instrument.quantityMin), maxQty: padded(instrument.quantityMax), stepSize: padded(instrument.step) },
      { filterType: 'MARKET_LOT_SIZE', minQty: padded('0'), maxQty: padded(instrument.marketQuantityMax), stepSize: padded('0') },
      { filterType: 'PERCENT_PRICE_BY_SIDE', bidMultiplierUp: instrument.bandUp, bidMultiplierDown: instrument.bandDown, askMultiplierUp: instrument.bandUp, askMultiplierDown: instrument.bandDown, avgPriceMins: 5 },
      { filterType: 'NOTIONAL', minNotional: padded(instrument.notionalMin), applyMinToMarket: true, maxNotional: '9000000.00000000', applyMaxToMarket: false, avgPriceMins: 5 },
      { filterType: 'MAX_NUM_ORDERS', maxNumOrders: instrument.maxOrders },
      { filterType: 'MAX_NUM_ALGO_ORDERS', maxNumAlgoOrders: instrument.maxConditionalOrders },
    ],
    permissions: [],
    permissionSets: [['SPOT']],
    defaultSelfTradePreventionMode: 'NONE',
    allowedSelfTradePreventionModes: ['NONE'],
  };
}

function usdmSymbol(instrument: SimInstrument): Json {
  return {
    symbol: instrument.symbol,
    pair: instrument.symbol,
    contractType: 'PERPETUAL',
    // Binance's date for contracts without one.
    deliveryDate: 4133404800000,
    onboardDate: 1569398400000,
    status: instrument.trading ? 'TRADING' : 'SETTLING',
    maintMarginPercent: '2.5000',
    requiredMarginPercent: '5.0000',
    baseAsset: instrument.base,
    quoteAsset: instrument.quote,
    marginAsset: instrument.quote,
    pricePrecision: pricePlaces(instrument),
    quantityPrecision: quantityPlaces(instrument),
    baseAssetPrecision: 8,
    quotePrecision: 8,
    underlyingType: 'COIN',
    underlyingSubType: [],
    triggerProtect: '0.0500',
    liquidationFee: '0.012500',
    marketTakeBound: '0.05',
    filters: [
      { filterType: 'PRICE_FILTER', minPrice: instrument.priceMin, maxPrice: instrument.priceMax, tickSize: instrument.tick },
      { filterType: 'LOT_SIZE', minQty: instrument.quantityMin, maxQty: instrument.quantityMax, stepSize: instrument.step },
      { filterType: 'MARKET_LOT_SIZE', minQty: instrument.quantityMin, maxQty: instrument.marketQuantityMax, stepSize: instrument.step },
      { filterType: 'MAX_NUM_ORDERS', limit: instrument.maxOrders },
      { filterType: 'MAX_NUM_ALGO_ORDERS', limit: instrument.maxConditionalOrders },
      { filterType: 'MIN_NOTIONAL', notional: instrument.notionalMin },
      { filterType: 'PERCENT_PRICE', multiplierUp: instrument.bandUp, multiplierDown: instrument.bandDown, multiplierDecimal: '4' },
    ],
    orderTypes: ['LIMIT', 'MARKET', 'STOP', 'STOP_MARKET', 'TAKE_PROFIT', 'TAKE_PROFIT_MARKET', 'TRAILING_STOP_MARKET'],
    timeInForce: ['GTC', 'IOC', 'FOK', 'GTX'],
  };
}

const padded = (value: string): string => dec(value).toFixed(8);
