/**
 * The sentences in which the server tells the numbers of a case, such as "no free slot: 10 of 10 are taken". Read back into their numbers,
 * they can be told in the language of the page, with its way of writing numbers. One that is not known here is shown as it came.
 */
export interface Detail {
  key: string;
  values: Record<string, string>;
}

const sentences: [key: string, pattern: RegExp][] = [
  ['noFreeSlot', /^no free slot: (?<used>\d+) of (?<slots>\d+) are taken$/],
  ['priceBand', /^the price (?<last>\S+) is (?<percent>\S+) % from the entry price (?<entry>\S+), the band is (?<band>\S+) %$/],
  ['venueAtMost', /^the limit price (?<price>\S+) is beyond what (?<venue>\S+) takes at a price of (?<last>\S+): at most (?<edge>\S+)$/],
  ['venueAtLeast', /^the limit price (?<price>\S+) is beyond what (?<venue>\S+) takes at a price of (?<last>\S+): at least (?<edge>\S+)$/],
  ['oppositeOpen', /^the (?<side>long|short) of (?<symbol>\S+) (?<timeframe>\S+) is open \(group \S+\)$/],
  ['groupClosing', /^group \S+ of (?<symbol>\S+) (?<timeframe>\S+) (?<side>long|short) is closing$/],
  ['rulesMissing', /^the rules of (?<symbol>\S+) on .* are not loaded$/],
  ['rulesInDoubt', /^the rules of (?<symbol>\S+) could not be fetched anew; .*$/],
  ['halted', /^new positions are halted$/],
  ['tooOld', /^the alert is (?<age>\d+) s old, an entry lives (?<life>\S+) s$/],
  ['belowTick', /(?:is below one tick of|the rung is below one tick of) (?<tick>\S+)$/],
  ['belowQuantity', /^(?<wished>\S+) rounds down to (?<quantity>\S+), the minimum is (?<minimum>\S+) (?<asset>\S+)$/],
  ['aboveQuantity', /^(?<quantity>\S+) is above the maximum of (?<most>\S+) (?<asset>\S+)$/],
  ['belowNotional', /^(?<quantity>\S+) x (?<price>\S+) = (?<notional>\S+), the minimum is (?<minimum>\S+) (?<asset>\S+)$/],
  ['beyondBalance', /^needs (?<needed>\S+) (?<asset>\S+), (?<left>\S+) of (?<free>\S+) \S+ is left for it$/],
  ['firstLegNeeds', /^the first leg needs (?<needed>\S+) (?<asset>\S+?)(?: at \S+x)?, (?<free>\S+) \S+ is free$/],
  ['ladderNeeds', /^the ladder needs (?<needed>\S+) (?<asset>\S+?)(?: at \S+x)?, (?<free>\S+) \S+ is free$/],
  ['legsLeftOut', /^(?<legs>\d+) of (?<total>\d+) legs are left out: the ladder needs (?<needed>\S+) (?<asset>\S+?)(?: at \S+x)?, (?<free>\S+) \S+ is free$/],
  ['balanceUnknown', /^the venue has not told the free (?<asset>\S+): .*$/],
  ['leverageUnknown', /^the venue has not told the leverage: .* the (?<free>\S+) (?<asset>\S+) that is free$/],
  ['capitalCapped', /^(?<given>\S+) of (?<asked>\S+) (?<asset>\S+): the group may be given (?<most>\S+) \S+, (?<used>\S+) \S+ is given already$/],
  ['nothingOpen', /^no open group and no queued entry for (?<symbol>\S+) (?<timeframe>\S+) (?<side>long|short)$/],
  ['groupClosingAlready', /^the group is closing already$/],
  ['killSwitch', /^cancelled by the kill switch$/],
  ['venueRefused', /^refused by the venue, (?<message>.+)$/],
];

/** `below_minimum_notional: 1 x 2 = ...` begins with its code. */
const codeBefore = /^[a-z]+(?:_[a-z]+)+: /;

/** The numbers of a sentence of the server, or null for one that is not known here. */
export function readDetail(text: string): Detail | null {
  const bare = text.replace(codeBefore, '');
  for (const [key, pattern] of sentences) {
    const match = pattern.exec(bare);
    if (match !== null) return { key, values: { ...match.groups } };
  }
  return null;
}

/** The sentence without the code before it, for one that is not known here. */
export const bareDetail = (text: string): string => text.replace(codeBefore, '');

export const detailKeys: readonly string[] = sentences.map(([key]) => key);
