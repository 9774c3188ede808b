import { clientOrderId } from '#shared/engine/ids';
import { floorTo } from '#shared/engine/num/rounding';
import { dec, max, type Dec } from '#shared/engine/num/units';
import type { Faults } from '#shared/simulation/faults';
import { cancel, place } from '#shared/simulation/matching';
import { isOpen, type SimOrder } from '#shared/simulation/matching-state';
import type { MemoryStore } from '#shared/simulation/memory-store';
import type { DifferenceEntry } from '#shared/simulation/memory-tables';
import type { Chance } from '#shared/simulation/seeded-chance';
import { isRefused } from '#shared/simulation/sim-refusal';
import { rulesKey, type SimulatedVenue } from '#shared/simulation/simulated-venue';
import type { VirtualClock } from '#shared/simulation/virtual-clock';
import type { OutsideKind, OutsideLedger } from './outside-ledger.ts';
import type { SimulatedAccount, SimulatedSymbol } from './random-configuration.ts';

interface Parts {
  clock: VirtualClock;
  chance: Chance;
  faults: Faults;
  venue: SimulatedVenue;
  store: MemoryStore;
  ledger: OutsideLedger;
  accounts: readonly SimulatedAccount[];
  symbols: readonly SimulatedSymbol[];
  prefix: string;
  tell: (line: string) => void;
}

/** Ids of groups that our database will never give out. */
const strangers = 900_000;

/** Who else uses our accounts: a person at the venue's own page, another program, and orders of ours that our database has forgotten. */
export class Person {
  private readonly parts: Parts;
  private placed = 0;

  constructor(parts: Parts) {
    this.parts = parts;
  }

  /** One second of it. */
  act(): void {
    const { faults, chance, accounts } = this.parts;
    if (faults.strike('hand-trade')) this.trade(chance.pick(accounts));
    if (faults.strike('hand-cancel')) this.cancelOurs();
    if (faults.strike('foreign-order')) this.rest(chance.pick(accounts), 'foreign');
    if (faults.strike('stray-order')) this.rest(chance.pick(accounts), 'stray');
    if (chance.happens(0.01)) this.takeBack();
    this.decide();
  }

  private of(account: SimulatedAccount): SimulatedSymbol[] {
    return this.parts.symbols.filter(({ rules }) => rules.market === account.market);
  }

  /** What can be sold of a symbol: a position as it is, a balance as far as no order holds it back. */
  private held({ accountId, market }: SimulatedAccount, { rules }: SimulatedSymbol): Dec {
    const account = this.parts.venue.world.accounts.get(accountId);
    return dec((market === 'usdm' ? account?.positions.get(rules.venueSymbol)?.quantity : account?.balances.get(rules.base)?.free) ?? '0');
  }

  /** Closes what is held, in part, whole or beyond; or buys what nobody asked for. */
  private trade(account: SimulatedAccount): void {
    const { chance } = this.parts;
    const holding = this.of(account).filter((symbol) => !this.held(account, symbol).isZero());
    const symbol = holding.length > 0 && chance.happens(0.8) ? chance.pick(holding) : chance.pick(this.of(account));
    const held = this.held(account, symbol);
    const last = this.parts.venue.world.books.get(`${account.market}:${symbol.rules.venueSymbol}`)?.last ?? symbol.start;
    const worth = dec(chance.pick([30, 150, 700])).dividedBy(last);
    const how = chance.weighted({ part: 4, whole: 4, beyond: account.market === 'usdm' ? 1 : 0, more: 2 });
    const amount = held.isZero() || how === 'more' ? worth : how === 'part' ? held.abs().times(chance.between(5, 95)).dividedBy(100) : how === 'whole' ? held.abs() : held.abs().plus(worth);
    const sells = held.isZero() ? account.market === 'usdm' && chance.happens(0.5) : how === 'more' ? held.isNegative() : held.greaterThan(0);
    this.place(account, symbol, { kind: 'hand', id: `web_${(this.placed += 1)}`, sells, quantity: amount, price: null, reduceOnly: account.market === 'usdm' && how === 'part' && chance.happens(0.5) });
  }

  /** An order that rests far from the market: somebody else's, or one of our scheme that no row of ours knows. */
  private rest(account: SimulatedAccount, kind: 'foreign' | 'stray'): void {
    const { chance, prefix } = this.parts;
    const symbol = chance.pick(this.of(account));
    const last = this.parts.venue.world.books.get(`${account.market}:${symbol.rules.venueSymbol}`)?.last ?? symbol.start;
    const number = (this.placed += 1);
    // On spot a sell would hold back what our exits need.
    const sells = account.market === 'usdm' && chance.happens(0.5);
    const away = chance.between(200, 900) * (sells ? 1 : -1);
    const purpose = { groupId: String(strangers + number), role: 'entry', pyramid: 0, leg: chance.between(0, 4), generation: chance.between(0, 2) } as const;
    const id = kind === 'stray' ? clientOrderId(prefix, purpose) : chance.pick([`android_${number}`, clientOrderId('other', purpose), `x-${prefix}${number}`]);
    this.place(account, symbol, { kind, id, sells, quantity: dec(chance.pick([50, 400])).dividedBy(last), price: dec(last).times(10_000 + away).dividedBy(10_000), reduceOnly: false });
  }

