import { expect } from 'chai';
import fc from 'fast-check';
import { instrument } from '#test/support/engine-story';
import { runs } from '#test/support/property-runs';
import { bookAfter, judgedAt, riskPlan, wholeCycle } from '#test/support/risk-book';
import { compare, dec, isZero, money, price, qty, ratio, sum, type Dec } from '#shared/engine/num/units';
import { floorTo } from '#shared/engine/num/rounding';
import { loserEligibility, winnerEligibility } from './offset-eligibility.ts';
import type { OffsetPlan } from './offset-plan.ts';
import { loserAfterWinners, selectOffset, freshCycle } from './offset-selection.ts';
import type { RiskGroup } from './risk-group.ts';
import type { RiskPlan } from './risk-plan.ts';

/** So many books at least: a tie that three figures share is rare in a few hundred. 4 s on two shared cores. */
const everyBook = { ...runs(), numRuns: Math.max(10_000, runs().numRuns ?? 0) };

const amount = (least: number, most: number, places: number): fc.Arbitrary<string> => fc.integer({ min: least, max: most }).map((whole) => dec(String(whole)).dividedBy(dec('10').pow(places)).toFixed());
/** What a division may leave behind; ties must not see it. */
const noise = fc.constantFrom('0', '0', '0.000000001', '-0.000000001');

interface Drawn {
  group: RiskGroup;
  /** Without noise: what ties go by. */
  percent: number;
  cents: number;
}

const rules = fc.record({ step: fc.constantFrom('1', '0.1', '0.001', '0.00001'), notionalMin: fc.constantFrom(null, '5', '50') }).map(({ step, notionalMin }) => instrument({ stepSize: qty(step), quantityMin: qty(step), notionalMin: notionalMin === null ? null : money(notionalMin) }));
const drawn: fc.Arbitrary<Omit<Drawn, 'group'> & { group: Omit<RiskGroup, 'groupId' | 'symbol'> }> = fc
  .record({
    // Few values, so that many groups tie.
    percent: fc.constantFrom(-12, -8, -8, -6, -5, -2, 3, 8),
    cents: fc.oneof(fc.constantFrom(100, 2_000, 2_000, 8_000), fc.integer({ min: 1, max: 100_000 })),
    openedAt: fc.constantFrom(1, 2, 3).map((hours) => judgedAt - hours * 3_600_000),
    quantity: amount(1, 1_000_000, 5),
    priceLast: amount(1, 5_000_000, 3),
    noise,
    rules,
    accountMode: fc.constantFrom('paper', 'paper', 'paper', 'live'),
    flags: fc.record({ blocked: fc.nat(9), skipOnce: fc.nat(9), rests: fc.nat(9), exitInFlight: fc.nat(9), unknown: fc.nat(19), waits: fc.nat(5) }),
  })
  .map(({ percent, cents, quantity, noise: extra, flags, ...rest }) => {
    const pnl = dec(String(percent < 0 ? -cents : cents)).dividedBy(100);
    const group: Omit<RiskGroup, 'groupId' | 'symbol'> = {
      ...{ ...rest, timeframe: '1h', side: 'long', priceLast: price(rest.priceLast), status: 'active', quantity: qty(quantity) },
      pnlUsd: flags.unknown === 0 ? null : money(pnl.plus(extra)),
      pnlPercent: ratio(dec(String(percent)).plus(extra)),
      ...{ blocked: flags.blocked === 0, skipOnce: flags.skipOnce === 0, restsUntil: flags.rests === 0 ? judgedAt + 1 : null, exitInFlight: flags.exitInFlight === 0 },
      timer: { pyramidCount: 4, pyramidsRequired: 4, entriesWaiting: 0, fullSince: 0, expiresAt: flags.waits === 0 ? judgedAt : judgedAt - 1 },
    };
    return { group, percent, cents: percent < 0 ? -cents : cents };
  });
const book: fc.Arbitrary<Drawn[]> = fc.array(drawn, { maxLength: 12 }).map((rows) => rows.map(({ group, ...rest }, at) => ({ ...rest, group: { ...group, groupId: String(at + 1), symbol: `C${at + 1}` } })));
const plans: fc.Arbitrary<Partial<RiskPlan>> = fc.record({
  winnersMax: fc.integer({ min: 1, max: 5 }),
  partialCloseAllowed: fc.constantFrom(true, true, false),
  uncovered: fc.constantFrom<RiskPlan['uncovered'][]>('partial', 'partial', 'skip'),
  closeNotionalMin: fc.constantFrom('0', '20', '500').map(money),
});

