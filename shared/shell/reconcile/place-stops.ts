import { emergencyStop } from '#shared/engine/position/adopt-position';
import type { Price } from '#shared/engine/num/units';
import { deploymentKey } from '#shared/engine/reconcile/compare-orders';
import type { Difference } from '#shared/engine/reconcile/difference';
import type { KnownDifference } from '#shared/engine/reconcile/judge-differences';
import type { ReconcilePlan } from '#shared/engine/reconcile/reconcile-plan';
import { callOut } from '../crash-points.ts';
import type { ShellPorts } from '../shell.ts';
import type { DecidedAccount } from './carry-out-decision.ts';

/**
 * Positions that nobody here has opened, with the price at which each is closed while no person has decided (R-514, E-48). A stop stays
 * where it was first set: one that followed the price would never be reached. It is set once the last price is known, which says whether
 * 2 % from the entry is passed already.
 */
export async function placeStops(ports: ShellPorts, account: DecidedAccount, plan: ReconcilePlan, found: readonly Difference[], known: readonly (KnownDifference | Difference)[]): Promise<Difference[]> {
  // What another deployment holds has its stops and targets there.
  if (plan.orphanPositions === 'ask' || known.some(({ key }) => key.startsWith(deploymentKey('')))) return [...found];
  const placed: Difference[] = [];
  for (const difference of found) {
    const { remedy, key } = difference;
    if (remedy.do !== 'ask') placed.push(difference);
    else {
      const before = known.find((each): each is KnownDifference => each.key === key && 'state' in each && each.state !== 'seen');
      const stop = before?.stop ?? (await stopOf(ports, account, plan, difference.symbol, remedy));
      placed.push({ ...difference, remedy: { ...remedy, stop } });
    }
  }
  return placed;
}

async function stopOf(ports: ShellPorts, { venue, market }: DecidedAccount, { precision }: ReconcilePlan, symbol: string, { side, priceEntry }: Extract<Difference['remedy'], { do: 'ask' }>): Promise<Price | null> {
  const atHand = await callOut(ports, 'reconcile:stop-facts', () => ports.facts.prepare({ aggregate: 'group', aggregateId: '', key: null, event: { type: 'timer' } }));
  try {
    const { instrument, priceLast } = atHand.forGroup({ venue, market, symbol, precisionPlan: precision });
    return priceLast === null ? null : emergencyStop(side, priceEntry ?? priceLast, priceLast, instrument);
  } catch {
    // Without the symbol's rules no tick is known; the next look tries again.
    return null;
  }
}
