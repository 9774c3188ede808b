import { expect } from 'chai';
import { emptyRisk, type Risk } from '#shared/engine/risk/risk';
import type { Changes, SavedRisk, Work } from '#shared/ports/store.port';
import { riskRow } from '../support/risk-book.ts';
import { RiskStory } from '../support/risk-story.ts';
import { writing, type StoreRig } from '../support/store-rig.ts';
import { StoreScene } from '../support/store-scene.ts';

const book = [riskRow('1', '20', '100', '94'), riskRow('2', '20', '50', '54'), riskRow('3', '100', '10', '10.5')];

/** What every store must keep of a user's risk engine. */
export function riskStoreContract(rigOf: () => StoreRig): void {
  describe('the risk engine of a user', () => {
    let scene: StoreScene;
    let userId: string;
    beforeEach(async () => {
      scene = await StoreScene.on(rigOf());
      ({ userId } = scene);
    });

    const work = (key: string | null = null): Work => ({ aggregate: 'risk', aggregateId: userId, key, event: { type: 'timer' } });
    const saved = (changes: Partial<SavedRisk>): Changes => writing({ risk: { userId, next: null, cycles: [], actions: [], ...changes } });
    const blocking = (before: Risk, groupId: string): Risk => ({ ...before, blocked: { ...before.blocked, [groupId]: 1 } });
    const riskOf = () => rigOf().store.risk(userId);

    it('begins empty, at version 0, with the first event', async () => {
      let seen: unknown;
      await rigOf().store.transact(work(), (locked) => {
        seen = locked;
        return null;
      });
      expect(seen).to.deep.equal({ kind: 'risk', risk: emptyRisk(userId), version: 0, lastMind: null });
    });

    it('twenty events without a key take turns: none reads what another is about to change', async () => {
      await Promise.all(
        Array.from({ length: 20 }, (_, index) =>
          rigOf().store.transact(work(), (locked) => (locked.kind === 'risk' ? saved({ next: { risk: blocking(locked.risk, String(index)), version: locked.version + 1 } }) : null)),
        ),
      );
      const risk = await riskOf();
      expect([risk?.version, Object.keys(risk?.risk.blocked ?? {}).length]).to.deep.equal([20, 20]);
    });

    it('a key is claimed once', async () => {
      const answers = await Promise.all(
        Array.from({ length: 8 }, () => rigOf().store.transact(work(`risk once ${userId}`), (locked) => (locked.kind === 'risk' ? saved({ next: { risk: locked.risk, version: locked.version + 1 } }) : null))),
      );
      expect(answers.filter((answer) => answer !== null)).to.have.length(1);
      expect((await riskOf())?.version).to.equal(1);
    });

    it('what a cycle saw is read under the lock of the next, though the state has not changed', async () => {
      const { cycle } = new RiskStory([]).round();
      await rigOf().store.transact(work(), () => saved({ cycles: [cycle!] }));
      expect(await riskOf()).to.deep.equal({ risk: emptyRisk(userId), version: 0, lastCycleAt: cycle!.at });
      let mind: unknown;
      await rigOf().store.transact(work(), (locked) => {
        mind = locked.kind === 'risk' ? locked.lastMind : undefined;
        return null;
      });
      expect(mind).to.equal(cycle!.mind);
    });

    it('a plan that goes on is one row, and what a decision throws away is not written', async () => {
      const story = new RiskStory(book).round();
      const run = { ...story.run, id: `${userId}-1` };
      const ended = { ...story.toTheEnd().run, id: `${userId}-1` };
      await rigOf().store.transact(work(), () => saved({ actions: [run], cycles: [story.cycle ?? new RiskStory(book).round().cycle!] }));
      await rigOf().store.transact(work(), () => saved({ actions: [ended] }));
      const failing = rigOf().store.transact(work(`risk throw ${userId}`), () => {
        throw new Error('an invariant');
      });
      expect(await failing.catch((error: Error) => error.message)).to.equal('an invariant');
      expect((await riskOf())?.version).to.equal(0);
    });

    it('its journal is its own, and its inbox rows reach it', async () => {
      const row = { aggregate: 'risk', aggregateId: userId, version: 1, at: 1_700_000_000_000, event: { type: 'timer' }, facts: {}, commands: [] } as const;
      const told = { key: `risk row ${userId}`, aggregate: 'risk', aggregateId: userId, event: { type: 'cycle', trigger: 'next_round' }, dueAt: 0 } as const;
      const answer = await rigOf().store.transact(work(), () => writing({ journal: [{ ...row, commands: [] }], inbox: [told] }));
      expect(await rigOf().store.journalOf('risk', userId)).to.deep.equal([row]);
      expect(await rigOf().store.inboxRow(answer!.inbox[0]!.id)).to.deep.include({ aggregate: 'risk', aggregateId: userId, event: told.event });
    });

    it('the book holds open groups with the mode of their account', async () => {
      const { groupId } = await scene.opened();
      expect((await rigOf().store.openBook(userId)).map(({ group, accountMode }) => [group.id, accountMode])).to.deep.equal([[groupId, 'paper']]);
      expect(await rigOf().store.riskUsers()).to.deep.include({ userId, lastCycleAt: null });
    });
  });
}
