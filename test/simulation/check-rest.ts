import { compare, dec, sum, type Dec } from '#shared/engine/num/units';
import type { PositionGroup } from '#shared/engine/position/position-group';
import { groupQuantity, pnlRealised } from '#shared/engine/position/exposure';
import type { Risk } from '#shared/engine/risk/risk';
import type { Store } from '#shared/ports/store.port';
import type { MemoryTables } from '#shared/simulation/memory-tables';
import { isWorking, reportOf, rulesKey, stateOf, type SimulatedVenue } from '#shared/simulation/simulated-venue';
import { replayGroup } from '#scripts/replay-group';
import type { SimulatedAccount } from './random-configuration.ts';
import { isStrict } from './check-group.ts';
import type { OutsideLedger } from './outside-ledger.ts';
import type { VenueView } from './check-venue.ts';
import { betterBy, claimedOf, commonTarget, enteredBy, onStep, quantityOf } from './oracle.ts';
import { holds } from './violation.ts';

const passing: ReadonlySet<string> = new Set(['ready', 'sending', 'cancelling', 'unknown']);

/** Why the system is not at rest yet, in words; empty where it is. */
export function restless(tables: MemoryTables, groups: readonly PositionGroup[], venue: SimulatedVenue, now: number): string[] {
  const why: string[] = [];
  for (const row of tables.inbox.values()) if (row.decidedAt === null && (row.dueAt <= now || row.error !== null)) why.push(`event ${row.key} is undecided${row.error === null ? '' : ` (${row.error})`}`);
  for (const row of tables.outbox.values()) if (row.doneAt === null) why.push(`${row.kind} ${row.clientOrderId} is undone${row.error === null ? '' : ` (${row.error})`}`);
  for (const { order } of tables.orders.values()) if (passing.has(order.status)) why.push(`order ${order.clientOrderId} is ${order.status}`);
  for (const { state } of tables.risks.values()) {
    const { userId, plan } = JSON.parse(state) as Risk;
    // A group that carries a rest too small to sell answers when it can; the plan has a patience of its own.
    const carried = plan?.steps.some((step) => step.state === 'asked' && groups.some((group) => group.id === step.groupId && Object.keys(group.held).length > 0));
    if (plan?.status === 'running' && carried !== true) why.push(`plan ${plan.id} of user ${userId} runs: ${plan.steps.map(({ groupId, state: step }) => `group ${groupId} ${step}`).join(', ')}`);
  }
  for (const group of groups) {
    for (const order of group.orders) {
      const there = venue.ordersOf(order.clientOrderId).at(-1);
      const truth = there === undefined ? null : reportOf(stateOf(there));
      if (truth === null) {
        if (['open', 'partially_filled', 'filled'].includes(order.status)) why.push(`order ${order.clientOrderId} is ${order.status}, the venue does not know it`);
      } else if (truth.status !== order.status || compare(truth.quantityFilled, order.quantityFilled) !== 0) {
        why.push(`order ${order.clientOrderId} is ${order.status} with ${order.quantityFilled} filled, at the venue ${truth.status} with ${truth.quantityFilled}`);
      }
    }
    for (const [slot, retry] of Object.entries(group.retries)) if (group.status !== 'closed' && retry.notBefore > now && slot.startsWith('entry') === false) why.push(`group ${group.id} tries ${slot} again at ${retry.notBefore}`);
  }
  return why;
}

/** Invariants 1, 3, 4, 6 and 7 when nothing moves: our books are the venue's, and what is held has what its plan demands working there. */
export class RestCheck {
  private readonly parts: { tables: MemoryTables; venue: SimulatedVenue; ledger: OutsideLedger; view: VenueView; store: Store; accounts: readonly SimulatedAccount[]; replays: boolean };

  constructor(parts: RestCheck['parts']) {
    this.parts = parts;
  }

  async all(groups: readonly PositionGroup[]): Promise<void> {
    for (const group of groups) this.checkBooks(group);
    this.checkPositions(groups);
    this.checkWallets(groups);
    for (const group of groups) if (group.status !== 'closed') this.checkDemanded(group);
    // A mistake in our code would replay alike. One that is planted outside of it does not, and must be found by what it does.
    if (this.parts.replays) for (const group of groups) await this.checkReplay(group.id);
  }

