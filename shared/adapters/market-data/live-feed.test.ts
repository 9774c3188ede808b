import { expect } from 'chai';
import { systemClock } from '#shared/adapters/system/clock';
import { silentLog } from '#shared/adapters/system/log';
import type { Candle, PriceStep } from '#shared/ports/market-data.port';
import { startPublicVenue, type PublicVenue } from '#test/support/public-venue';
import { waitFor } from '#test/support/wait-for';
import { createPublicRest, probeVenue, publicAddresses } from './binance-public.ts';
import { createLiveFeed, type LiveOptions } from './live-feed.ts';
import type { MarketFeed } from './market-feed.ts';

const noOrigins = { spotUrl: null, spotWsUrl: null, usdmUrl: null, usdmWsUrl: null };

describe('live feed', () => {
  let venue: PublicVenue;
  let feed: MarketFeed;
  let seen: PriceStep[];
  let candles: { symbol: string; timeframe: string; candles: readonly Candle[] }[];
  let refuse: boolean;
  let trades = 0;

  const trade = (symbol: string, price: string, id = (trades += 1)): object => ({ stream: `${symbol.toLowerCase()}@trade`, data: { e: 'trade', E: 5, s: symbol, t: id, p: price, q: '1', T: 1000 + id } });
  const prices = (symbol: string): string[] => seen.filter((step) => step.symbol === symbol).map(({ price }) => price);
  const origins = () => ({ spotUrl: venue.http, spotWsUrl: venue.ws, usdmUrl: venue.http, usdmWsUrl: venue.ws });

  async function begin(changes: Partial<LiveOptions> = {}): Promise<void> {
    feed = createLiveFeed({
      venue: 'binance',
      origins: origins(),
      storeCandles: async (_market, symbol, timeframe, rows) => void candles.push({ symbol, timeframe, candles: rows }),
      clock: systemClock,
      log: silentLog,
      pollMs: 20,
      quietMs: 60_000,
      onFault: (error) => {
        throw error;
      },
      ...changes,
    });
    await feed.start(async (steps) => {
      if (refuse) throw new Error('nobody at home');
      seen.push(...steps);
    });
  }
  const connected = () => waitFor('both streams', () => feed.status().detail.includes('spot connected, usdm connected'));

  beforeEach(async () => {
    [seen, candles, refuse] = [[], [], false];
    venue = await startPublicVenue();
    venue.prices.set('BTCUSDT', '100000.10');
  });
  afterEach(async () => {
    await feed.stop();
    await venue.stop();
  });

  it('passes on every trade of the symbols that are wanted, each market its own', async () => {
    await begin();
    await feed.watch('spot', 'BTC/USDT');
    await waitFor('the last price by REST', () => prices('BTC/USDT').length === 1);
    await connected();
    await waitFor('the subscription', () => venue.subscribed.has('btcusdt@trade'));
    for (const price of ['100001', '100002.50', '100001.5']) venue.push(trade('BTCUSDT', price));
    venue.push(trade('ETHUSDT', '3500'));
    await waitFor('the trades', () => prices('BTC/USDT').includes('100001.5'));
    expect(prices('BTC/USDT').slice(-3)).to.deep.equal(['100001', '100002.5', '100001.5']);
    expect(seen.every(({ market, symbol }) => market === 'spot' && symbol === 'BTC/USDT'), 'nobody wants the others').to.equal(true);
    expect(feed.status()).to.include({ kind: 'live', fallback: false });
  });

  it('counts a trade that comes twice once (R-388)', async () => {
    await begin();
    await feed.watch('usdm', 'BTC/USDT:USDT');
    await connected();
    await waitFor('the subscription', () => venue.subscribed.has('btcusdt@aggTrade'));
    const twice = { e: 'aggTrade', E: 5, s: 'BTCUSDT', a: 9, p: '1', q: '1', T: 6 };
    venue.push(twice);
    await waitFor('it', () => prices('BTC/USDT:USDT').includes('1'));
    venue.push({ ...twice, a: 10, p: '2' });
    venue.push(twice);
    venue.push({ ...twice, a: 11, p: '3' });
    await waitFor('the last', () => prices('BTC/USDT:USDT').includes('3'));
    expect(prices('BTC/USDT:USDT').slice(-3)).to.deep.equal(['1', '2', '3']);
  });

  it('comes back after a drop, subscribes again, and asks for what it missed (R-386, R-387)', async () => {
    await begin();
    await feed.watch('spot', 'BTC/USDT');
    await connected();
    await waitFor('candles of every base', () => candles.length >= 3);
    [candles, seen] = [[], []];
    venue.subscribed.clear();
    venue.prices.set('BTCUSDT', '90000');
    venue.drop();
    await waitFor('the status to say so', () => feed.status().detail.includes('down ('));
    await connected();
    await waitFor('the price it missed', () => prices('BTC/USDT').includes('90000'));
    await waitFor('the candles it missed', () => candles.some(({ timeframe }) => timeframe === '1m'));
    await waitFor('the subscription', () => venue.subscribed.has('btcusdt@trade'));
    venue.push(trade('BTCUSDT', '90001'));
    await waitFor('trades again', () => prices('BTC/USDT').includes('90001'));
    expect(candles.find(({ timeframe }) => timeframe === '1m')).to.deep.equal({ symbol: 'BTC/USDT', timeframe: '1m', candles: [{ at: 1736121600000, open: '90000', high: '90000', low: '90000', close: '90000', volume: '12.5' }] });
  });

  it('asks by REST for symbols whose stream is silent', async () => {
    await begin({ quietMs: 50 });
    await feed.watch('spot', 'BTC/USDT');
    await connected();
    venue.prices.set('BTCUSDT', '100500');
    await waitFor('the new price', () => prices('BTC/USDT').includes('100500'));
  });

  it('finds a stream that is served at another path', async () => {
    await venue.stop();
    venue = await startPublicVenue('/stream');
    venue.prices.set('BTCUSDT', '100000');
    await begin();
    await connected();
  });

  it('keeps the newest price of each symbol while nobody takes them', async () => {
    await begin();
    await feed.watch('spot', 'BTC/USDT');
    await connected();
    await waitFor('the subscription and the first price', () => venue.subscribed.has('btcusdt@trade') && seen.length > 0);
    [refuse, seen] = [true, []];
    for (const price of ['1', '2', '3']) venue.push(trade('BTCUSDT', price));
    await waitFor('the refusal', () => feed.status().detail.includes('not taken: nobody at home'));
    for (const price of ['4', '5', '4', '6']) venue.push(trade('BTCUSDT', price));
    await waitFor('a further refusal', () => feed.status().lastAt !== null && venue.connections() === 2);
    refuse = false;
    await waitFor('the newest', () => prices('BTC/USDT').at(-1) === '6');
    expect(prices('BTC/USDT')).not.to.include('1').and.not.to.include('2');
  });

  it('asks once for a symbol the venue does not know, and goes on with the others', async () => {
    await begin({ quietMs: 30 });
    await feed.watch('spot', 'NOPE/USDT');
    await feed.watch('spot', 'BTC/USDT');
    await waitFor('several prices of the other', () => venue.requests.filter((path) => path.endsWith('ticker/price?symbol=BTCUSDT')).length >= 4);
    expect(venue.requests.filter((path) => path.endsWith('ticker/price?symbol=NOPEUSDT'))).to.have.lengthOf(1);
  });
});

