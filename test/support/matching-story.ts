import { expect } from 'chai';
import { movePrice } from '#shared/simulation/price-path';
import { cancel, openAccount, place, putInstrument, setBalances, setLeverage, type Placed } from '#shared/simulation/matching';
import { transact, type Draft } from '#shared/simulation/matching-draft';
import { balanceOf } from '#shared/simulation/matching-draft';
import { emptyWorld, type Happening, type LedgerRow, type SimFill, type SimInstrument, type SimMarket, type SimOrder, type World } from '#shared/simulation/matching-state';
import { reindex, type OpenIndexes } from '#shared/simulation/open-tally';
import type { OrderTicket } from '#shared/simulation/order-rules';
import { isRefused } from '#shared/simulation/sim-refusal';

const common = { symbol: 'BTCUSDT', base: 'BTC', quote: 'USDT', priceMin: '0.01', priceMax: '1000000', quantityMax: '1000', marketQuantityMax: '1000', notionalMin: '5', maxOrders: 200, maxConditionalOrders: 5, maintenanceRatio: '0.004', trading: true };
const instruments: SimInstrument[] = [
  { ...common, market: 'spot', tick: '0.01', step: '0.00001', quantityMin: '0.00001', bandUp: '5', bandDown: '0.2' },
  { ...common, market: 'usdm', tick: '0.01', step: '0.001', quantityMin: '0.001', bandUp: '1.05', bandDown: '0.95' },
];

/** One account on one market, told as a story: steps in, then what the world says. Used by the matching tests. */
export class Story {
  world: World = emptyWorld;
  happenings: Happening[] = [];
  fills: SimFill[] = [];
  ledger: LedgerRow[] = [];
  readonly orders = new Map<string, SimOrder>();
  readonly market: SimMarket;
  readonly slippageBps: string;
  private at = 1_000;

  constructor(market: SimMarket, balances: Record<string, string>, options: { slippageBps?: string; fees?: [string, string]; leverage?: number } = {}) {
    this.market = market;
    this.slippageBps = options.slippageBps ?? '0';
    const [makerRate, takerRate] = options.fees ?? (market === 'spot' ? ['0.001', '0.001'] : ['0.0002', '0.0005']);
    this.run((draft) => {
      for (const instrument of instruments) putInstrument(draft, instrument);
      openAccount(draft, { id: 'a', market, makerRate, takerRate });
      setBalances(draft, 'a', balances, this.at);
      if (options.leverage !== undefined) setLeverage(draft, 'a', 'BTCUSDT', options.leverage, this.at);
    });
  }

  private run<Result>(work: (draft: Draft) => Result): Result {
    this.at += 1;
    const before = JSON.stringify([...this.world.accounts.values()].map((account) => [...account.balances]));
    const old = this.world;
    const done = transact(this.world, work, { slippageBps: this.slippageBps });
    expect(JSON.stringify([...old.accounts.values()].map((account) => [...account.balances])), 'the old world is untouched').to.equal(before);
    this.world = done.world;
    for (const { orders, tallies, clientIds } of this.world.accounts.values()) {
      const anew: OpenIndexes = { tallies: new Map(), clientIds: new Map() };
      for (const order of orders.values()) reindex(anew, undefined, order);
      expect(JSON.stringify([[...tallies], [...clientIds].sort()]), 'the indexes are those of the open orders').to.equal(JSON.stringify([[...anew.tallies], [...anew.clientIds].sort()]));
    }
    this.happenings.push(...done.happenings);
    this.fills.push(...done.fills);
    this.ledger.push(...done.ledger);
    for (const each of done.happenings) if ('order' in each) this.orders.set(each.order.clientOrderId + (each.order.kind === 'algo' ? ':algo' : ''), each.order);
    return done.result;
  }

  /** Places an order: `order('x', 'BUY', { price: '100', quantity: '1' })` is a limit order, without a price a market order. */
  order(clientOrderId: string, side: 'BUY' | 'SELL', wish: Partial<OrderTicket>): Placed {
    const ticket: OrderTicket = {
      accountId: 'a',
      kind: 'order',
      market: this.market,
      symbol: 'BTCUSDT',
      clientOrderId,
      side,
      type: wish.price === undefined ? 'MARKET' : 'LIMIT',
      timeInForce: 'GTC',
      quantity: '0',
      quoteQuantity: null,
      price: null,
      stopPrice: null,
      callbackRate: null,
      activationPrice: null,
      reduceOnly: false,
      closePosition: false,
      fillParts: 1,
      ...wish,
    };
    return this.run((draft) => place(draft, ticket, this.at));
  }

  algo(clientOrderId: string, side: 'BUY' | 'SELL', wish: Partial<OrderTicket>): Placed {
    return this.order(clientOrderId, side, { type: 'STOP_MARKET', kind: 'algo', ...wish });
  }

  cancel(clientOrderId: string, kind: 'order' | 'algo' = 'order'): Placed {
    return this.run((draft) => cancel(draft, 'a', kind, 'BTCUSDT', { clientOrderId }, 'cancel-id', this.at));
  }

  price(...prices: string[]): this {
    for (const price of prices) this.run((draft) => movePrice(draft, { market: this.market, symbol: 'BTCUSDT', price, at: this.at }, this.at));
    return this;
  }

  jump(price: string): this {
    this.run((draft) => movePrice(draft, { market: this.market, symbol: 'BTCUSDT', price, at: this.at, jump: true }, this.at));
    return this;
  }

  refused(placed: Placed): string | null {
    return isRefused(placed) ? placed.refused : null;
  }

  status(clientOrderId: string): string | undefined {
    return this.orders.get(clientOrderId)?.status;
  }

  /** `free/locked` of an asset. */
  balance(asset: string): string {
    const account = this.world.accounts.get('a');
    const balance = account === undefined ? { free: '?', locked: '?' } : balanceOf(account, asset);
    return `${balance.free}/${balance.locked}`;
  }

  position(): string {
    return this.world.accounts.get('a')?.positions.get('BTCUSDT')?.quantity ?? '0';
  }

  /** Every fill as `side quantity@price fee asset`. */
  get trades(): string[] {
    return this.fills.map((fill) => `${fill.side} ${fill.quantity}@${fill.price} ${fill.fee} ${fill.feeAsset}${fill.maker ? ' maker' : ''}`);
  }
}