  private checkBooks(group: PositionGroup): void {
    const trades = this.parts.view.tradesOf(group.id);
    const held = quantityOf([...trades, ...this.parts.ledger.bookedOf(group.id)], group.base);
    holds(1, compare(groupQuantity(group), held) === 0, () => `group ${group.id} says it holds ${groupQuantity(group)}, the venue's trades say ${held.toFixed()}`);
    const counted = [...this.parts.tables.fills.values()].filter(({ groupId }) => groupId === group.id).length;
    holds(1, counted === trades.length, () => `group ${group.id} has counted ${counted} trades, the venue made ${trades.length}`);
    const open = (this.parts.view.ofGroup.get(group.id) ?? []).filter(({ order }) => isWorking(order));
    holds(4, group.status !== 'closed' || open.length === 0, () => `group ${group.id} is closed, ${open.map(({ order }) => stateOf(order).clientOrderId).join(' ')} works at the venue`);
    const legs = group.pyramids.flatMap((pyramid) => pyramid.legs);
    for (const pyramid of group.pyramids) {
      for (const leg of pyramid.legs) {
        const bought = sum(trades.filter((trade) => trade.role === 'entry' && trade.pyramid === pyramid.index && trade.leg === leg.index).map(({ quantity }) => quantity));
        const orders = group.orders.filter((order) => order.role === 'entry' && order.pyramid === pyramid.index && order.leg === leg.index);
        const most = orders.reduce((largest, order) => (compare(order.quantity, largest) > 0 ? dec(order.quantity) : largest), dec(0));
        holds(4, bought.lessThanOrEqualTo(most), () => `leg ${pyramid.index}.${leg.index} of group ${group.id} has bought ${bought.toFixed()}, its order was ${most.toFixed()}`);
      }
    }
    const rules = this.parts.venue.rules.get(rulesKey(group.market, group.symbol)) ?? [];
    const dust = rules.reduce((most, each) => (compare(each.quantityMin, most) > 0 ? dec(each.quantityMin) : compare(each.stepSize, most) > 0 ? dec(each.stepSize) : most), dec(0)).times(legs.length);
    holds(3, group.status !== 'closed' || held.lessThan(dust) || held.isZero(), () => `group ${group.id} is closed and holds ${held.toFixed()}`);
  }

  /** What an account holds is what its groups hold, and what others have traded beyond what groups were told of. */
  private checkPositions(groups: readonly PositionGroup[]): void {
    const { venue, accounts, ledger } = this.parts;
    for (const { accountId, market } of accounts) {
      const account = venue.world.accounts.get(accountId)!;
      for (const { symbol, venueSymbol, base } of venue.instruments(market)) {
        const ours = sum(groups.filter((group) => group.accountId === accountId && group.symbol === symbol).map((group) => dec(groupQuantity(group)).times(group.side === 'long' ? 1 : -1)));
        const balance = account.balances.get(base);
        const theirs = market === 'usdm' ? dec(account.positions.get(venueSymbol)?.quantity ?? '0') : dec(balance?.free ?? '0').plus(balance?.locked ?? '0');
        for (const side of ['long', 'short'] as const) ledger.checkReduced({ accountId, symbol, side }, groups, { atRest: true });
        const others = ledger.partOf(accountId, symbol, base, groups);
        holds(4, ours.plus(others).equals(theirs), () => `account ${accountId} holds ${theirs.toFixed()} ${symbol}, its groups hold ${ours.toFixed()}, others ${others.toFixed()}`);
      }
    }
  }

  /** Invariant 6 against the wallet: where nothing is held any more, the account has gained what its groups say. */
  private checkWallets(groups: readonly PositionGroup[]): void {
    const { venue, accounts, ledger } = this.parts;
    for (const { accountId, funds } of accounts) {
      const own = groups.filter((group) => group.accountId === accountId);
      if (own.some((group) => compare(groupQuantity(group), '0') !== 0)) continue;
      if ([...(venue.world.accounts.get(accountId)?.positions.values() ?? [])].some(({ quantity }) => quantity !== '0')) continue;
      const balance = venue.world.accounts.get(accountId)?.balances.get('USDT');
      const gained = dec(balance?.free ?? '0').plus(balance?.locked ?? '0').minus(funds);
      const realised = sum(own.map(pnlRealised)).plus(ledger.gainOf(accountId, groups));
      holds(6, gained.equals(realised), () => `account ${accountId} has gained ${gained.toFixed()}, its groups and others have realised ${realised.toFixed()}`);
    }
  }

