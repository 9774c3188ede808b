import { expect } from 'chai';
import { auditOffsets, type AuditedPosition } from './audit-offsets.ts';
import type { PaperLedger } from './paper-ledger.ts';

/** A loser of 10 that is gone, and a winner of 10 of which 4 were sold. */
const positions: AuditedPosition[] = [
  { id: '1', symbol: 'KL/USDT:USDT', bought: '10', quantity: '0', orders: [{ clientOrderId: 'l-close', role: 'close', status: 'filled' }] },
  { id: '2', symbol: 'KW/USDT:USDT', bought: '10', quantity: '6', orders: [{ clientOrderId: 'w-entry', role: 'entry', status: 'filled' }, { clientOrderId: 'w-offset', role: 'offset', status: 'filled' }] },
];
const actions = [{ id: '1-1', netRealisedUsd: '-0.5', steps: [{ groupId: '2', state: 'done' as const, quantityClosed: '4' }, { groupId: '1', state: 'done' as const, quantityClosed: '10' }] }];
const trade = (clientOrderId: string, quantity: string): PaperLedger['trades'][number] => ({ tradeId: clientOrderId, clientOrderId, price: '1', quantity, fee: '0.1' });
const ledger = (changes: Partial<PaperLedger> = {}): PaperLedger => ({ trades: [trade('w-offset', '4'), trade('l-close', '10')], orders: [], walletChange: '-0.7', positions: [{ symbol: 'KWUSDT', quantity: '6' }], ...changes });
const twice = { clientOrderId: 'w-offset-2', role: 'offset', status: 'filled' };
const [loser, winner] = positions as [AuditedPosition, AuditedPosition];

describe('the audit of offsets', () => {
  it('finds nothing where each step happened once', () => expect(auditOffsets(positions, actions, ledger())).to.deep.equal([]));

  it('finds a step that ran twice and was booked by nobody', () => {
    const doubled = ledger({ trades: [...ledger().trades, trade('w-offset', '4')], positions: [{ symbol: 'KWUSDT', quantity: '2' }], walletChange: '7' });
    expect(auditOffsets(positions, actions, doubled)).to.have.length(3);
  });
  it('finds a step that ran twice and was booked by its group: more is gone than plans have closed', () => {
    const sold = { ...winner, quantity: '2', orders: [...winner.orders, twice] };
    const doubled = ledger({ trades: [...ledger().trades, trade('w-offset-2', '4')], positions: [{ symbol: 'KWUSDT', quantity: '2' }] });
    expect(auditOffsets([loser, sold], actions, doubled)).to.deep.equal([
      'KW/USDT:USDT: held and closed by plans: 6, not 10',
      'KW/USDT:USDT: sold at the exchange: 8, not 4',
      'KW/USDT:USDT: 2 orders for 1 steps',
      'what the wallet gained, before fees: -0.4, not -0.5',
    ]);
  });
  it('finds a step that a plan has booked and nobody has sold', () => {
    expect(auditOffsets(positions, actions, ledger({ trades: [trade('w-offset', '4')] }))).to.include('KL/USDT:USDT: sold at the exchange: 0, not 10');
  });
});
