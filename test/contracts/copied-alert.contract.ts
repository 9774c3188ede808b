import { expect } from 'chai';
import sinon from 'sinon';
import type { InboxCopy } from '#shared/contracts/jobs';
import type { PoolEvent } from '#shared/engine/messages/events';
import { hearInbox } from '#shared/shell/hear-inbox';
import { NotReady } from '#shared/shell/not-ready';
import type { ShellStory } from '../support/shell-story.ts';
import type { StoreRig } from '../support/store-rig.ts';
import { waitFor } from '../support/wait-for.ts';

/** An alert whose knock brings a copy of its inbox row, in the hands of a worker (ADR 0022). */
export function copiedAlertContract(scene: () => { rig: StoreRig; story: ShellStory }): void {
  describe('an alert whose knock brings a copy of its row', () => {
    const copyOf = async (): Promise<InboxCopy> => {
      const { rig, story } = scene();
      const signalId = await story.alert();
      const rows = await Promise.all((await rig.store.dueInbox(10_000)).map(({ id }) => rig.store.inboxRow(id)));
      const row = rows.find((each) => each?.key === `signal:${signalId}`)!;
      return { id: row.id, key: row.key, aggregate: row.aggregate, aggregateId: row.aggregateId, event: row.event };
    };

    it('is decided without its row being read', async () => {
      const { rig, story } = scene();
      const copy = await copyOf();
      const reading = sinon.spy(rig.store, 'inboxRow');
      await hearInbox(story.ports, copy.id, copy).finally(() => reading.restore());
      expect([reading.callCount, (await story.group()).orders.length]).to.deep.equal([0, 2]);
    });

    const wrongly = (copy: InboxCopy): InboxCopy => {
      const { signal } = copy.event as Extract<PoolEvent, { type: 'signal' }>;
      return { ...copy, event: { type: 'signal', signal: { ...signal, side: 'short' } } };
    };

    it('is decided by the row where the copy says something else', async () => {
      const { story } = scene();
      const copy = await copyOf();
      await hearInbox(story.ports, copy.id, wrongly(copy));
      expect((await story.groups()).map(({ side }) => side)).to.deep.equal(['long']);
    });

    for (const [what, change] of [
      ['has no event', { event: null }],
      ['has no key', { key: null }],
      ['is of another pool', { aggregateId: '999999999' }],
      ['is of something unknown', { aggregate: 'account' }],
      ['throws when it is prepared', { event: { type: 'signal' } }],
    ] as const)
      it(`is decided by the row, at its first attempt, where the copy ${what}`, async () => {
        const { story } = scene();
        const copy = await copyOf();
        await hearInbox(story.ports, copy.id, { ...copy, ...change } as unknown as InboxCopy);
        expect((await story.groups()).map(({ side }) => side)).to.deep.equal(['long']);
      });

    it('brings nothing else with it', async () => {
      const { rig, story } = scene();
      const copy = await copyOf();
      const transact = sinon.spy(rig.store, 'transact');
      await hearInbox(story.ports, copy.id, { ...copy, completes: '1' } as InboxCopy).finally(() => transact.restore());
      expect(transact.args[0]?.[0]).to.have.all.keys('key', 'aggregate', 'aggregateId', 'event', 'copyOf');
    });

    it('is decided once, whoever hears it with which copy', async () => {
      const { story } = scene();
      const copy = await copyOf();
      await Promise.all([hearInbox(story.ports, copy.id, wrongly(copy)), hearInbox(story.ports, copy.id, copy), hearInbox(story.ports, copy.id), hearInbox(story.ports, copy.id, copy)]);
      expect((await story.groups()).map(({ side }) => side)).to.deep.equal(['long']);
    });

    it('is tried again where it cannot be decided now, and the row counts the attempt', async () => {
      const { rig, story } = scene();
      const copy = await copyOf();
      const prepare = sinon.stub(story.ports.facts, 'prepare').rejects(new NotReady('the venue is away'));
      await hearInbox(story.ports, copy.id, copy).finally(() => prepare.restore());
      expect([prepare.callCount, (await story.groups()).length]).to.deep.equal([1, 0]);
      await waitFor('its next turn', async () => (await rig.store.inboxRow(copy.id))?.attempts === 1);
      await hearInbox(story.ports, copy.id, copy);
      expect(await story.groups()).to.have.length(1);
    });
  });
}