describe('public REST', () => {
  it('falls silent when the venue says so (R-389)', async () => {
    const venue = await startPublicVenue();
    venue.answer = 429;
    let now = 1_000_000;
    const rest = createPublicRest(`${venue.http}/api/v3`, { now: () => now });
    const fault = (): Promise<string> => rest.ping(500).then(() => 'answered', (error: Error) => error.message);
    expect(await fault()).to.contain('answered 429');
    venue.answer = null;
    now += 29_000;
    expect(await fault()).to.contain('the venue asked for silence until');
    expect(venue.requests).to.have.lengthOf(1);
    now += 2000;
    expect(await fault()).to.equal('answered');
    await venue.stop();
  });

  it('probes both markets and says why one cannot be reached', async () => {
    const venue = await startPublicVenue();
    const both = { spotUrl: venue.http, spotWsUrl: null, usdmUrl: venue.http, usdmWsUrl: null };
    expect(await probeVenue(both, systemClock, 1000)).to.equal(null);
    venue.answer = 451;
    expect(await probeVenue(both, systemClock, 1000)).to.contain('answered 451');
    await venue.stop();
    expect(await probeVenue(both, systemClock, 1000)).to.match(/127\.0\.0\.1:\d+ does not answer \(\w+\)/);
  });

  it("uses Binance's own addresses unless another server is named", () => {
    expect(publicAddresses('spot', noOrigins)).to.deep.equal({ rest: 'https://api.binance.com/api/v3', streams: ['wss://stream.binance.com:9443/ws'], channels: ['trade'] });
    expect(publicAddresses('usdm', noOrigins).rest).to.equal('https://fapi.binance.com/fapi/v1');
    const named = { spotUrl: 'http://a:1', spotWsUrl: 'ws://b:2', usdmUrl: 'http://c:3', usdmWsUrl: 'ws://d:4' };
    expect(publicAddresses('spot', named)).to.deep.include({ rest: 'http://a:1/api/v3', streams: ['ws://b:2/ws', 'ws://b:2/stream'] });
    expect(publicAddresses('usdm', named)).to.deep.include({ rest: 'http://c:3/fapi/v1', streams: ['ws://d:4/ws', 'ws://d:4/stream'] });
  });
});
