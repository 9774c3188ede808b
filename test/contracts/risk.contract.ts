import { expect } from 'chai';
import { dec, price, qty, ratio, sum } from '#shared/engine/num/units';
import { groupQuantity, pnlRealised } from '#shared/engine/position/exposure';
import { decideGroup, type GroupFacts } from '#shared/engine/position/position-group.decide';
import type { PositionGroup } from '#shared/engine/position/position-group';
import type { GroupEvent, RiskEvent } from '#shared/engine/messages/events';
import { decideRisk } from '#shared/engine/risk/risk.decide';
import type { RiskFacts } from '#shared/engine/risk/risk-facts';
import { emptyRisk, type PlanRun, type Risk } from '#shared/engine/risk/risk';
import { crashMoments, type CrashPoint } from '#shared/shell/crash-points';
import { hear } from '#shared/shell/shell';
import { gridPlan, level, perLeg } from '../support/engine-story.ts';
import { riskPlan } from '../support/risk-book.ts';
import { ShellStory } from '../support/shell-story.ts';
import type { StoreRig } from '../support/store-rig.ts';

const symbolOf = (base: string): string => `${base}/USDT:USDT`;
/** E-13: base, entry, quantity, price now. */
const example: [base: string, entry: string, quantity: string, last: string][] = [
  ['LOS', '100', '20', '94'],
  ['AAA', '50', '20', '54'],
  ['BBB', '10', '100', '10.5'],
];

/** What an offset comes to on its way from the cycle to the answers of its groups, and how many times. Its rounds are begun here without the job, whose calls are simulated. */
const pointsOfOffset = { 'decide:event': 1, 'decide:prepare': 3, 'decide:save': 14, 'submit:claim': 3, 'submit:exchange': 1, 'submit:venue': 3, 'submit:trades': 1 } as const satisfies Partial<Record<CrashPoint, number>>;
const deaths = (Object.keys(pointsOfOffset) as (keyof typeof pointsOfOffset)[]).flatMap((point) => crashMoments.flatMap((moment) => Array.from({ length: pointsOfOffset[point] }, (_, index) => [point, moment, index + 1] as const)));

