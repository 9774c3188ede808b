import type { Breach, Evidence } from './evidence.ts';
import { grouped } from './grouped.ts';

/** No more groups are open than there are slots, and nobody waits for what is there. */
export function auditSlots({ groups, groupsMax, waiting }: Evidence): Breach[] {
  const open = groups.map(({ group }) => group).filter(({ status }) => status !== 'closed');
  const breaches: Breach[] = open.length > groupsMax ? [{ promise: 'slots', id: 'pool', what: `${open.length} groups are open, there are ${groupsMax} slots: ${open.map(({ id }) => id).join(' ')}` }] : [];
  for (const [key, same] of grouped(open, ({ symbol, timeframe, side }) => `${symbol} ${timeframe} ${side}`)) {
    if (same.length > 1) breaches.push({ promise: 'slots', id: key, what: `the groups ${same.map(({ id }) => id).join(' and ')} are open for the same symbol, timeframe and side` });
  }
  for (const { signal, reason, id } of waiting) {
    const opposite = open.some(({ symbol, side }) => symbol === signal.symbol && side !== signal.side);
    const same = open.some(({ symbol, timeframe, side }) => symbol === signal.symbol && timeframe === signal.timeframe && side === signal.side);
    const stands = reason === 'pool_full' ? open.length >= groupsMax || opposite : reason === 'opposite_side' ? opposite : reason === 'group_closing' ? same : true;
    if (!stands) breaches.push({ promise: 'slot leaked', id, what: `signal ${signal.signalId} (${signal.symbol} ${signal.timeframe} ${signal.side}) waits for ${reason}, ${open.length} of ${groupsMax} slots are taken` });
  }
  return breaches;
}
