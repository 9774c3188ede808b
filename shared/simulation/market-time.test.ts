import { expect } from 'chai';
import { openAccount, place, putInstrument, setBalances } from './matching.ts';
import { transact, type Draft } from './matching-draft.ts';
import { emptyWorld, type SimFill, type SimMarket, type World } from './matching-state.ts';
import { movePrice } from './price-path.ts';

const rules = { symbol: 'BTCUSDT', base: 'BTC', quote: 'USDT', tick: '0.01', priceMin: '0.01', priceMax: '1000000', step: '0.001', quantityMin: '0.001', quantityMax: '1000', marketQuantityMax: '1000', notionalMin: '5', bandUp: '5', bandDown: '0.2', maxOrders: 200, maxConditionalOrders: 5, maintenanceRatio: '0.004', trading: true };
const ticket = { accountId: 'a', kind: 'order', symbol: 'BTCUSDT', side: 'BUY', timeInForce: 'GTC', quantity: '1', quoteQuantity: null, stopPrice: null, callbackRate: null, activationPrice: null, reduceOnly: false, closePosition: false, fillParts: 1 } as const;

for (const market of ['spot', 'usdm'] as const satisfies SimMarket[])
  describe(`the time of a trade by the clock of its prices, ${market}`, () => {
    let world: World;
    let fills: SimFill[];
    const run = (work: (draft: Draft) => unknown): void => {
      const done = transact(world, work);
      world = done.world;
      fills.push(...done.fills);
    };
    const step = (price: string, at: number, now: number): void => run((draft) => movePrice(draft, { market, symbol: 'BTCUSDT', price, at }, now));
    beforeEach(() => {
      world = emptyWorld;
      fills = [];
      run((draft) => {
        putInstrument(draft, { ...rules, market });
        openAccount(draft, { id: 'a', market, makerRate: '0', takerRate: '0' });
        setBalances(draft, 'a', { USDT: '10000' }, 0);
      });
    });
    const limit = (clientOrderId: string, price: string, now: number): void => run((draft) => place(draft, { ...ticket, market, clientOrderId, type: 'LIMIT', price }, now));
    const buy = (clientOrderId: string, now: number): void => run((draft) => place(draft, { ...ticket, market, clientOrderId, type: 'MARKET', price: null }, now));
    const times = (): number[][] => fills.map(({ at, marketAt }) => [at, marketAt]);

    it('a resting order fills in the step that reached it, however far the replay is behind, and however many steps come at once', () => {
      step('100', 1_000, 900_000);
      limit('x', '95', 900_001);
      step('96', 61_000, 900_002);
      step('94', 121_000, 900_002);
      step('97', 181_000, 900_002);
      expect(times()).to.deep.equal([[900_002, 121_000]]);
    });
    it('a market order between two steps fills as long after the last one as has passed since', () => {
      step('100', 1_000, 900_000);
      buy('x', 900_250);
      expect(times()).to.deep.equal([[900_250, 1_250]]);
    });
    it('prices of here and now have the clock of the exchange', () => {
      step('100', 900_000, 900_000);
      buy('x', 960_000);
      expect(times()).to.deep.equal([[960_000, 960_000]]);
    });
  });
