import { emergencyStop } from '#shared/engine/position/adopt-position';
import { compare, type Price } from '#shared/engine/num/units';
import { deploymentKey } from '#shared/engine/reconcile/compare-orders';
import type { Difference } from '#shared/engine/reconcile/difference';
import { tradedByPerson } from '#shared/engine/reconcile/fired-stop';
import type { KnownDifference } from '#shared/engine/reconcile/judge-differences';
import type { ReconcilePlan } from '#shared/engine/reconcile/reconcile-plan';
import type { AccountBook, BegunReconcile } from '#shared/ports/reconcile-store.port';
import { callOut } from '../crash-points.ts';
import type { ShellPorts } from '../shell.ts';
import type { DecidedAccount } from './carry-out-decision.ts';

/** What else is on the account, and may be whose a position is. */
export interface Surroundings extends Pick<AccountBook, 'others'>, Pick<BegunReconcile, 'around'> {
  known: readonly KnownDifference[];
  /** What this look has found of orders. */
  orders: readonly Difference[];
  /** All orders were looked at. */
  whole: boolean;
}

const isDeployment = ({ key }: { key: string }): boolean => key.startsWith(deploymentKey(''));

/**
 * Does another deployment work here? What it holds has its stops and targets there. One whom a person has accepted counts while its orders are
 * open and for a day after the last was heard: what is left when it has gone is nobody's again.
 */
const isShared = ({ known, orders, around }: Surroundings): boolean => around.length > 0 || orders.some(isDeployment) || known.some((each) => isDeployment(each) && each.state !== 'ignored');

/**
 * Positions that nobody here has opened, with the price at which each is closed while no person has decided (R-514, E-48). A stop stays
 * where it was first set: one that followed the price would never be reached. It is set anew where a person has traded the position: the
 * old one may be passed already. It is set once a fresh last price is known, which says whether 2 % from the entry is passed.
 */
export async function placeStops(ports: ShellPorts, account: DecidedAccount, plan: ReconcilePlan, found: readonly Difference[], about: Surroundings): Promise<Difference[]> {
  if (plan.orphanPositions === 'ask' || isShared(about)) return [...found];
  const { known, others, whole } = about;
  // Only a look at all orders tells that one whom a person has accepted has none left.
  const unsure = !whole && known.some(isDeployment);
  const placed: Difference[] = [];
  for (const difference of found) {
    const { remedy, key } = difference;
    if (remedy.do !== 'ask') placed.push(difference);
    else {
      const before = known.find((each) => each.key === key && each.state !== 'seen');
      // Another account of ours may have keys of this one: what it works is closed by nobody here. A stop that stood before it came goes on, as long as the quantity is the same.
      const twin = others.some(({ symbol, side }) => symbol === difference.symbol && side === remedy.side);
      const same = before !== undefined && before.amount !== null && difference.amount !== null && compare(before.amount, difference.amount) === 0;
      const stands = before === undefined || (twin && !same) || tradedByPerson(before, { ours: difference.ours, remedy }) ? null : before.stop;
      const stop = stands ?? (twin || unsure ? null : await stopOf(ports, account, plan, difference.symbol, remedy));
      placed.push({ ...difference, remedy: { ...remedy, stop } });
    }
  }
  return placed;
}

async function stopOf(ports: ShellPorts, { venue, market }: DecidedAccount, { precision }: ReconcilePlan, symbol: string, { side, priceEntry }: Extract<Difference['remedy'], { do: 'ask' }>): Promise<Price | null> {
  const atHand = await callOut(ports, 'reconcile:stop-facts', () => ports.facts.prepare({ aggregate: 'group', aggregateId: '', key: null, event: { type: 'timer' } }));
  try {
    const { instrument, priceLast: priceKnown } = atHand.forGroup({ venue, market, symbol, precisionPlan: precision });
    // A price from before an outage would set a stop that is passed as soon as the next one comes.
    const priceLast = ports.priceFresh === undefined ? priceKnown : ports.priceFresh(venue, market, symbol);
    return priceLast === null ? null : emergencyStop(side, priceEntry ?? priceLast, priceLast, instrument);
  } catch {
    // Without the symbol's rules no tick is known; the next look tries again.
    return null;
  }
}