  private place({ accountId, market }: SimulatedAccount, symbol: SimulatedSymbol, wish: { kind: OutsideKind; id: string; sells: boolean; quantity: Dec; price: Dec | null; reduceOnly: boolean }): void {
    const { venue, ledger, clock, tell } = this.parts;
    const rules = venue.rules.get(rulesKey(market, symbol.rules.symbol))!.at(-1)!;
    const quantity = floorTo(wish.quantity, rules.stepSize);
    const price = wish.price === null ? null : max(floorTo(wish.price, rules.tickSize), rules.tickSize).toFixed();
    // Known before it is placed: what the venue does with it is told at once.
    ledger.orders.set(wish.id, { kind: wish.kind, accountId, symbol: rules.symbol });
    const placed = venue.change((draft) =>
      place(
        draft,
        {
          accountId, kind: 'order', market, symbol: rules.venueSymbol, clientOrderId: wish.id, side: wish.sells ? 'SELL' : 'BUY', type: price === null ? 'MARKET' : 'LIMIT', timeInForce: 'GTC',
          quantity: quantity.toFixed(), quoteQuantity: null, price, stopPrice: null, callbackRate: null, activationPrice: null, reduceOnly: wish.reduceOnly, closePosition: false, fillParts: 1,
        },
        clock.now(),
      ),
    );
    if (isRefused(placed)) ledger.orders.delete(wish.id);
    tell(`${wish.kind === 'stray' ? 'a stray' : 'somebody'}: ${wish.id} ${wish.sells ? 'sells' : 'buys'} ${quantity.toFixed()} ${rules.symbol} in account ${accountId} at ${price ?? 'market'}: ${isRefused(placed) ? placed.refused : placed.status}`);
  }

  private open(mine: (order: SimOrder) => boolean): SimOrder[] {
    return [...this.parts.venue.world.accounts.values()].flatMap((account) => [...account.orders.values()].filter((order) => isOpen(order) && mine(order)));
  }

  private end({ accountId, symbol, id, clientOrderId: name }: SimOrder, who: string): void {
    const { venue, clock, tell } = this.parts;
    tell(`${who} cancels ${name} by hand`);
    venue.change((draft) => cancel(draft, accountId, 'order', symbol, { id }, null, clock.now()));
  }

  /** One of our working orders is cancelled at the venue's own page. */
  private cancelOurs(): void {
    const open = this.open(({ clientOrderId: id }) => !this.parts.ledger.orders.has(id));
    if (open.length === 0) return;
    const order = this.parts.chance.pick(open);
    this.parts.ledger.unwanted.add(order.clientOrderId);
    this.end(order, 'somebody');
  }

  private takeBack(): void {
    const open = this.open(({ clientOrderId: id }) => this.parts.ledger.orders.get(id)?.kind === 'foreign');
    if (open.length === 0) return;
    const order = this.parts.chance.pick(open);
    this.parts.ledger.takenBack.add(order.clientOrderId);
    this.end(order, 'its owner');
  }

  /** A person answers what they are asked on the page Reconciliation, as the api writes it down. */
  private decide(): void {
    const { chance, store } = this.parts;
    for (const row of store.tables.reconcileDifferences.values()) if (row.state === 'asks' && row.decision === null && chance.happens(0.05)) this.answer(row);
  }

  /** Another deployment keeps all new exposure away: a person who is there accepts it. */
  acceptDeployments(): void {
    for (const row of this.parts.store.tables.reconcileDifferences.values()) if (row.state === 'asks' && row.difference.remedy.do === 'ask-deployment') this.answer(row);
  }

  private answer(row: DifferenceEntry): void {
    const { chance, store, tell } = this.parts;
    const asked = row.difference.remedy.do;
    const decision = asked === 'ask-deployment' ? 'ignore' : chance.weighted({ adopt: asked === 'ask' ? 3 : 0, close: 2, ignore: 1 });
    tell(`a person decides on ${row.key} of account ${row.accountId}: ${decision}`);
    if (decision === 'ignore') Object.assign(row, { state: 'ignored', action: 'ignored' });
    else row.decision = decision;
    void store.askReconcile(row.accountId, 'asked');
  }
}
