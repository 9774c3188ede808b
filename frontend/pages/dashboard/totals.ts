import type { Position } from '#shared/contracts/http';
import { divideDecimals, multiplyDecimals, sumDecimals } from '../../data/decimal.ts';

/** What the open positions of one quote currency come to. */
export interface Totals {
  quote: string;
  groups: number;
  long: number;
  short: number;
  value: string;
  cost: string;
  unrealised: string;
  unrealisedPercent: string;
  realised: string;
  fees: string;
}

/** Totals per quote currency, the largest book first; amounts of different currencies are never added. */
export function totalsOf(positions: readonly Position[]): Totals[] {
  const byQuote = new Map<string, Position[]>();
  for (const position of positions) byQuote.set(position.quoteAsset, [...(byQuote.get(position.quoteAsset) ?? []), position]);
  return [...byQuote.entries()]
    .map(([quote, group]) => {
      const cost = sumDecimals(group.map((each) => multiplyDecimals(each.priceEntryAverage ?? '0', each.quantity)));
      const unrealised = sumDecimals(group.map((each) => each.pnlUnrealised ?? '0'));
      return {
        quote,
        groups: group.length,
        long: group.filter((each) => each.side === 'long').length,
        short: group.filter((each) => each.side === 'short').length,
        value: sumDecimals(group.map((each) => each.value ?? multiplyDecimals(each.priceEntryAverage ?? '0', each.quantity))),
        cost,
        unrealised,
        unrealisedPercent: divideDecimals(multiplyDecimals(unrealised, '100'), cost, 4),
        realised: sumDecimals(group.map((each) => each.pnlRealised)),
        fees: sumDecimals(group.map((each) => each.feesPaid)),
      };
    })
    .sort((a, b) => b.groups - a.groups);
}