const heldBy = (rows: readonly Drawn[], groupId: string): Drawn => {
  const found = rows.find(({ group }) => group.groupId === groupId);
  if (found === undefined) throw new Error(`group ${groupId} is not in the book`);
  return found;
};

/** What one step of a group is worth in profit: the most that rounding its close down may leave out. */
const stepWorth = ({ group }: Drawn): Dec => dec(group.pnlUsd ?? '0').abs().times(group.rules?.stepSize ?? '0').dividedBy(group.quantity);

function checkQuantities(rows: readonly Drawn[], plan: OffsetPlan): void {
  for (const close of [...plan.winners, plan.loser]) {
    const { group } = heldBy(rows, close.groupId);
    expect(compare(close.closeQuantity, group.quantity), 'not more than held').to.be.at.most(0);
    expect(dec(close.closeQuantity).greaterThan(0), 'something is closed').to.equal(true);
    expect(floorTo(close.closeQuantity, group.rules!.stepSize).equals(close.closeQuantity), 'on the step').to.equal(true);
    expect(close.whole, 'whole').to.equal(dec(group.quantity).minus(close.closeQuantity).lessThan(group.rules!.stepSize));
    expect(compare(close.notional, group.rules!.notionalMin ?? '0'), 'the venue takes it').to.be.at.least(0);
    if (close !== plan.loser || !close.whole) expect(compare(close.notional, plan.basis.plan.closeNotionalMin), 'worth closing').to.be.at.least(0);
  }
}

function checkCover(rows: readonly Drawn[], plan: OffsetPlan): void {
  const { winnersMax, partialCloseAllowed, uncovered } = plan.basis.plan;
  const gains = sum(plan.winners.map(({ realisedUsd }) => realisedUsd));
  const covered = compare(plan.coveredUsd, plan.requiredUsd) >= 0;
  expect(plan.winners.length, 'configured winners').to.be.within(1, winnersMax);
  expect(compare(plan.coveredUsd, plan.requiredUsd), 'no more wanted than required').to.be.at.most(0);
  const rounding = sum(plan.winners.map(({ groupId }) => stepWorth(heldBy(rows, groupId))));
  if (covered) {
    expect(plan.loser.whole, 'a covered loser is closed').to.equal(true);
    expect(gains.plus(rounding).greaterThanOrEqualTo(dec(plan.loser.realisedUsd).abs()), 'gains cover the loss within rounding').to.equal(true);
  } else {
    expect([uncovered, partialCloseAllowed, plan.loser.whole], 'an uncovered one is reduced, where that is wanted').to.deep.equal(['partial', true, false]);
    expect(gains.greaterThanOrEqualTo(dec(plan.loser.realisedUsd).abs()), 'by what is brought in').to.equal(true);
  }
  for (const { groupId, whole, targetUsd, profitUsd, closeQuantity } of plan.winners) {
    if (!partialCloseAllowed) expect(whole, 'winners whole').to.equal(true);
    else if (compare(targetUsd, profitUsd) < 0 && !whole) {
      const { group } = heldBy(rows, groupId);
      const beyond = dec(closeQuantity).times(profitUsd).dividedBy(group.quantity).minus(targetUsd);
      expect(beyond.lessThan('1e-20'), 'only the portion needed').to.equal(true);
    }
  }
}

