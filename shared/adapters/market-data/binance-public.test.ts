import { expect } from 'chai';
import { binanceLimits, createMemoryLedger, createPublicBudget } from '#shared/adapters/exchange/rate-budget';
import { serverKey } from '#shared/adapters/exchange/venue-urls';
import { systemClock } from '#shared/adapters/system/clock';
import type { Market } from '#shared/engine/instrument/instrument';
import type { ExchangePort } from '#shared/ports/exchange.port';
import { VenueUnavailable } from '#shared/ports/exchange.port';
import type { RateLedger } from '#shared/ports/rate-ledger.port';
import { accountAt, keptLog, originsAt } from '#test/support/binance-account';
import type { BinancePeer } from '#test/support/binance-peer';
import { json, startBinancePeer } from '#test/support/binance-peer';
import { createPublicRest, guardPublicReads, probeVenue, publicAddresses, type PublicGate, type PublicRest } from './binance-public.ts';

describe('public REST and the accounts of the same server', () => {
  const banned = json({ code: -1003, msg: 'Way too many requests; IP banned.' }, 418, { 'retry-after': '180' });
  let peer: BinancePeer;
  let ledger: RateLedger;
  let account: ExchangePort;
  beforeEach(async () => {
    peer = await startBinancePeer();
    ledger = createMemoryLedger();
    account = accountAt(peer.origin, 'spot', { ledger });
    for (const base of ['/api/v3', '/fapi/v1']) {
      peer.on(`GET ${base}/klines`, json([]));
      peer.on(`GET ${base}/ticker/price`, json({ price: '1' }));
      peer.on(`GET ${base}/ping`, json({}));
    }
    peer.on('GET /api/v3/account', json({ balances: [] }));
  });
  afterEach(async () => {
    await account.close();
    await peer.stop();
  });
  const rest = (market: Market): PublicRest => {
    const budget = createPublicBudget({ venue: 'binance', market, urls: originsAt(peer.origin), ledger, clock: systemClock, log: keptLog() });
    return createPublicRest(publicAddresses(market, originsAt(peer.origin).binance).rest, systemClock, { take: (weight) => budget.take({ weight, places: false }, 'public'), observe: budget.observe });
  };
  const outcome = (reading: Promise<unknown>): Promise<string> => reading.then(() => 'answered', (error: Error) => error.message);
  const paths = (): string[] => peer.requests.map(({ path }) => path);

  it("a ban that an account's call has met holds public reads back, the ping too", async () => {
    peer.on('GET /api/v3/account', banned);
    await account.balances().catch(() => undefined);
    const spot = rest('spot');
    for (const reading of [spot.candles('BTCUSDT', '1m', 3), spot.lastPrice('BTCUSDT'), spot.ping(500)]) expect(await outcome(reading)).to.contain('the venue asked for silence until');
    expect(paths()).to.deep.equal(['/api/v3/account']);
    expect(await outcome(rest('usdm').ping(500)), 'another server').to.equal('answered');
  });

  it("a ban that a public read has met holds the accounts' calls back", async () => {
    peer.on('GET /api/v3/klines', banned);
    expect(await outcome(rest('spot').candles('BTCUSDT', '1m', 3))).to.contain('answered 418');
    const read = await account.balances().catch((error: unknown) => error);
    expect(read).to.be.instanceOf(VenueUnavailable);
    expect((read as VenueUnavailable).retryAfterMs).to.be.within(170_000, 180_000);
    expect(paths()).to.deep.equal(['/api/v3/klines']);
  });

  const costs: readonly [string, Market, number, (from: PublicRest) => Promise<unknown>][] = [
    ['candles of spot', 'spot', 2, (from) => from.candles('BTCUSDT', '1m', 1000)],
    ['a price of spot', 'spot', 2, (from) => from.lastPrice('BTCUSDT')],
    ['a few candles of USD-M', 'usdm', 1, (from) => from.candles('BTCUSDT', '1m', 99)],
    ['some candles of USD-M', 'usdm', 2, (from) => from.candles('BTCUSDT', '1m', 499)],
    ['many candles of USD-M', 'usdm', 5, (from) => from.candles('BTCUSDT', '1m', 1000)],
    ['a price of USD-M', 'usdm', 1, (from) => from.lastPrice('BTCUSDT')],
  ];
  for (const [name, market, weight, read] of costs)
    it(`${name}: counts ${weight} of the half of a minute that public reads may use; the ping hangs on none of it`, async () => {
      const half = binanceLimits[market].weightPerMinute / 2;
      const counted: [string, number, number][] = [];
      const { take } = ledger;
      ledger.take = (key, cost, ceiling, windowMs) => {
        counted.push([key, cost, ceiling]);
        return take(key, cost, ceiling, windowMs, 0);
      };
      const key = `${serverKey('binance', 'testnet', market, originsAt(peer.origin))}|weight`;
      expect(await outcome(read(rest(market)))).to.equal('answered');
      expect(counted).to.deep.equal([[key, weight, half]]);
      await take(key, half - weight, half, 60_000, 0);
      expect(await outcome(read(rest(market)))).to.contain('used up');
      expect(await outcome(rest(market).ping(500))).to.equal('answered');
    });

  it('asks the gate of an address for every client that is made for it', async () => {
    const nowhere = { spotUrl: 'http://127.0.0.1:9', spotWsUrl: null, usdmUrl: 'http://127.0.0.1:9', usdmWsUrl: null };
    const shut: PublicGate = { take: async () => 60_000, observe: () => undefined };
    for (const market of ['spot', 'usdm'] as const) guardPublicReads(publicAddresses(market, nowhere).rest, shut);
    expect(await probeVenue(nowhere, systemClock)).to.contain('the venue asked for silence until');
    expect(await outcome(createPublicRest(publicAddresses('spot', nowhere).rest, systemClock).lastPrice('BTCUSDT'))).to.contain('the venue asked for silence until');
  });
});
