import { expect } from 'chai';
import { enterSafeMode, type SafeModeCode } from '#shared/shell/safe-mode';
import { rearmAfterClean } from '#workers/rearm-after-clean';
import { idOf, other, type FoundScene } from '../support/found-scene.ts';
import { waitFor } from '../support/wait-for.ts';

/** Safe mode that a comparison without differences ends, where that is configured. */
export function rearmContract(scene: FoundScene): void {
  describe('safe mode after a comparison that finds nothing', () => {
    const stand = (code: SafeModeCode): Promise<void> => enterSafeMode(scene.story.ports, scene.story.accountId, code, 'the test');
    const compare = (): Promise<void> => rearmAfterClean(scene.story.ports, scene.story.accountId, () => scene.later());

    it('stays, unless it is configured to end', async () => {
      await stand('state_unreadable');
      await compare();
      expect(await scene.halts()).to.deep.equal(['state_unreadable']);
    });

    const rows: [code: SafeModeCode, ends: boolean][] = [
      ['state_unreadable', true],
      ['unknown_orders', true],
      ['reconcile_failed', true],
      ['second_deployment', true],
      ['key_refused', false],
      ['clock_skew', false],
    ];
    for (const [code, ends] of rows)
      it(`configured: one of ${code} ${ends ? 'ends, and who waited is looked at again, now and a little later' : 'stays: a comparison says nothing about that'}`, async () => {
        scene.plan = { ...scene.plan, rearmAfterClean: true };
        await stand(code);
        const before = await scene.rig.rowCount();
        await compare();
        expect([await scene.halts(), (await scene.rig.rowCount()) - before]).to.deep.equal(ends ? [[], 2] : [[code], 0]);
      });

    it('configured: it stays while something asks, while a venue does not answer, and where a person has set it', async () => {
      scene.plan = { ...scene.plan, rearmAfterClean: true };
      await stand('unknown_orders');
      scene.place(idOf(other));
      await compare();
      expect(await scene.halts(), 'another deployment').to.deep.equal(['unknown_orders']);
      scene.story.exchange.orders.clear();
      scene.story.exchange.silent = true;
      await compare();
      expect(await scene.halts(), 'no answer').to.deep.equal(['unknown_orders']);
      await scene.rig.lift();
      await scene.rig.store.halt({ scope: 'account', scopeId: scene.story.accountId, kind: 'kill_switch', code: null, reason: 'a person', by: 'a@example.com' });
      scene.story.exchange.silent = false;
      await compare();
      expect((await scene.rig.store.halts()).map(({ kind: each }) => each)).to.deep.equal(['kill_switch']);
    });

    it('configured: a look at our symbols alone does not end it, nor does one in which something could not be compared', async () => {
      scene.plan = { ...scene.plan, rearmAfterClean: true };
      await scene.later();
      await stand('state_unreadable');
      await rearmAfterClean(scene.story.ports, scene.story.accountId, () => scene.later(40_000, 'look'));
      expect(await scene.halts(), 'our symbols alone').to.deep.equal(['state_unreadable']);
      await scene.rig.lift();
      await scene.story.alert();
      await scene.story.round();
      const entry = await scene.story.order('entry', 0);
      scene.story.exchange.fill(entry.clientOrderId, entry.quantity, '100');
      await stand('state_unreadable');
      let status = '';
      await rearmAfterClean(scene.story.ports, scene.story.accountId, async () => {
        const end = await scene.later(0);
        status = end.status;
        return end;
      });
      expect([status, await scene.halts()], 'what has just moved').to.deep.equal(['differences', ['state_unreadable']]);
    });

    it('configured: a cause that no comparison disproves comes while the account is compared: it stays', async () => {
      scene.plan = { ...scene.plan, rearmAfterClean: true };
      await stand('unknown_orders');
      await rearmAfterClean(scene.story.ports, scene.story.accountId, async () => {
        const end = await scene.later();
        await stand('key_refused');
        return end;
      });
      expect(await scene.halts()).to.deep.equal(['key_refused']);
    });

    it('configured: the same, when it is about to end', async () => {
      scene.plan = { ...scene.plan, rearmAfterClean: true };
      await stand('unknown_orders');
      const { enqueue } = scene.rig.store;
      scene.story.ports.store.enqueue = async (row) => {
        scene.story.ports.store.enqueue = enqueue;
        await stand('clock_skew');
        return await enqueue(row);
      };
      await compare();
      expect(await scene.halts()).to.deep.equal(['clock_skew']);
    });

    it('configured: who is about to end it hangs, others end it, and it comes anew: that one stays', async () => {
      scene.plan = { ...scene.plan, rearmAfterClean: true };
      await stand('unknown_orders');
      scene.story.strikeAt('rearm:lift', 'before', 'hangs');
      await scene.story.live(compare);
      await compare();
      expect(await scene.halts()).to.deep.equal([]);
      const ended = Date.now();
      await waitFor('a time of its own', () => Date.now() > ended);
      await stand('state_unreadable');
      await scene.story.goOn();
      expect(await scene.halts()).to.deep.equal(['state_unreadable']);
    });

    it('configured: one that is set while the account is compared stays', async () => {
      scene.plan = { ...scene.plan, rearmAfterClean: true };
      await rearmAfterClean(scene.story.ports, scene.story.accountId, async () => {
        const end = await scene.later();
        await stand('state_unreadable');
        return end;
      });
      expect(await scene.halts()).to.deep.equal(['state_unreadable']);
    });
  });
}
