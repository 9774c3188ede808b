import { purposeOf } from '#shared/engine/ids';
import { dec, money, price, qty, sum, type Dec, type Decimalish } from '#shared/engine/num/units';
import { feesPaid, groupQuantity, pnlRealised } from '#shared/engine/position/exposure';
import { gainOf, quantityOf, type Counted } from '#test/simulation/oracle';
import { venueSymbolOf, type Breach, type Evidence, type FillEvidence } from './evidence.ts';
import { grouped } from './grouped.ts';

/** The venue's trades that belong to a group, by their client order ids. */
export function tradesByGroup({ prefix, venue }: Evidence): Map<string, Counted[]> {
  const all = new Map<string, Counted[]>();
  for (const fill of venue.fills) {
    const purpose = purposeOf(prefix, fill.clientOrderId);
    if (purpose === null) continue;
    const own = all.get(purpose.groupId) ?? [];
    own.push({ ...fill, price: price(fill.price), quantity: qty(fill.quantity), fee: money(fill.fee), role: purpose.role, pyramid: purpose.pyramid, leg: purpose.leg });
    all.set(purpose.groupId, own);
  }
  return all;
}

/** Far below what any order of a test moves; the venue divides costs to forty digits, we do at another place. */
const grain = dec('1e-20');
const differ = (a: Decimalish, b: Decimalish): boolean => dec(a).minus(b).abs().greaterThan(grain);

/** Every trade of the venue is counted once and as it was; what is held, earned and paid is the same on both sides. */
export function auditBooks(evidence: Evidence): Breach[] {
  return [...auditFills(evidence), ...auditGroups(evidence), ...auditPositions(evidence), ...auditWallet(evidence)];
}

function auditFills({ fills, venue }: Evidence): Breach[] {
  const place = ({ symbol, tradeId }: FillEvidence): string => `${symbol} ${tradeId}`;
  const ours = grouped(fills, place);
  const theirs = new Map(venue.fills.map((fill) => [place(fill), fill]));
  const missed = venue.fills.filter((fill) => !ours.has(place(fill))).map((fill): Breach => ({ promise: 'fill missed', id: place(fill), what: `trade of ${fill.clientOrderId}: ${fill.quantity} at ${fill.price} is not counted` }));
  const wrong = [...ours].flatMap(([id, same]): Breach[] => {
    const trade = theirs.get(id);
    const own = same[0]!;
    if (same.length > 1) return [{ promise: 'fill counted twice', id, what: `under the orders ${same.map(({ clientOrderId }) => clientOrderId).join(' and ')}` }];
    if (trade === undefined) return [{ promise: 'fill counted twice', id, what: `${own.quantity} at ${own.price} of ${own.clientOrderId} is counted, the venue never made that trade` }];
    const exact = (['price', 'quantity', 'fee'] as const).filter((name) => differ(own[name], trade[name]));
    if (exact.length === 0 && own.clientOrderId === trade.clientOrderId) return [];
    return [{ promise: 'fill as at the venue', id, what: `here ${own.quantity} at ${own.price}, fee ${own.fee}, of ${own.clientOrderId}; there ${trade.quantity} at ${trade.price}, fee ${trade.fee}, of ${trade.clientOrderId}` }];
  });
  return [...missed, ...wrong];
}

function auditGroups(evidence: Evidence): Breach[] {
  const trades = tradesByGroup(evidence);
  return evidence.groups.flatMap(({ group }): Breach[] => {
    const own = trades.get(group.id) ?? [];
    const breaches: Breach[] = [];
    const expect = (promise: string, found: Decimalish, wanted: Dec): void => void (differ(found, wanted) && breaches.push({ promise, id: group.id, what: `group ${group.id} (${group.symbol}, ${group.status}) says ${dec(found).toFixed()}, the venue's trades say ${wanted.toFixed()}` }));
    expect('quantity held', groupQuantity(group), quantityOf(own, group.base));
    expect('fees', feesPaid(group), sum(own.map(({ fee }) => fee)));
    if (quantityOf(own, group.base).isZero()) expect('realised profit', pnlRealised(group), gainOf(group, own));
    if (group.status === 'closed') expect('closed is flat', groupQuantity(group), dec(0));
    return breaches;
  });
}

function auditPositions({ groups, venue }: Evidence): Breach[] {
  const symbols = new Set([...groups.map(({ group }) => venueSymbolOf(group.symbol)), ...venue.positions.map(({ symbol }) => symbol)]);
  return [...symbols].flatMap((symbol): Breach[] => {
    const ours = sum(groups.flatMap(({ group }) => (venueSymbolOf(group.symbol) === symbol ? [dec(groupQuantity(group)).times(group.side === 'long' ? 1 : -1)] : [])));
    const theirs = sum(venue.positions.flatMap((position) => (position.symbol === symbol ? [position.quantity] : [])));
    return differ(ours, theirs) ? [{ promise: 'position as at the venue', id: symbol, what: `our groups hold ${ours.toFixed()}, the venue holds ${theirs.toFixed()}` }] : [];
  });
}

/** While something is held the venue's profit is by its own average of all groups; once flat the two must agree. */
function auditWallet({ groups, venue }: Evidence): Breach[] {
  if (venue.positions.length > 0) return [];
  const realised = sum(groups.map(({ group }) => pnlRealised(group)));
  return differ(realised, venue.walletChange) ? [{ promise: 'wallet', id: 'USDT', what: `our groups have realised ${realised.toFixed()}, the wallet has changed by ${venue.walletChange}` }] : [];
}
