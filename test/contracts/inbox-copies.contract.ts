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
    const row = (): Work => ({ aggregate: copy.aggregate, aggregateId: copy.aggregateId, key: copy.key, event });
    const lie = (): Work => ({ ...copy, event: { type: 'queue-remove', queueId: '8' } });
    const hear = (work: Work): Promise<Saved | null> => scene.store.transact(work, () => writing({}));
    const store = async (dueAt = Date.now() - 1_000): Promise<void> => {
      const stored = { key: `copied ${scene.userId}`, aggregate: 'pool' as const, aggregateId: scene.userId, event, dueAt };
      copy = { ...stored, copyOf: (await scene.store.enqueue(stored)) ?? '' };
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
      ['no key', { key: null }],
      ['another aggregate', { aggregate: 'risk' }],
      ['a row that is not there', { copyOf: '999999999' }],
    ] as const)
      it(`${what}: not heard; the row itself still is`, async () => {
        expect(await hear({ ...copy, ...changes })).to.equal(null);
        expect(await scene.store.inboxRow(copy.copyOf)).to.deep.include({ key: copy.key, event });
        expect(await hear(row())).to.not.equal(null);
      });

    it("another user's pool: not heard", async () => {
      const other = await StoreScene.on(rigOf());
      expect(await hear({ ...copy, aggregateId: other.userId })).to.equal(null);
      expect(await scene.store.inboxRow(copy.copyOf)).to.not.equal(null);
    });

    it('of a group, without a key and without a row: not heard', async () => {
      const { groupId } = await scene.opened();
      expect(await hear({ ...scene.ofGroup(groupId), copyOf: '999999999' })).to.equal(null);
      expect((await scene.store.group(groupId))?.version).to.equal(1);
    });

    it('a row that is not due: not heard', async () => {
      scene = await StoreScene.on(rigOf());
      await store(Date.now() + 60_000);
      expect(await hear(copy)).to.equal(null);
    });

    /** Behind another event of the pool they wait for each other, and share a transaction. */
    const together = async (works: readonly Work[]): Promise<{ heard: AggregateEvent[]; answered: number }> => {
      const heard: AggregateEvent[] = [];
      const answers = await Promise.all([
        hear(scene.ofPool(`in front ${scene.userId}`)),
        ...works.map((work) =>
          scene.store.transact(work, () => {
            heard.push(work.event);
            return writing({});
          }),
        ),
      ]);
      return { heard, answered: answers.slice(1).filter((answer) => answer !== null).length };
    };

    for (const [what, works] of [
      ['the copy twice', () => [copy, { ...copy }]],
      ['the copy and the row', () => [copy, row()]],
      ['the row and the copy', () => [row(), copy]],
      ['the row twice', () => [row(), row()]],
      ['a copy that lies, and the row', () => [lie(), row()]],
      ['a copy that lies, and the copy, and the row', () => [lie(), copy, row()]],
      ['the row, and a copy that lies', () => [row(), lie()]],
    ] as const)
      it(`${what}, in one transaction: heard once, as the row says`, async () => {
        const { heard, answered } = await together(works());
        expect([heard.at(-1), answered, await scene.store.inboxRow(copy.copyOf)]).to.deep.equal([event, 1, null]);
        expect(heard.filter((each) => each !== event)).to.deep.equal([]);
      });

    it('copies and others of one pool at once, each heard once', async () => {
      const keys = Array.from({ length: 10 }, (_, index) => `with others ${scene.userId} ${index}`);
      const { answered } = await together([...keys.map((key) => scene.ofPool(key)), copy, { ...copy }, ...keys.map((key) => scene.ofPool(key))]);
      expect([answered, await scene.store.inboxRow(copy.copyOf)]).to.deep.equal([11, null]);
    });
  });
}
