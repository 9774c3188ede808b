import type { Market } from '#shared/engine/instrument/instrument';
import type { BinanceSetup } from './binance-setup.ts';
import { loadCcxtBinance } from './ccxt-module.ts';
import type { Binance, BinanceClass } from './ccxt-streams.ts';
import { withStreams } from './ccxt-streams.ts';
import { withTransport } from './ccxt-transport.ts';

const classes = new Map<Market, Promise<BinanceClass>>();

/** A ready ccxt instance for one account of Binance. The class is loaded with the first one of its market. */
export async function createBinance(setup: BinanceSetup): Promise<Binance> {
  let loading = classes.get(setup.market);
  if (loading === undefined) {
    loading = loadCcxtBinance(setup.market).then((Base) => withStreams(withTransport(Base)));
    classes.set(setup.market, loading);
  }
  const venue = new (await loading)(setup);
  await venue.loadHttpProxyAgent(); // without it ccxt refuses plain ws:// addresses
  return venue;
}
