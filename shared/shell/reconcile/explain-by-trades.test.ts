import { expect } from 'chai';
import { price, qty } from '#shared/engine/num/units';
import type { Difference } from '#shared/engine/reconcile/difference';
import type { ExchangePort, VenueTrade } from '#shared/ports/exchange.port';
import type { ShellPorts } from '../shell.ts';
import { explainByTrades } from './explain-by-trades.ts';
import type { AccountReading } from './read-account.ts';

const symbol = 'BTC/USDT:USDT';
const trade = (side: 'buy' | 'sell', at: string): VenueTrade => ({ tradeId: side, clientOrderId: 'hand', venueOrderId: side, symbol, side, price: price(at), quantity: qty('1'), fee: '0', feeAsset: 'USDT', at: 0 }) as unknown as VenueTrade;

describe('trades that explain what is gone', () => {
  for (const { ours, venue, side } of [
    { ours: '5', venue: '4', side: 'sell' },
    { ours: '-5', venue: '-4', side: 'buy' },
    { ours: '-3', venue: '-4', side: 'sell' },
    { ours: '3', venue: '4', side: 'buy' },
  ]) {
    it(`we hold ${ours} of both sides together, the venue ${venue}: somebody's ${side}`, async () => {
      const store = { ordersByVenueId: async () => [], knownTrades: async () => new Set<string>() };
      const difference = { key: 'k', symbol, ours, venue, amount: qty('1'), remedy: { do: 'reduce', parts: [] } } as unknown as Difference;
      const exchange = { tradesSince: async () => [trade('buy', '90'), trade('sell', '110')] } as unknown as ExchangePort;
      const reading = { own: { market: 'usdm', groups: [] } } as unknown as AccountReading;
      const { explained } = await explainByTrades({ store, atCrashPoint: () => {} } as unknown as ShellPorts, exchange, '1', reading, [difference], { now: 0, urgent: false });
      expect(explained.get('k')?.price).to.equal(side === 'buy' ? '90' : '110');
    });
  }
});