/** The loser and the winners stand where the rules put them, told by figures without noise. */
function checkOrder(rows: readonly Drawn[], plan: OffsetPlan, passedOver: readonly string[]): void {
  const before = (a: Drawn, b: Drawn): boolean => {
    const keys = ({ percent, cents, group }: Drawn): number[] => [...(percent < 0 ? [percent, cents] : [-cents]), group.openedAt, Number(group.groupId)];
    const [first, second] = [keys(a), keys(b)];
    const at = first.findIndex((key, index) => key !== second[index]);
    return (first[at] ?? 0) < (second[at] ?? 0);
  };
  const loser = heldBy(rows, plan.loser.groupId);
  expect(loserEligibility(loser.group, plan.basis.plan, judgedAt).eligible).to.equal(true);
  const earlier = rows.filter((row) => loserEligibility(row.group, plan.basis.plan, judgedAt).eligible && before(row, loser)).map(({ group }) => group.groupId);
  expect(earlier, 'only losers that nobody can pay for stand before it').to.have.members([...passedOver]);
  const used = plan.winners.map(({ groupId }) => groupId);
  const seen = [...used, ...plan.skipped.map(({ groupId }) => groupId)];
  const candidates = rows.filter(({ group }) => group.accountMode === loser.group.accountMode && winnerEligibility(group).eligible).sort((a, b) => (before(a, b) ? -1 : 1));
  const ids = candidates.map(({ group }) => group.groupId);
  expect([...seen].sort((a, b) => ids.indexOf(a) - ids.indexOf(b)), 'the best winners, none left out').to.deep.equal(ids.slice(0, seen.length));
  expect(used, 'in their order').to.deep.equal(ids.filter((id) => used.includes(id)));
}

describe('offsets over random books', () => {
  it('pay as configured, never close more than is held, cover what they close, and know no order of rows', function () {
    this.timeout(600_000);
    fc.assert(
      fc.property(book, plans, fc.infiniteStream(fc.nat()), (rows, changes, picks) => {
        const plan = riskPlan(changes);
        const groups = rows.map(({ group }) => group);
        const outcome = selectOffset(groups, plan, judgedAt, { type: 'cycle', progress: freshCycle });
        const shuffled = groups.map((group) => ({ group, key: picks.next().value })).sort((a, b) => a.key - b.key).map(({ group }) => group);
        expect(selectOffset(shuffled, plan, judgedAt, { type: 'cycle', progress: freshCycle })).to.deep.equal(outcome);
        expect(outcome.plan === null).to.equal(outcome.reason !== null);
        if (outcome.plan === null) return;
        checkQuantities(rows, outcome.plan);
        checkCover(rows, outcome.plan);
        checkOrder(rows, outcome.plan, outcome.passedOver.map(({ groupId }) => groupId));
        expect(compare(outcome.plan.netUsd, sum([...outcome.plan.winners, outcome.plan.loser].map(({ realisedUsd }) => realisedUsd)))).to.equal(0);
      }),
      everyBook,
    );
  });

  it('a whole cycle ends, makes the floating loss smaller, and takes no loser twice', function () {
    this.timeout(600_000);
    fc.assert(
      fc.property(book, plans, (rows, changes) => {
        const groups = rows.map(({ group }) => group);
        const { plans: done, last } = wholeCycle(groups, changes);
        expect(new Set(done.map(({ loser }) => loser.groupId)).size).to.equal(done.length);
        expect([done.length <= 5, last.plan]).to.deep.equal([true, null]);
        const lossOf = (book: readonly RiskGroup[]): Dec => sum(book.map(({ pnlUsd }) => dec(pnlUsd ?? '0')).filter((pnl) => pnl.lessThan(0)));
        if (done[0] !== undefined) expect(lossOf(bookAfter(groups, done[0])).greaterThan(lossOf(groups)), 'less floating loss').to.equal(true);
      }),
      runs(),
    );
  });

  it('after a failed winner the loser gives no more than was brought in, nor than was planned', function () {
    this.timeout(600_000);
    fc.assert(
      fc.property(book, plans, fc.integer({ min: 0, max: 120 }), (rows, changes, percent) => {
        const { plan } = selectOffset(rows.map(({ group }) => group), riskPlan(changes), judgedAt, { type: 'cycle', progress: freshCycle });
        if (plan === null) return;
        const realised = money(sum(plan.winners.map(({ realisedUsd }) => realisedUsd)).times(percent).dividedBy(100));
        const { quantity, whole } = loserAfterWinners(plan, realised, false);
        expect(compare(quantity, plan.loser.closeQuantity)).to.be.at.most(0);
        const loss = dec(plan.loser.lossUsd).abs().times(quantity).dividedBy(heldBy(rows, plan.loser.groupId).group.quantity);
        expect(loss.minus(realised).lessThan('1e-20')).to.equal(true);
        if (whole) expect(quantity).to.equal(plan.loser.closeQuantity);
        if (!plan.basis.plan.partialCloseAllowed && !isZero(quantity)) expect(whole).to.equal(true);
      }),
      runs(),
    );
  });
});
