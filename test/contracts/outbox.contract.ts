import { expect } from 'chai';
import type { OutboxClaim, Store } from '#shared/ports/store.port';
import { saving, writing, type StoreRig } from '../support/store-rig.ts';
import { StoreScene, tradeOf } from '../support/store-scene.ts';
import { waitFor } from '../support/wait-for.ts';

const longMs = 60_000;

/** Work for venues: claimed by one, recorded as sending before it is sent, never begun twice. Part of the store's contract. */
export function outboxContract(rigOf: () => StoreRig): void {
  describe('the outbox', () => {
    let rig: StoreRig;
    let store: Store;
    let scene: StoreScene;
    beforeEach(async () => {
      rig = rigOf();
      store = rig.store;
      scene = await StoreScene.on(rig);
    });

    it('a claim records sending before it returns, and gives the order', async () => {
      const { story, outbox } = await scene.opened();
      const claim = await store.claimOutbox(outbox[0] ?? '', longMs);
      expect(claim.kind === 'send' && [claim.row.order.clientOrderId, claim.row.order.status, claim.attempts]).to.deep.equal([story.order('entry', 0, 0).clientOrderId, 'sending', 1]);
      const found = await store.orderRow(story.order('entry', 0, 0).clientOrderId);
      expect([found?.order.status, Math.abs(Date.now() - (found?.sendingAt ?? 0)) < 10_000]).to.deep.equal(['sending', true]);
    });

    it('a claim tells a market order the last price, and a limit order none', async () => {
      const { groupId, story, outbox } = await scene.opened();
      for (const order of story.acceptAll().working('entry')) story.fill(order);
      await scene.saveAgain({ groupId, story, outbox }, 2);
      story.close();
      for (const order of story.working('take-profit')) story.report(order, 'cancelled');
      await scene.saveAgain({ groupId, story, outbox }, 3);
      const close = story.order('close');
      await rig.trades(story.state.symbol, '97.5');
      const claims = [await store.claimOutbox(await scene.asks(groupId, close.clientOrderId, 'submit'), longMs), await store.claimOutbox(outbox[0] ?? '', longMs)];
      expect(claims.map((claim) => ('row' in claim ? claim.row.order.priceExpected : claim.kind))).to.deep.equal(['97.5', null]);
      await scene.saveAgain({ groupId, story, outbox }, 4);
      expect((await store.orderRow(close.clientOrderId))?.order.priceExpected, 'a decision does not put the older price back').to.equal('97.5');
    });

    it('of twenty processes at once one may send; the others must ask', async () => {
      const { outbox } = await scene.opened();
      const processes = Array.from({ length: 10 }, () => rig.another());
      const claims = await Promise.all([...processes, ...processes].map((each) => each.claimOutbox(outbox[0] ?? '', longMs)));
      const kinds = claims.map(({ kind: each }) => each);
      expect(kinds.filter((each) => each === 'send')).to.have.length(1);
      expect(kinds.every((each) => ['send', 'nothing', 'resolve'].includes(each))).to.equal(true);
    });

    it('a send that was begun is never begun again: its outcome must be asked for', async () => {
      const { outbox } = await scene.opened();
      await store.claimOutbox(outbox[0] ?? '', longMs);
      expect((await store.claimOutbox(outbox[0] ?? '', longMs)).kind).to.equal('resolve');
    });

    it('a send that did not leave is put back, and can be claimed again', async () => {
      const { story, outbox } = await scene.opened();
      await store.claimOutbox(outbox[0] ?? '', longMs);
      await store.putBack(outbox[0] ?? '', story.order('entry', 0, 0).clientOrderId, Date.now(), 'no route', 1);
      const found = await store.orderRow(story.order('entry', 0, 0).clientOrderId);
      expect([found?.order.status, found?.sendingAt]).to.deep.equal(['ready', null]);
      const again = await store.claimOutbox(outbox[0] ?? '', longMs);
      expect(again.kind === 'send' && again.attempts).to.equal(2);
    });

    it('put back while it is being cancelled: it stays cancelling, and counts as never sent', async () => {
      const stored = await scene.opened();
      const { story, outbox } = stored;
      await store.claimOutbox(outbox[0] ?? '', longMs);
      story.close();
      await scene.saveAgain(stored, 2);
      await store.putBack(outbox[0] ?? '', story.order('entry', 0, 0).clientOrderId, Date.now(), 'no route', 1);
      const found = await store.orderRow(story.order('entry', 0, 0).clientOrderId);
      expect([found?.order.status, found?.sendingAt]).to.deep.equal(['cancelling', null]);
    });

    it('what somebody else has claimed meanwhile is not put back: they go by its having been sent', async () => {
      const { story, outbox } = await scene.opened();
      const { clientOrderId } = story.order('entry', 0, 0);
      const first = await store.claimOutbox(outbox[0] ?? '', longMs);
      expect((await store.claimOutbox(outbox[0] ?? '', longMs)).kind).to.equal('resolve');
      await store.putBack(outbox[0] ?? '', clientOrderId, Date.now(), 'woke up late', first.kind === 'send' ? first.attempts : 0);
      const found = await store.orderRow(clientOrderId);
      expect([found?.order.status, found?.sendingAt === null]).to.deep.equal(['sending', false]);
    });

    it('what has an outcome is not put back', async () => {
      const stored = await scene.opened();
      const { story, outbox } = stored;
      await store.claimOutbox(outbox[0] ?? '', longMs);
      story.report(story.order('entry', 0, 0), 'open');
      await scene.saveAgain(stored, 2);
      await store.putBack(outbox[0] ?? '', story.order('entry', 0, 0).clientOrderId, Date.now(), 'too late', 1);
      expect(await scene.statusOf(story.order('entry', 0, 0))).to.equal('open');
    });

    for (const scope of ['global', 'account'] as const) {
      it(`a ${scope} halt keeps entries back, lets exits go, and ends`, async () => {
        const stored = await scene.opened();
      const { groupId, story, outbox } = stored;
        story.fill(story.order('entry', 0, 4));
        await scene.saveAgain(stored, 2, [tradeOf(story.order('entry', 0, 4), 't1')]);
        const exit = await scene.asks(groupId, story.order('take-profit', 0, 4).clientOrderId, 'submit');
        await rig.halt(scope, scope === 'global' ? '' : scene.accountId);
        const held = await store.claimOutbox(outbox[0] ?? '', longMs);
        const sent = await store.claimOutbox(exit, longMs);
        await rig.lift();
        expect([held.kind, sent.kind, await scene.statusOf(story.order('entry', 0, 0))]).to.deep.equal(['halted', 'send', 'ready']);
        expect(held.kind === 'halted' && held.reason).to.equal('test');
        expect((await store.claimOutbox(outbox[0] ?? '', longMs)).kind).to.equal('send');
      });
    }

    it('the halt of another account is none', async () => {
      const { outbox } = await scene.opened();
      await rig.halt('account', await rig.addAccount(scene.userId));
      const claim = await store.claimOutbox(outbox[0] ?? '', longMs);
      await rig.lift();
      expect(claim.kind).to.equal('send');
    });

    it('a cancel knows whether the submit has an outcome yet', async () => {
      const stored = await scene.opened();
      const { groupId, story, outbox } = stored;
      const cancel = await scene.asks(groupId, story.order('entry', 0, 0).clientOrderId, 'cancel');
      const claim = (): Promise<OutboxClaim> => store.claimOutbox(cancel, longMs);
      expect(await claim()).to.deep.include({ kind: 'cancel', submitPending: true });
      await store.finishOutbox(outbox[0] ?? '');
      expect(await claim()).to.deep.include({ kind: 'cancel', submitPending: false });
    });

    it('finished is finished, also by the event that answers it', async () => {
      const stored = await scene.opened();
      const { groupId, story, outbox } = stored;
      await store.finishOutbox(outbox[0] ?? '');
      await store.transact(scene.ofGroup(groupId, null, { completes: outbox[1] ?? '' }), () => writing({ groups: [saving(story.state, 2)] }));
      expect([(await store.claimOutbox(outbox[0] ?? '', longMs)).kind, (await store.claimOutbox(outbox[1] ?? '', longMs)).kind, (await store.claimOutbox('999999', longMs)).kind]).to.deep.equal(['nothing', 'nothing', 'nothing']);
    });

    it('what is due is handed out once per lease, protective work first', async () => {
      const stored = await scene.opened();
      const { groupId, story, outbox } = stored;
      const urgent = await scene.asks(groupId, story.order('entry', 0, 2).clientOrderId, 'cancel', 1);
      const [first = '', second = '', third = '', ...fresh] = outbox;
      for (const id of [first, third, urgent]) await store.postponeOutbox(id, Date.now() - 5_000, null);
      await store.postponeOutbox(second, Date.now() + longMs, 'later');
      const due = async (): Promise<string[]> => (await store.dueOutbox(1_000, longMs)).map(({ id }) => id).filter((id) => [...outbox, urgent].includes(id));
      expect(await due(), 'what was written just now has been knocked for').to.deep.equal([urgent, first, third]);
      expect(await due()).to.deep.equal([]);
      await waitFor('fresh rows to be due', async () => (await due()).length === fresh.length);
    });
  });
}