/** What an offset must be between a store and a venue, whichever store it is. */
export function riskContract(kind: string, createRig: () => Promise<StoreRig>): void {
  describe(`the risk engine over the store ${kind}`, function () {
    this.timeout(120_000);
    let rig: StoreRig;
    let story: ShellStory;
    before(async () => {
      rig = await createRig();
    });
    after(() => rig.close());

    /** The book of E-13, filled. */
    beforeEach(async () => {
      story = await ShellStory.on(rig);
      Object.assign(story.settings, { entryPlan: gridPlan({ levels: [level('0', '100', null)], maxPyramids: 1 }), exitPlan: { ...perLeg, kind: 'aggregate', tpPercent: ratio('50') } });
      story.riskPlan = riskPlan({ fullRequired: false, waitMs: null });
      for (const [base, entry, quantity, last] of example) {
        story.exchange.pricesMarket[symbolOf(base)] = entry;
        await story.alert({ symbol: symbolOf(base), priceSignal: price(entry), size: { type: 'quote', amount: qty(dec(entry).times(quantity)) } });
        await story.round();
        const order = await story.order('entry', 0);
        story.exchange.fill(order.clientOrderId, quantity, entry);
        await story.round();
        story.exchange.pricesMarket[symbolOf(base)] = last;
      }
    });

    const groupOf = async (base: string): Promise<PositionGroup> => (await story.groups()).find(({ symbol }) => symbol === symbolOf(base))!;
    const cycle = (): Promise<boolean> => story.live(() => hear(story.ports, { aggregate: 'risk', aggregateId: story.userId, key: null, event: { type: 'cycle', trigger: 'time' } }));
    /** Cycles and rounds as they follow each other, until all is done. */
    const live = async (): Promise<void> => {
      for (let rounds = 0; rounds < 8; rounds += 1) {
        await cycle();
        await story.round();
        story.ahead += 20_000;
      }
      await story.rest();
    };
    const stored = async (): Promise<Risk> => (await rig.store.risk(story.userId))?.risk ?? emptyRisk(story.userId);
    /** Every plan, as the commands and states of the journal tell. */
    const plans = async (): Promise<PlanRun[]> => {
      const runs = new Map<string, PlanRun>();
      let state = emptyRisk(story.userId);
      for (const { event, facts } of await rig.store.journalOf('risk', story.userId)) {
        const decided = decideRisk(state, event as RiskEvent, facts as RiskFacts);
        state = decided.state;
        for (const run of decided.actions) runs.set(run.id, run);
      }
      return [...runs.values()];
    };

    /** Ledger and plan of E-13, to the last digit; nothing twice; every journal gives its state. */
    async function asPlanned(): Promise<void> {
      const [loser, first, second] = [await groupOf('LOS'), await groupOf('AAA'), await groupOf('BBB')];
      expect([loser, first, second].map((group) => [group.status, group.closeReason, groupQuantity(group), pnlRealised(group)])).to.deep.equal([
        ['closed', 'offset', '0', '-120'],
        ['closed', 'offset', '0', '80'],
        ['active', null, '20', '40'],
      ]);
      const sells = [...story.exchange.orders.values()].filter(({ request }) => request.side === 'sell');
      expect(sells.map(({ request }) => [request.symbol, request.quantity]), 'winners first, each once').to.deep.equal([
        [symbolOf('AAA'), '20'],
        [symbolOf('BBB'), '80'],
        [symbolOf('LOS'), '20'],
      ]);
      expect(story.exchange.position()).to.equal('20');
      expect(sum((await story.groups()).map(pnlRealised)).toFixed()).to.equal('0');
      const [plan, ...more] = await plans();
      expect(more).to.deep.equal([]);
      expect(plan).to.include({ status: 'completed' });
      expect(plan!.steps.map(({ groupId, state, closed }) => [groupId, state, closed.quantity, closed.realisedUsd])).to.deep.equal([
        [first.id, 'done', '20', '80'],
        [second.id, 'done', '80', '40'],
        [loser.id, 'done', '20', '-120'],
      ]);
      await replays();
    }

    /** Invariant 7 on what was really stored. */
    async function replays(): Promise<void> {
      const risk = (await rig.store.journalOf('risk', story.userId)).reduce((state, { event, facts }) => decideRisk(state, event as RiskEvent, facts as RiskFacts).state, emptyRisk(story.userId));
      expect(risk, 'the journal of the risk engine').to.deep.equal(await stored());
      for (const group of await story.groups()) {
        const rows = await rig.store.journalOf('group', group.id);
        const state = rows.reduce<PositionGroup | null>((before, { event, facts }) => decideGroup(before, event as GroupEvent, facts as GroupFacts).state, null);
        expect(state, `the journal of ${group.symbol}`).to.deep.equal(group);
      }
    }

    it('E-13: -120 by +80 and +40, the exact ledger', async () => {
      await live();
      await asPlanned();
    });

    it('an idle cycle writes no journal, and says what it saw', async () => {
      story.riskPlan = riskPlan({ fullRequired: false, waitMs: null, lossThresholdPercent: ratio('-7') });
      await cycle();
      await cycle();
      expect(await rig.store.journalOf('risk', story.userId)).to.deep.equal([]);
      expect(await rig.store.risk(story.userId)).to.deep.include({ version: 0, risk: emptyRisk(story.userId) });
      expect((await rig.store.risk(story.userId))?.lastCycleAt).to.be.a('number');
      expect((await rig.store.riskUsers()).map(({ userId }) => userId)).to.include(story.userId);
    });

    it('many processes look at the book at once: one plan', async () => {
      await Promise.all(Array.from({ length: 8 }, cycle));
      await live();
      await asPlanned();
    });

    it('the end of a winner is refused by the venue: it is tried again, and the plan goes on', async () => {
      story.exchange.refusal = { refused: 'other', code: '-2022', message: 'ReduceOnly Order is rejected' };
      story.exchange.submitScript.push('refuse');
      await cycle();
      await story.round();
      expect((await stored()).plan?.steps[0]).to.include({ state: 'asked' });
      story.ahead += 60_000;
      // The clock of a story is its own; the store's, by which timers fall due, is not.
      await hear(story.ports, { aggregate: 'group', aggregateId: (await groupOf('AAA')).id, key: null, event: { type: 'timer' } });
      await live();
      await asPlanned();
    });

    it('a part that the venue refuses ends its step: nothing is realised, the loser is left alone', async () => {
      story.exchange.pricesMarket[symbolOf('BBB')] = '12';
      await hear(story.ports, { aggregate: 'risk', aggregateId: story.userId, key: null, event: { type: 'block', groupId: (await groupOf('AAA')).id } });
      story.exchange.submitScript.push('refuse');
      await live();
      const [plan] = await plans();
      expect([plan?.status, plan?.reason, plan?.steps.map(({ state, reason }) => [state, reason])]).to.deep.equal([
        'stopped',
        'nothing_realised',
        [
          ['failed', 'refused_by_venue'],
          ['left_out', 'nothing_realised'],
        ],
      ]);
      expect((await stored()).resting).to.have.property((await groupOf('BBB')).id);
      expect(story.exchange.position()).to.equal('140');
      await replays();
    });

    it('the outcome of a winner is unknown for a while: the loser waits for it', async () => {
      story.exchange.submitScript.push('late');
      await cycle();
      await story.round({ poll: false });
      expect((await stored()).plan?.steps.map(({ state }) => state)).to.deep.equal(['asked', 'pending', 'pending']);
      story.exchange.arrive();
      await live();
      await asPlanned();
    });

    it('halted: no plan begins; one that runs ends', async () => {
      story.halted = true;
      await cycle();
      expect(await plans()).to.deep.equal([]);
      story.halted = false;
      await cycle();
      story.halted = true;
      await live();
      await asPlanned();
    });

    describe('a process that dies anywhere', () => {
      for (const [point, moment, hit] of deaths) {
        it(`${moment} ${point} for the ${hit}. time: nothing twice, nothing forgotten`, async () => {
          story.dieAtPoint(point, moment, hit);
          await live();
          if (hit === 1) expect(story.spared, 'nobody came to this point').to.equal(false);
          await asPlanned();
        });
      }
    });
  });
}
