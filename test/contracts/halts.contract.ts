import { expect } from 'chai';
import { haltKinds, type HaltKind } from '#shared/engine/pool/halts';
import type { NewHalt, Store } from '#shared/ports/store.port';
import type { StoreRig } from '../support/store-rig.ts';
import { StoreScene, tradeOf } from '../support/store-scene.ts';

const longMs = 60_000;
const halt = (kind: HaltKind, changes: Partial<NewHalt> = {}): NewHalt => ({ scope: 'global', scopeId: '', kind, code: null, reason: `for ${kind}`, by: null, ...changes });

/** What stops new exposure: who set it and why, what it holds back, and how it ends. Part of the store's contract. */
export function haltsContract(rigOf: () => StoreRig): void {
  describe('halts', () => {
    let rig: StoreRig;
    let store: Store;
    let scene: StoreScene;
    beforeEach(async () => {
      rig = rigOf();
      store = rig.store;
      scene = await StoreScene.on(rig);
    });
    afterEach(() => rig.lift());

    it('tell who set them, why, and since when, oldest first', async () => {
      const before = Date.now() - 5_000;
      expect(await store.halt(halt('paused', { by: 'a@example.com' }))).to.equal(true);
      expect(await store.halt(halt('safe_mode', { scope: 'account', scopeId: scene.accountId, code: 'key_refused' }))).to.equal(true);
      const standing = await store.halts();
      expect(standing.map(({ at: _, ...rest }) => rest)).to.deep.equal([
        { ...halt('paused', { by: 'a@example.com' }), fileStands: false },
        { ...halt('safe_mode', { scope: 'account', scopeId: scene.accountId, code: 'key_refused' }), fileStands: false },
      ]);
      expect(standing.every(({ at }) => at > before && at < Date.now() + 5_000)).to.equal(true);
    });

    it('of one kind stand once: a second reason does not cover the first', async () => {
      await store.halt(halt('safe_mode', { reason: 'first' }));
      expect(await store.halt(halt('safe_mode', { reason: 'second' }))).to.equal(false);
      expect((await store.halts()).map(({ reason }) => reason)).to.deep.equal(['first']);
    });

    const graver: [standing: string, next: string, by: string | null, stands: string][] = [
      ['unknown_orders', 'key_refused', null, 'key_refused'],
      ['second_deployment', 'clock_skew', null, 'clock_skew'],
      ['key_refused', 'unknown_orders', null, 'key_refused'],
      ['unknown_orders', 'state_unreadable', null, 'unknown_orders'],
      ['unknown_orders', 'key_refused', 'a@example.com', 'unknown_orders'],
    ];
    for (const [standing, next, by, stands] of graver)
      it(`safe mode for ${standing}${by === null ? '' : ', set by a person'}, then ${next}: it stands for ${stands}, and neither reason is lost`, async () => {
        await store.halt(halt('safe_mode', { code: standing, reason: 'first', by }));
        expect(await store.halt(halt('safe_mode', { code: next, reason: 'second' }))).to.equal(stands !== standing);
        expect((await store.halts()).map(({ code, reason }) => `${code} ${reason}`)).to.deep.equal([stands === standing ? `${standing} first` : `${next} second. Before that: first`]);
        expect((await store.rearm({ scope: 'global', scopeId: '', kinds: ['safe_mode'], codes: [standing] })).length).to.equal(stands === standing ? 1 : 0);
      });

    it('twenty processes at once set one', async () => {
      const set = await Promise.all(Array.from({ length: 20 }, () => rig.another().halt(halt('stop_file'))));
      expect(set.filter(Boolean)).to.have.length(1);
    });

    for (const kind of haltKinds) {
      it(`${kind}: entries stay ready, exits and cancels go, and after re-arming entries go`, async () => {
        const stored = await scene.opened();
        const { groupId, story, outbox } = stored;
        story.fill(story.order('entry', 0, 4));
        await scene.saveAgain(stored, 2, [tradeOf(story.order('entry', 0, 4), `t ${kind} ${groupId}`)]);
        const exit = await scene.asks(groupId, story.order('take-profit', 0, 4).clientOrderId, 'submit');
        const cancel = await scene.asks(groupId, story.order('entry', 0, 4).clientOrderId, 'cancel');
        await store.halt(halt(kind));
        const kinds = [await store.claimOutbox(outbox[0] ?? '', longMs), await store.claimOutbox(exit, longMs), await store.claimOutbox(cancel, longMs)].map((claim) => claim.kind);
        expect([...kinds, await scene.statusOf(story.order('entry', 0, 0))]).to.deep.equal(['halted', 'send', 'cancel', 'ready']);
        await rig.ageStopFile(longMs);
        await store.rearm({ scope: 'global', scopeId: '', kinds: [kind] });
        expect((await store.claimOutbox(outbox[0] ?? '', longMs)).kind).to.equal('send');
      });
    }

    it('end one by one: while another stands, entries stay', async () => {
      const { outbox } = await scene.opened();
      await store.halt(halt('paused'));
      await store.halt(halt('safe_mode', { scope: 'account', scopeId: scene.accountId }));
      expect((await store.rearm({ scope: 'global', scopeId: '', kinds: haltKinds })).map(({ kind }) => kind)).to.deep.equal(['paused']);
      expect((await store.claimOutbox(outbox[0] ?? '', longMs)).kind).to.equal('halted');
      expect((await store.rearm({ scope: 'account', scopeId: scene.accountId, kinds: ['paused'] }))).to.deep.equal([]);
      expect((await store.rearm({ scope: 'account', scopeId: scene.accountId, kinds: ['safe_mode'] })).map(({ kind }) => kind)).to.deep.equal(['safe_mode']);
      expect((await store.claimOutbox(outbox[0] ?? '', longMs)).kind).to.equal('send');
    });

    it('that of a STOP file cannot be ended while the file is there, and does not end by itself when it has gone', async () => {
      expect(await store.seeStopFile(), 'nothing stands yet').to.equal(false);
      await store.halt(halt('stop_file'));
      expect((await store.halts())[0]?.fileStands).to.equal(true);
      expect(await store.rearm({ scope: 'global', scopeId: '', kinds: haltKinds })).to.deep.equal([]);
      await rig.ageStopFile(longMs);
      expect((await store.halts()).map(({ kind, fileStands }) => [kind, fileStands])).to.deep.equal([['stop_file', false]]);
      expect(await store.seeStopFile()).to.equal(true);
      expect(await store.rearm({ scope: 'global', scopeId: '', kinds: haltKinds }), 'it was seen again').to.deep.equal([]);
      await rig.ageStopFile(longMs);
      expect((await store.rearm({ scope: 'global', scopeId: '', kinds: haltKinds })).map(({ kind }) => kind)).to.deep.equal(['stop_file']);
    });

    describe('what decisions are told', () => {
      const cases: [what: string, set: (accountId: string) => NewHalt, off: (accountId: string) => object, halted: boolean][] = [
        ['a pause keeps what comes in', () => halt('paused'), () => ({}), true],
        ['safe mode of everything', () => halt('safe_mode'), (id) => ({ [id]: { why: 'is in safe mode: for safe_mode', forGood: false, refusal: 'safe_mode' } }), true],
        ['safe mode of one account', (id) => halt('safe_mode', { scope: 'account', scopeId: id }), (id) => ({ [id]: { why: 'is in safe mode: for safe_mode', forGood: false, refusal: 'safe_mode' } }), false],
        ['the STOP file', () => halt('stop_file'), (id) => ({ [id]: { why: 'is stopped by the STOP file: for stop_file', forGood: false, refusal: 'trading_halted' } }), true],
        ['the kill switch', () => halt('kill_switch'), (id) => ({ [id]: { why: 'is stopped by the kill switch: for kill_switch', forGood: false, refusal: 'trading_halted' } }), true],
        ['safe mode of somebody else', () => halt('safe_mode', { scope: 'account', scopeId: '999999' }), () => ({}), false],
      ];
      for (const [what, set, off, halted] of cases) {
        it(what, async () => {
          await store.halt(set(scene.accountId));
          const told = await store.activeSettings(scene.userId);
          expect([told.accountsOff, told.halted]).to.deep.equal([off(scene.accountId), halted]);
        });
      }

      it('an account that is off is told as that', async () => {
        await rig.switchOff(scene.accountId);
        await store.halt(halt('safe_mode'));
        expect((await store.activeSettings(scene.userId)).accountsOff).to.deep.equal({ [scene.accountId]: { why: 'is switched off', forGood: false } });
      });
    });

    it('orders of unknown outcome are told with their age, by account', async () => {
      const stored = await scene.opened();
      const { story, outbox } = stored;
      await store.claimOutbox(outbox[0] ?? '', longMs);
      expect((await store.unknownOrders()).filter(({ accountId }) => accountId === scene.accountId)).to.deep.equal([]);
      story.hear({ type: 'order-unknown', clientOrderId: story.order('entry', 0, 0).clientOrderId, message: 'no answer' });
      await scene.saveAgain(stored, 2);
      const told = (await store.unknownOrders()).find(({ accountId }) => accountId === scene.accountId);
      expect(told?.agesMs.map((age) => age > -1_000 && age < 20_000)).to.deep.equal([true]);
    });

    it('tells how far its clock is from ours', async () => {
      const { skewMs, marginMs } = await store.clockSkew();
      expect(Math.abs(skewMs)).to.be.at.most(marginMs + 200);
    });
  });
}
