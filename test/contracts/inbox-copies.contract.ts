import { expect } from 'chai';
import type { AggregateEvent, Saved, Work } from '#shared/ports/store.port';
import { StoreScene } from '../support/store-scene.ts';
import { writing, type StoreRig } from '../support/store-rig.ts';

const event: AggregateEvent = { type: 'queue-remove', queueId: '7' };

/** Events heard by the copies of their rows that knocks bring: the row decides, whatever a copy says (ADR 0022). */
export function inboxCopiesContract(rigOf: () => StoreRig): void {
  describe('copies of inbox rows', () => {
    let scene: StoreScene;
    let copy: Work & { key: string; copyOf: string };
    const hear = (work: Work): Promise<Saved | null> => scene.store.transact(work, () => writing({}));
    const store = async (dueAt = Date.now() - 1_000): Promise<void> => {
      const row = { key: `copied ${scene.userId}`, aggregate: 'pool' as const, aggregateId: scene.userId, event, dueAt };
      copy = { ...row, copyOf: (await scene.store.enqueue(row)) ?? '' };
    };
    beforeEach(async () => {
      scene = await StoreScene.on(rigOf());
      await store();
    });

    for (const [what, changes] of [
      ['what the row says', {}],
      ['what the row says, in another order', { event: { queueId: '7', type: 'queue-remove' } }],
    ] as const)
      it(`${what}: heard, once`, async () => {
        const answers = await Promise.all(Array.from({ length: 10 }, () => hear({ ...copy, ...changes })));
        expect(answers.filter((answer) => answer !== null)).to.have.length(1);
        expect(await scene.store.inboxRow(copy.copyOf)).to.equal(null);
      });

    for (const [what, changes] of [
      ['another event', { event: { type: 'queue-remove', queueId: '8' } }],
      ['a word more', { event: { ...event, more: true } as unknown as AggregateEvent }],
      ['a word less', { event: { type: 'queue-remove' } as unknown as AggregateEvent }],
      ['another key', { key: 'another' }],
      ['another aggregate', { aggregate: 'risk' }],
      ['a row that is not there', { copyOf: '999999999' }],
    ] as const)
      it(`${what}: not heard; the row itself still is`, async () => {
        const { copyOf: inboxId, ...row } = copy;
        expect(await hear({ ...copy, ...changes })).to.equal(null);
        expect(await scene.store.inboxRow(inboxId)).to.deep.include({ key: row.key, event });
        expect(await hear(row)).to.not.equal(null);
      });

    it("another user's pool: not heard", async () => {
      const other = await StoreScene.on(rigOf());
      expect(await hear({ ...copy, aggregateId: other.userId })).to.equal(null);
      expect(await scene.store.inboxRow(copy.copyOf)).to.not.equal(null);
    });

    it('a row that is not due: not heard', async () => {
      scene = await StoreScene.on(rigOf());
      await store(Date.now() + 60_000);
      expect(await hear(copy)).to.equal(null);
    });

    it('copies and others of one pool at once, each heard once', async () => {
      const keys = Array.from({ length: 10 }, (_, index) => `with others ${scene.userId} ${index}`);
      const answers = await Promise.all([...keys.map((key) => hear(scene.ofPool(key))), hear(copy), hear(copy), ...keys.map((key) => hear(scene.ofPool(key)))]);
      expect(answers.filter((answer) => answer !== null)).to.have.length(11);
      expect(await scene.store.inboxRow(copy.copyOf)).to.equal(null);
    });
  });
}
