import { dec } from '#shared/engine/num/units';
import { bookKey, type SimInstrument, type SimMarket } from '#shared/simulation/matching-state';

/** Built-in pairs against USDT: base; spot tick and step; USD-M tick, step and minimum notional. `-` where Binance lists the pair on one market only. */
const rows = `
BTC    0.01       0.00001  0.1       0.001 100
ETH    0.01       0.0001   0.01      0.001 20
BNB    0.01       0.001    0.01      0.01  5
SOL    0.01       0.001    0.01      0.01  5
XRP    0.0001     0.1      0.0001    0.1   5
ADA    0.0001     0.1      0.0001    1     5
DOGE   0.00001    1        0.00001   1     5
AVAX   0.01       0.01     0.001     1     5
DOT    0.001      0.01     0.001     0.1   5
LINK   0.01       0.01     0.001     0.01  20
LTC    0.01       0.001    0.01      0.001 20
TRX    0.0001     0.1      0.00001   1     5
POL    0.0001     0.1      0.00001   1     5
UNI    0.001      0.01     0.001     1     5
ATOM   0.001      0.01     0.001     0.01  5
ETC    0.01       0.01     0.001     0.01  20
XLM    0.0001     1        0.00001   1     5
BCH    0.1        0.001    0.01      0.001 20
NEAR   0.001      0.1      0.001     1     5
APT    0.001      0.01     0.001     0.1   5
ARB    0.0001     0.1      0.0001    0.1   5
OP     0.001      0.01     0.0001    0.1   5
FIL    0.001      0.01     0.001     0.1   5
INJ    0.001      0.01     0.001     0.1   5
SUI    0.0001     0.1      0.0001    0.1   5
SEI    0.0001     0.1      0.00001   1     5
TIA    0.0001     0.01     0.0001    1     5
RUNE   0.001      0.1      0.001     1     5
AAVE   0.01       0.001    0.01      0.1   5
GRT    0.0001     1        0.00001   1     5
ALGO   0.0001     1        0.0001    0.1   5
VET    0.00001    0.1      0.00001   1     5
ICP    0.001      0.01     0.001     1     5
HBAR   0.00001    1        0.00001   1     5
SHIB   0.00000001 1        -         -     -
PEPE   0.00000001 1        -         -     -
1000SHIB -        -        0.000001  1     5
1000PEPE -        -        0.0000001 1     5
WLD    0.001      0.1      0.0001    1     5
FET    0.0001     0.1      0.0001    1     5
ENA    0.0001     0.01     0.0001    1     5
TON    0.001      0.01     0.0001    0.1   5
WIF    0.001      0.01     0.0001    0.1   5
LDO    0.0001     0.01     0.0001    1     5
CRV    0.0001     0.1      0.001     0.1   5
`;

const quoteAssets = ['USDT', 'USDC', 'FDUSD', 'TUSD', 'BUSD', 'DAI', 'TRY', 'EUR', 'BTC', 'ETH', 'BNB'];

/** What an instrument has when nothing else is said of it. */
function withDefaults(market: SimMarket, symbol: string, base: string, quote: string, tick: string, step: string, notionalMin: string): SimInstrument {
  const spot = market === 'spot';
  const quantityMax = dec(step).times(spot ? 1_000_000_000 : 1_000_000);
  return {
    market,
    symbol,
    base,
    quote,
    tick,
    priceMin: tick,
    priceMax: dec(tick).times(100_000_000).toFixed(),
    step,
    quantityMin: step,
    quantityMax: quantityMax.toFixed(),
    marketQuantityMax: quantityMax.dividedBy(spot ? 10 : 5).toFixed(),
    notionalMin,
    bandUp: spot ? '5' : base === 'BTC' || base === 'ETH' ? '1.05' : '1.15',
    bandDown: spot ? '0.2' : base === 'BTC' || base === 'ETH' ? '0.95' : '0.85',
    maxOrders: 200,
    maxConditionalOrders: spot ? 5 : 200,
    maintenanceRatio: base === 'BTC' || base === 'ETH' ? '0.004' : '0.01',
    trading: true,
  };
}

/** Every built-in instrument by its book key. */
export function builtInInstruments(): Map<string, SimInstrument> {
  const all = rows
    .trim()
    .split('\n')
    .flatMap((line) => {
      const [base = '', spotTick = '', spotStep = '', usdmTick = '', usdmStep = '', usdmNotional = ''] = line.split(/\s+/);
      const symbol = `${base}USDT`;
      const spot = spotTick === '-' ? [] : [withDefaults('spot', symbol, base, 'USDT', spotTick, spotStep, '5')];
      const usdm = usdmTick === '-' ? [] : [withDefaults('usdm', symbol, base, 'USDT', usdmTick, usdmStep, usdmNotional)];
      return [...spot, ...usdm];
    });
  return new Map(all.map((each) => [bookKey(each.market, each.symbol), each]));
}

/** Base and quote of a venue symbol, by its known quote assets; null when none fits. */
export function splitSymbol(symbol: string): { base: string; quote: string } | null {
  const quote = quoteAssets.find((asset) => symbol.endsWith(asset) && symbol.length > asset.length);
  return quote === undefined ? null : { base: symbol.slice(0, -quote.length), quote };
}

/** Rules for a pair nobody has described, fitted to its price: five significant digits of price, steps worth about a cent. */
export function guessedInstrument(market: SimMarket, symbol: string, price: string): SimInstrument | null {
  const pair = splitSymbol(symbol);
  if (pair === null) return null;
  const magnitude = dec(price).e;
  const power = (exponent: number): string => dec(10).pow(exponent).toFixed();
  return withDefaults(market, symbol, pair.base, pair.quote, power(Math.max(-8, magnitude - 4)), power(Math.min(0, Math.max(-5, -magnitude - 2))), '5');
}

/** An instrument described from outside: what is not given comes from the one known by that name, or from the defaults. */
export function describedInstrument(market: SimMarket, symbol: string, known: SimInstrument | undefined, given: Partial<Omit<SimInstrument, 'market' | 'symbol'>>): SimInstrument | null {
  const pair = splitSymbol(symbol);
  const base = given.base ?? known?.base ?? pair?.base;
  const quote = given.quote ?? known?.quote ?? pair?.quote;
  if (base === undefined || quote === undefined) return null;
  const start = known ?? withDefaults(market, symbol, base, quote, given.tick ?? '0.01', given.step ?? '0.001', given.notionalMin ?? '5');
  const restep = given.step !== undefined && given.quantityMin === undefined ? { quantityMin: given.step } : {};
  const retick = given.tick !== undefined && given.priceMin === undefined ? { priceMin: given.tick } : {};
  return { ...start, ...restep, ...retick, ...given, market, symbol, base, quote };
}