  /** Invariant 3 at the venue. */
  private checkDemanded(group: PositionGroup): void {
    if (!isStrict(group)) return;
    const { venue, view } = this.parts;
    const rules = venue.rules.get(rulesKey(group.market, group.symbol))!.at(-1)!;
    // What was fitted to older rules stays as it was accepted.
    if (venue.rules.get(rulesKey(group.market, group.symbol))!.length > 1) return;
    const trades = [...view.tradesOf(group.id), ...this.parts.ledger.bookedOf(group.id)];
    const last = venue.world.books.get(`${group.market}:${rules.venueSymbol}`)?.last ?? null;
    if (group.windDown === null && group.stop !== null && last !== null) {
      const passed = group.side === 'long' ? compare(last, group.stop.price) <= 0 : compare(last, group.stop.price) >= 0;
      holds(3, !passed, () => `group ${group.id} should have closed at its stop ${group.stop?.price}, the price is ${last}`);
    }
    if (group.windDown !== null) return this.checkEnding(group, quantityOf(trades, group.base), last);
    const target = group.exitPlan.kind === 'per_leg' ? null : commonTarget(group, trades);
    if (target !== null && last !== null) {
      const trigger = betterBy(group, target.average, target.percent).dividedToIntegerBy(rules.tickSize).times(rules.tickSize);
      const beyond = group.side === 'long' ? dec(last).greaterThan(trigger) : dec(last).lessThan(trigger);
      holds(3, !beyond || !trigger.greaterThan(0), () => `group ${group.id} should have closed at ${trigger.toFixed()}, the price is ${last}`);
    }
    if (group.exitPlan.kind === 'aggregate' || group.exitPlan.kind === 'pyramid_aggregate') return;
    for (const pyramid of group.pyramids) {
      for (const leg of pyramid.legs) {
        const entered = enteredBy(trades, pyramid.index, leg.index, group.base);
        const sellable = onStep(entered.quantity.minus(leg.exited.quantity).minus(claimedOf(group, pyramid.index, leg.index)), rules);
        if (!sellable.greaterThan(0)) continue;
        const exact = betterBy(group, entered.cost.dividedBy(entered.quantity), leg.tpPercent);
        const resting = (view.ofGroup.get(group.id) ?? []).filter(({ purpose, order }) => purpose.role === 'take-profit' && purpose.pyramid === pyramid.index && purpose.leg === leg.index && isWorking(order)).map(({ order }) => stateOf(order));
        const price = exact.dividedToIntegerBy(rules.tickSize).times(rules.tickSize);
        const spared = group.market === 'usdm' && rules.notionalMinSparesReduceOnly;
        const tooSmall = sellable.lessThan(rules.quantityMin) || (!spared && rules.notionalMin !== null && price.times(sellable).lessThan(rules.notionalMin)) || (rules.quantityMax !== null && sellable.greaterThan(rules.quantityMax));
        const covers = (rest: Dec): boolean => rest.equals(sellable);
        const working = resting.some((order) => covers(dec(order.quantity).minus(order.filled)));
        holds(3, working || tooSmall, () => `leg ${pyramid.index}.${leg.index} of group ${group.id} holds ${sellable.toFixed()}, at the venue ${resting.length === 0 ? 'nothing' : resting.map((order) => `${order.quantity} less ${order.filled} at ${order.price}`).join(', ')} takes its profit at ${exact.toFixed()}`);
      }
    }
  }

  /** A group that ends and has nothing in flight must be unable to sell what it holds. */
  private checkEnding(group: PositionGroup, held: Dec, last: string | null): void {
    const rules = this.parts.venue.rules.get(rulesKey(group.market, group.symbol))!.at(-1)!;
    const sellable = onStep(held, rules);
    const spared = group.market === 'usdm' && rules.notionalMinSparesReduceOnly;
    const tooSmall = sellable.lessThan(rules.quantityMin) || (!spared && rules.notionalMin !== null && dec(last ?? '0').times(sellable).lessThan(rules.notionalMin));
    const working = (this.parts.view.ofGroup.get(group.id) ?? []).some(({ order }) => isWorking(order));
    holds(3, working || (tooSmall && Object.keys(group.held).length > 0), () => `group ${group.id} ends (${group.windDown?.reason}) and holds ${held.toFixed()} without selling it: ${JSON.stringify(group.held)}`);
  }

  /** Invariant 7. */
  private async checkReplay(groupId: string): Promise<void> {
    const stored = await this.parts.store.group(groupId);
    holds(7, stored !== null, () => `group ${groupId} is not stored`);
    const replayed = replayGroup(await this.parts.store.journalOf('group', groupId), stored);
    holds(7, replayed.kind === 'identical', () => `group ${groupId} replayed differs: ${replayed.kind === 'different' ? replayed.difference : ''}`);
  }
}
