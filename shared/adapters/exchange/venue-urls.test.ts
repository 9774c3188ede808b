import { expect } from 'chai';
import { loadCcxtBinance } from './ccxt-module.ts';
import type { CcxtUrls, VenueOrigins } from './venue-urls.ts';
import { serverKey, venueUrls } from './venue-urls.ts';

const none: VenueOrigins['binance'] = { spotUrl: null, spotWsUrl: null, spotWsApiUrl: null, usdmUrl: null, usdmWsUrl: null };
const paper = 'http://127.0.0.1:4311';

describe('addresses of an account', () => {
  let ccxt: CcxtUrls;
  before(async () => (ccxt = new (await loadCcxtBinance('spot'))({}).urls));
  const of = (mode: 'paper' | 'testnet' | 'live', market: 'spot' | 'usdm', binance = none): ReturnType<typeof venueUrls> => venueUrls(mode, market, { paper, binance }, ccxt);

  it('paper: the paper exchange for everything', () => {
    expect(of('paper', 'spot').api).to.deep.equal({ public: `${paper}/api/v3`, private: `${paper}/api/v3`, ws: { spot: 'ws://127.0.0.1:4311/stream/ws', 'ws-api': { spot: 'ws://127.0.0.1:4311/ws-api/v3' } } });
    expect(of('paper', 'usdm').api).to.deep.equal({ fapiPublic: `${paper}/fapi/v1`, fapiPrivate: `${paper}/fapi/v1`, fapiPrivateV2: `${paper}/fapi/v2`, fapiPrivateV3: `${paper}/fapi/v3`, ws: { future: 'ws://127.0.0.1:4311/ws' } });
  });

  it('testnet: the server named in the environment, each address where it is given', () => {
    const binance = { spotUrl: 'https://a.test/', spotWsUrl: 'wss://b.test', spotWsApiUrl: 'wss://c.test', usdmUrl: 'http://d.test:81', usdmWsUrl: 'ws://e.test:82' };
    expect(of('testnet', 'spot', binance).api).to.deep.equal({ public: 'https://a.test/api/v3', private: 'https://a.test/api/v3', ws: { spot: 'wss://b.test/stream/ws', 'ws-api': { spot: 'wss://c.test/ws-api/v3' } } });
    expect(of('testnet', 'usdm', binance).api).to.include({ fapiPrivate: 'http://d.test:81/fapi/v1' }).and.to.deep.include({ ws: { future: 'ws://e.test:82/ws' } });
    expect(of('testnet', 'usdm', { ...binance, usdmWsUrl: null }).api).to.deep.include({ ws: { future: 'ws://d.test:81/ws' } });
  });

  it('testnet without such a server: the venue’s own test networks', () => {
    expect(of('testnet', 'spot').api).to.include({ private: 'https://testnet.binance.vision/api/v3' });
    expect(of('testnet', 'usdm').api).to.include({ fapiPrivate: 'https://demo-fapi.binance.com/fapi/v1' });
  });

  it('live: the venue’s own, and nothing but the market’s sections', () => {
    expect(of('live', 'spot').api).to.deep.equal({ public: 'https://api.binance.com/api/v3', private: 'https://api.binance.com/api/v3', ws: { spot: 'wss://stream.binance.com:9443/ws', 'ws-api': { spot: 'wss://ws-api.binance.com:443/ws-api/v3' } } });
    expect(Object.keys(of('live', 'usdm').api)).to.deep.equal(['fapiPublic', 'fapiPrivate', 'fapiPrivateV2', 'fapiPrivateV3', 'ws']);
  });

  it('no account but a live one can reach a production address', () => {
    const production = [...of('live', 'spot').origins, ...of('live', 'usdm').origins];
    for (const mode of ['paper', 'testnet'] as const) for (const market of ['spot', 'usdm'] as const) for (const origin of of(mode, market).origins) expect(production).to.not.include(origin);
  });

  it('a server has one name, whoever asks', () => {
    const keys = (['paper', 'testnet', 'live'] as const).map((mode) => serverKey('binance', mode, 'spot', { paper, binance: { ...none, spotUrl: 'http://a.test' } }));
    expect(keys).to.deep.equal(['binance|spot|http://127.0.0.1:4311', 'binance|spot|http://a.test', 'binance|spot|live']);
  });
});
