import type { RiskAction } from '#shared/contracts/http';
import { dec, sum } from '#shared/engine/num/units';
import type { PaperLedger } from './paper-ledger.ts';

/** What of a position the audit looks at. */
export interface AuditedPosition {
  id: string;
  symbol: string;
  /** What its entries have bought, and what it holds now. */
  bought: string;
  quantity: string;
  orders: { clientOrderId: string; role: string; status: string }[];
}
type AuditedAction = Pick<RiskAction, 'id' | 'netRealisedUsd'> & { steps: Pick<RiskAction['steps'][number], 'groupId' | 'state' | 'quantityClosed'>[] };

const sells = ['close', 'offset'];

/**
 * What is wrong between the plans of a risk engine, the positions they closed parts of, and the ledger of the exchange; nothing where
 * each step happened exactly once. The groups must have sold for offsets only.
 */
export function auditOffsets(positions: readonly AuditedPosition[], actions: readonly AuditedAction[], ledger: PaperLedger): string[] {
  const faults: string[] = [];
  const same = (what: string, found: string, wanted: string): void => void (dec(found).equals(wanted) || faults.push(`${what}: ${found}, not ${wanted}`));
  for (const { id, symbol, bought, quantity, orders } of positions) {
    const steps = actions.flatMap((action) => action.steps).filter(({ groupId, quantityClosed }) => groupId === id && !dec(quantityClosed).isZero());
    const closed = sum(steps.map(({ quantityClosed }) => quantityClosed)).toFixed();
    const exits = orders.filter(({ role, status }) => sells.includes(role) && status === 'filled').map(({ clientOrderId }) => clientOrderId);
    const sold = sum(ledger.trades.filter(({ clientOrderId }) => orders.some((order) => order.clientOrderId === clientOrderId && sells.includes(order.role))).map((trade) => trade.quantity)).toFixed();
    same(`${symbol}: held and closed by plans`, dec(quantity).plus(closed).toFixed(), bought);
    same(`${symbol}: held at the exchange`, ledger.positions.find((position) => `${position.symbol.replace('USDT', '')}/USDT:USDT` === symbol)?.quantity ?? '0', quantity);
    same(`${symbol}: sold at the exchange`, sold, closed);
    if (exits.length !== steps.length) faults.push(`${symbol}: ${exits.length} orders for ${steps.length} steps`);
  }
  const net = sum(actions.map(({ netRealisedUsd }) => netRealisedUsd)).toFixed();
  same('what the wallet gained, before fees', dec(ledger.walletChange).plus(sum(ledger.trades.map(({ fee }) => fee))).toFixed(), net);
  return faults;
}
