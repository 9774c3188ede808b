import { deploymentOf } from '#shared/engine/ids';
import { compare, dec, sum } from '#shared/engine/num/units';
import { groupQuantity } from '#shared/engine/position/exposure';
import type { PositionGroup } from '#shared/engine/position/position-group';
import { deploymentKey } from '#shared/engine/reconcile/compare-orders';
import type { MemoryTables } from '#shared/simulation/memory-tables';
import { isWorking, rulesKey, type SimulatedVenue } from '#shared/simulation/simulated-venue';
import type { OutsideLedger } from './outside-ledger.ts';
import type { SimulatedAccount } from './random-configuration.ts';
import { holds } from './violation.ts';

/** What the reconciler must know. */
export interface ReconcileView {
  tables: MemoryTables;
  venue: SimulatedVenue;
  ledger: OutsideLedger;
  accounts: readonly SimulatedAccount[];
}

/**
 * Invariant 11 at rest, as reasons why it is not yet: what others took off our positions is booked, what they added is asked about or
 * decided on, strays are gone unless a person is asked about them.
 */
export const unreconciled = (view: ReconcileView, groups: readonly PositionGroup[]): string[] => [
  ...view.accounts.flatMap((account) => view.venue.instruments(account.market).flatMap(({ symbol }) => holdingApart(view, account, symbol, groups))),
  ...[...view.ledger.orders].flatMap(([id, { kind, accountId }]) => {
    const deployment = kind === 'stray' ? null : deploymentOf(id);
    const key = kind === 'stray' ? `orphan_order:${id}` : deployment === null ? null : deploymentKey(deployment);
    if (key === null) return [];
    const [works, asked] = [view.venue.ordersOf(id).some(isWorking), isAsked(view.tables, accountId, key)];
    if (works && !asked) return [`${id} works at the venue, and nobody is asked about it`];
    return asked && !works && kind === 'stray' ? [`${key} is asked about and has ended`] : [];
  }),
  ...[...view.tables.reconcileDifferences.values()].flatMap(({ key, state, decision, difference }) => (state === 'asks' && (decision !== null || difference.remedy.do === 'ask-deployment') ? [`${key}: ${decision ?? 'a decision'} is waited for`] : state === 'acting' || state === 'seen' ? [`${key} is ${state}`] : [])),
];

const isAsked = (tables: MemoryTables, accountId: string, key: string): boolean => [...tables.reconcileDifferences.values()].some((each) => each.accountId === accountId && each.key === key && (each.state === 'asks' || each.state === 'ignored'));

function holdingApart({ tables, venue }: ReconcileView, { accountId, market }: SimulatedAccount, symbol: string, groups: readonly PositionGroup[]): string[] {
  const rules = venue.rules.get(rulesKey(market, symbol))!;
  const { venueSymbol, base } = rules.at(-1)!;
  const step = rules.map(({ stepSize }) => dec(stepSize)).reduce((most, each) => (each.greaterThan(most) ? each : most));
  const account = venue.world.accounts.get(accountId)!;
  const balance = account.balances.get(base);
  const theirs = market === 'usdm' ? dec(account.positions.get(venueSymbol)?.quantity ?? '0') : dec(balance?.free ?? '0').plus(balance?.locked ?? '0');
  // What a closed group could not sell, because it is less than the venue takes, is still its own, and nobody else's; nor is it still there once others have sold it.
  const own = groups.filter((group) => (market === 'usdm' || group.status !== 'closed') && group.accountId === accountId && group.symbol === symbol && compare(groupQuantity(group), '0') > 0);
  const signed = (group: PositionGroup): string => `${group.side === 'short' ? '-' : ''}${groupQuantity(group)}`;
  const apart = theirs.minus(sum(own.map(signed)));
  const holding = new Set(own.map(({ side }) => side));
  const asked = [...tables.reconcileDifferences.values()].filter((each) => each.accountId === accountId && each.key.startsWith(`orphan_position:${symbol}:`) && (each.state === 'asks' || each.state === 'ignored'));
  const told = `account ${accountId} holds ${theirs.toFixed()} ${symbol}, its groups hold ${own.map((group) => `${signed(group)} (${group.status})`).join(' and ') || 'nothing'}`;
  if (apart.abs().lessThan(step)) return asked.map(({ key, difference }) => `${told}: somebody is asked about ${difference.amount} (${key})`).concat(market === 'usdm' && holding.size > 1 ? [`${told}: both sides of one position`] : []);
  if (holding.has(apart.isNegative() ? 'long' : 'short')) return [`${told}: it is not booked`];
  if (market === 'spot') return [];
  const key = `orphan_position:${symbol}:${apart.isNegative() ? 'short' : 'long'}`;
  const right = asked.length === 1 && asked[0]?.key === key && compare(asked[0].difference.amount ?? '0', apart.abs()) === 0;
  return right ? [] : [`${told}: ${asked.length === 0 ? 'nobody is asked about it' : `asked is ${asked.map((each) => `${each.key} ${each.difference.amount}`).join(', ')}`}`];
}

/** Invariant 11: orders of others stay as their owners left them. */
export function checkForeignEnd(ledger: OutsideLedger, clientOrderId: string, execution: string): void {
  if (ledger.orders.get(clientOrderId)?.kind !== 'foreign' || execution !== 'CANCELED') return;
  holds(11, ledger.takenBack.has(clientOrderId), () => `${clientOrderId}, which is not ours, was cancelled`);
}

/** Accounts that have not been compared since then. */
export const notCompared = ({ tables, accounts }: Pick<ReconcileView, 'tables' | 'accounts'>, since: number): string[] =>
  accounts.flatMap(({ accountId }) => ([...tables.reconcileRuns.values()].some((run) => run.accountId === accountId && run.startedAt >= since && run.endedAt !== null && run.status !== 'failed') ? [] : [`account ${accountId} has not been compared`]));

/** What the reconciler has done so far, as far as another round could add to it. */
export const reconcileMark = (tables: MemoryTables): string =>
  JSON.stringify([
    [...tables.inboxKeys.keys()].filter((key) => key.startsWith('reconcile:')),
    [...tables.reconcileDifferences.values()].map(({ id, key, state, action, groupId, decision, difference: { amount } }) => [id, key, state, action, groupId, decision, amount]),
  ]);

/** Invariant 11: another round at rest changes nothing. */
export function checkSecondRound(before: string, tables: MemoryTables, since: number): void {
  for (const { accountId, startedAt, status, mended } of tables.reconcileRuns.values()) {
    holds(11, startedAt < since || mended === 0, () => `another comparison of account ${accountId} at rest mended ${mended} (${status})`);
  }
  const after = reconcileMark(tables);
  holds(11, after === before, () => `another comparison at rest changed ${before} to ${after}`);
}
