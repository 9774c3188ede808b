import { expect } from 'chai';
import { nothingOpen, occupancyOf, type Occupancy } from '#shared/engine/pool/slots';
import type { NewInboxRow, Store } from '#shared/ports/store.port';
import type { PoolEvent } from '#shared/engine/messages/events';
import { instrument, signal } from '../support/engine-story.ts';
import { saving, writing, type StoreRig } from '../support/store-rig.ts';
import { StoreScene, tradeOf } from '../support/store-scene.ts';
import { waitFor } from '../support/wait-for.ts';
import { haltsContract } from './halts.contract.ts';
import { inboxCopiesContract } from './inbox-copies.contract.ts';
import { outboxContract } from './outbox.contract.ts';
import { riskStoreContract } from './risk-store.contract.ts';

const longMs = 60_000;

/** What every store must keep, whatever it is made of. */
export function storeContract(kind: string, createRig: () => Promise<StoreRig>): void {
  describe(`store ${kind}`, () => {
    let rig: StoreRig;
    let store: Store;
    let scene: StoreScene;
    let userId: string;
    let accountId: string;
    before(async () => {
      rig = await createRig();
      store = rig.store;
    });
    after(() => rig.close());
    beforeEach(async () => {
      scene = await StoreScene.on(rig);
      ({ userId, accountId } = scene);
    });

    const row = (key: string, more: Partial<NewInboxRow> = {}): NewInboxRow => ({ key, aggregate: 'pool', aggregateId: userId, event: { type: 'timer' }, dueAt: Date.now() - 1_000, ...more });

    outboxContract(() => rig);
    inboxCopiesContract(() => rig);
    haltsContract(() => rig);
    riskStoreContract(() => rig);

    describe('one event, one aggregate', () => {
      it('a key is claimed once, by one of twenty callers at the same time', async () => {
        const answers = await Promise.all(Array.from({ length: 20 }, (_, index) => store.transact(scene.ofPool('once'.concat(userId)), (locked) => writing({ pool: { pool: { userId, open: [], waiting: [], queuedSoFar: index + 1 }, version: locked.version + 1 } }))));
        expect(answers.filter((answer) => answer !== null)).to.have.length(1);
        await store.transact(scene.ofPool(null), (locked) => {
          expect(locked.version).to.equal(1);
          return null;
        });
      });

      it('twenty callers without a key take turns: none reads what another is about to change', async () => {
        const stored = await scene.opened();
        const { groupId, story } = stored;
        await Promise.all(Array.from({ length: 20 }, () => store.transact(scene.ofGroup(groupId), (locked) => writing({ groups: [saving(story.state, locked.version + 1, { orders: [] })] }))));
        expect((await store.group(groupId))?.version).to.equal(21);
      });

      it('a throw writes nothing, and the key stays free', async () => {
        const stored = await scene.opened();
        const { groupId, story } = stored;
        const failing = store.transact(scene.ofGroup(groupId, `throw ${groupId}`), () => {
          throw new Error('an invariant');
        });
        expect(await failing.catch((error: Error) => error.message)).to.equal('an invariant');
        const again = await store.transact(scene.ofGroup(groupId, `throw ${groupId}`), () => writing({ groups: [saving(story.state, 2)] }));
        expect([again !== null, (await store.group(groupId))?.version]).to.deep.equal([true, 2]);
      });

      it('a fault while writing writes nothing of it: state, journal, inbox, outbox, key', async () => {
        const stored = await scene.opened();
        const { groupId, story } = stored;
        const journal = { aggregate: 'group' as const, aggregateId: groupId, version: 2, at: 1, event: {}, facts: {}, commands: [] };
        const save = (key: string): Promise<unknown> =>
          store.transact(scene.ofGroup(groupId, key), () => writing({ groups: [saving(story.state, 2)], journal: [journal], inbox: [row(`${key} tells`)], outbox: [{ kind: 'cancel', accountId, venue: 'binance', groupId, clientOrderId: story.order('entry', 0, 0).clientOrderId, priority: 1 }] }));
        await save(`first ${groupId}`);
        const before = await rig.rowCount();
        expect(await save(`second ${groupId}`).then(() => 'saved', () => 'refused')).to.equal('refused');
        expect([await rig.rowCount(), (await store.journalOf('group', groupId)).length]).to.deep.equal([before, 1]);
      });

      it('null writes nothing, not even the claim of the key', async () => {
        expect(await store.transact(scene.ofPool(`null ${userId}`), () => null)).to.equal(null);
        expect(await store.transact(scene.ofPool(`null ${userId}`), () => writing({}))).to.not.equal(null);
        expect(await store.transact(scene.ofPool(`null ${userId}`), () => writing({}))).to.equal(null);
      });

      it('a pool that never was is empty; its open groups are those that are not closed', async () => {
        const seen: unknown[] = [];
        await store.transact(scene.ofPool(null), (locked) => {
          seen.push(locked);
          return null;
        });
        expect(seen).to.deep.equal([{ kind: 'pool', pool: { userId, open: [], waiting: [], queuedSoFar: 0 }, version: 0, openElsewhere: nothingOpen, stamp: (await store.activeSettings(userId)).stamp }]);
        const stored = await scene.opened();
        const { groupId, story } = stored;
        const seenBy = async (event: PoolEvent): Promise<{ named: string[]; count: number }> => {
          let answer = { named: [] as string[], count: 0 };
          await store.transact({ ...scene.ofPool(null), event }, (locked) => {
            if (locked.kind === 'pool') answer = { named: locked.pool.open.map((open) => open.groupId), count: locked.pool.open.length + locked.openElsewhere.groups };
            return null;
          });
          return answer;
        };
        const { symbol } = story.state;
        expect(await seenBy({ type: 'signal', signal: signal({ userId, symbol }) }), 'an event of its symbol names it').to.deep.equal({ named: [groupId], count: 1 });
        expect((await seenBy({ type: 'timer' })).count, 'every event counts it').to.equal(1);
        story.close().confirmCancels();
        for (const order of story.working('entry')) story.hear({ type: 'order-withdrawn', clientOrderId: order.clientOrderId });
        await scene.saveAgain(stored, 2);
        expect([story.state.status, (await seenBy({ type: 'timer' })).count]).to.deep.equal(['closed', 0]);
      });

      it('pyramids and open legs are counted where they take slots, those on their way to a group as well', async () => {
        const { groupId, story } = await scene.opened();
        const counted = async (countsParts: boolean, symbol = 'ETH/USDT:USDT'): Promise<Occupancy> => {
          let answer = nothingOpen;
          await store.transact({ ...scene.ofPool(null), event: { type: 'signal', signal: signal({ userId, symbol }) }, countsParts }, (locked) => {
            if (locked.kind === 'pool') answer = occupancyOf(locked.pool.open, locked.openElsewhere);
            return null;
          });
          return answer;
        };
        const legsOpen = story.state.pyramids[0]?.legs.length ?? 0;
        expect(await counted(true)).to.deep.equal({ groups: 1, continuations: 0, legsOpen });
        expect(await counted(true, story.state.symbol), 'the same group, named').to.deep.equal({ groups: 1, continuations: 0, legsOpen });
        const start = { signalId: '2', entryPrice: story.state.priceBaseEntry, capital: story.state.pyramids[0]!.capital, slippageMaxPercent: null };
        await store.enqueue(row(`pyramid ${groupId}`, { aggregate: 'group', aggregateId: groupId, event: { type: 'add-pyramid', signal: signal({ signalId: '2', userId }), start } }));
        expect(await counted(true)).to.deep.equal({ groups: 1, continuations: 1, legsOpen });
        expect(await counted(true, story.state.symbol)).to.deep.equal({ groups: 1, continuations: 1, legsOpen });
        story.pyramid('101');
        await store.transact(scene.ofGroup(groupId, `pyramid ${groupId}`), () => writing({ groups: [saving(story.state, 2, { orders: [] })] }));
        expect(await counted(true), 'heard: it counts once').to.deep.equal({ groups: 1, continuations: 1, legsOpen: 2 * legsOpen });
        expect((await counted(false)).groups, 'the number of groups is always there').to.equal(1);
      });

      it('a second open group of the same identity is refused, one after the first has closed is not', async () => {
        await scene.opened();
        expect(await scene.opened().then(() => 'opened', () => 'refused')).to.equal('refused');
      });

      it('a group nobody knows is an error', async () => {
        const answer = await store.transact(scene.ofGroup('999999'), () => writing({})).then(() => 'heard', () => 'refused');
        expect(answer).to.equal('refused');
      });

      it('state comes back as it was saved', async () => {
        const stored = await scene.opened();
        const { groupId, story } = stored;
        expect(await store.group(groupId)).to.deep.equal({ group: story.state, version: 1 });
        expect(await store.group('999999')).to.equal(null);
      });

      it('a journal comes back in the order of its versions', async () => {
        const stored = await scene.opened();
        const { groupId, story } = stored;
        for (const version of [2, 3, 4]) {
          const journal = [{ aggregate: 'group' as const, aggregateId: groupId, version, at: 1_000 + version, event: { type: 'timer', version }, facts: { now: version }, commands: [] }];
          await store.transact(scene.ofGroup(groupId), () => writing({ groups: [saving(story.state, version)], journal }));
        }
        const rows = await store.journalOf('group', groupId);
        expect(rows.map(({ version, at, event }) => [version, at, event])).to.deep.equal([2, 3, 4].map((version) => [version, 1_000 + version, { type: 'timer', version }]));
      });

      it('what became of a signal is written with the decision', async () => {
        const signalId = await rig.addSignal(userId, accountId);
        await store.transact(scene.ofPool(null), () => writing({ signals: [{ type: 'settle-signal', signalId, status: 'waiting', outcome: 'queued', reason: 'pool_full', detail: null, groupId: null }] }));
        expect(await rig.signal(signalId)).to.deep.include({ status: 'waiting', outcome: 'queued', reason: 'pool_full' });
        const { groupId } = await scene.opened();
        await store.transact(scene.ofGroup(groupId), () => writing({ signals: [{ type: 'settle-signal', signalId, status: 'accepted', outcome: 'opened', reason: null, detail: null, groupId }] }));
        expect(await rig.signal(signalId)).to.deep.include({ status: 'accepted', outcome: 'opened', reason: null, groupId });
      });
    });

    describe('orders and fills', () => {
      it('an order that is sending never goes back to ready because its group is saved again', async () => {
        const stored = await scene.opened();
        const { story, outbox } = stored;
        expect((await store.claimOutbox(outbox[0] ?? '', longMs)).kind).to.equal('send');
        await scene.saveAgain(stored, 2);
        expect(await scene.statusOf(story.order('entry', 0, 0))).to.equal('sending');
      });

      it('what the venue said is written over sending, and its own id stays', async () => {
        const stored = await scene.opened();
        const { story, outbox } = stored;
        await store.claimOutbox(outbox[0] ?? '', longMs);
        story.report(story.order('entry', 0, 0), 'open');
        await scene.saveAgain(stored, 2);
        const found = await store.orderRow(story.order('entry', 0, 0).clientOrderId);
        expect([found?.order.status, found?.order.venueOrderId, found?.sendingAt === null, found?.acceptedAt === null]).to.deep.equal(['open', `v${story.order('entry', 0, 0).clientOrderId}`, false, false]);
        expect((await store.ordersByVenueId(accountId, found?.symbol ?? '', [found?.order.venueOrderId ?? ''])).map((each) => each.order.clientOrderId)).to.deep.equal([story.order('entry', 0, 0).clientOrderId]);
      });

      it('a row tells the order as the engine has it', async () => {
        const stored = await scene.opened();
        const { groupId, story } = stored;
        const { tradeIds: _, ...order } = story.order('entry', 0, 1);
        const found = await store.orderRow(order.clientOrderId);
        expect(found?.order).to.deep.equal(order);
        expect([found?.groupId, found?.accountId, found?.venue, found?.sendingAt, found?.acceptedAt, found?.absentChecks]).to.deep.equal([groupId, accountId, 'binance', null, null, 0]);
        expect(await store.orderRow('nobody')).to.equal(null);
      });

      it('a trade is written once; the same trade a second time is refused with all that came with it', async () => {
        const stored = await scene.opened();
        const { groupId, story } = stored;
        const fill = tradeOf(story.order('entry', 0, 0), 't1');
        await scene.saveAgain(stored, 2, [fill]);
        expect(await scene.saveAgain(stored, 3, [fill]).then(() => 'saved', () => 'refused')).to.equal('refused');
        expect([await rig.fillCount(groupId), (await store.group(groupId))?.version]).to.deep.equal([1, 2]);
        const { symbol } = story.state;
        expect([...(await store.knownTrades(accountId, symbol, 1_700_000_000_000))]).to.deep.equal(['t1']);
        expect([...(await store.knownTrades(accountId, symbol, 1_700_000_000_001))]).to.deep.equal([]);
      });

      it('two of our orders may be the two sides of one trade', async () => {
        const stored = await scene.opened();
        const { groupId, story } = stored;
        await scene.saveAgain(stored, 2, [tradeOf(story.order('entry', 0, 0), 't1'), tradeOf(story.order('entry', 0, 1), 't1')]);
        expect(await rig.fillCount(groupId)).to.equal(2);
      });

      it('working orders are those at the venue, and those with trades we have not seen', async () => {
        const stored = await scene.opened();
        const { story } = stored;
        expect(await store.openOrderRows(accountId)).to.deep.equal([]);
        story.report(story.order('entry', 0, 0), 'open').report(story.order('entry', 0, 1), 'cancelled');
        story.report(story.order('entry', 0, 2), 'cancelled', '0.5');
        story.hear({ type: 'order-unknown', clientOrderId: story.order('entry', 0, 3).clientOrderId, message: '' });
        await scene.saveAgain(stored, 2);
        const legs = (await store.openOrderRows(accountId)).map(({ order }) => order.leg).sort();
        expect(legs).to.deep.equal([0, 2, 3]);
      });

      it('counts the lookups that found nothing', async () => {
        const { story } = await scene.opened();
        const { clientOrderId } = story.order('entry', 0, 0);
        const counts: number[] = [];
        for (const at of [10_000, 12_000, 12_500, 13_000, 15_001]) counts.push(await store.noteAbsent(clientOrderId, at, 2_500));
        expect(counts.slice(0, 3), 'none that comes close behind another').to.deep.equal([1, 1, 2]);
        expect(counts.slice(3)).to.deep.equal([2, 3]);
        expect((await store.orderRow(clientOrderId))?.absentChecks).to.equal(3);
      });

      it('a watermark only rises', async () => {
        expect(await store.watermark(accountId, 'BTC/USDT')).to.equal(null);
        for (const at of [1_700_000_000_000, 1_700_000_005_000, 1_700_000_003_000]) await store.setWatermark(accountId, 'BTC/USDT', at);
        expect(await store.watermark(accountId, 'BTC/USDT')).to.equal(1_700_000_005_000);
      });
    });

    describe('the inbox', () => {
      it('an event is stored once per key', async () => {
        const [first, second] = await Promise.all([store.enqueue(row(`enqueue ${userId}`)), store.enqueue(row(`enqueue ${userId}`))]);
        expect([first, second].filter((id) => id !== null)).to.have.length(1);
      });

      it('is read while it waits, and not once it was heard', async () => {
        const id = (await store.enqueue(row(`read ${userId}`))) ?? '';
        expect(await store.inboxRow(id)).to.deep.equal({ id, key: `read ${userId}`, aggregate: 'pool', aggregateId: userId, event: { type: 'timer' }, attempts: 0 });
        await store.transact(scene.ofPool(`read ${userId}`), () => writing({}));
        expect([await store.inboxRow(id), await store.enqueue(row(`read ${userId}`))]).to.deep.equal([null, null]);
      });

      it('a key that was claimed without a row cannot be stored afterwards', async () => {
        await store.transact(scene.ofPool(`claimed ${userId}`), () => writing({}));
        expect(await store.enqueue(row(`claimed ${userId}`))).to.equal(null);
      });

      it('what a decision tells others is stored with it, once per key', async () => {
        const key = `told ${userId}`;
        const first = await store.transact(scene.ofPool(null), () => writing({ inbox: [row(key)] }));
        const second = await store.transact(scene.ofPool(null), () => writing({ inbox: [row(key)] }));
        expect([first?.inbox.length, second?.inbox]).to.deep.equal([1, []]);
        expect((await store.inboxRow(first?.inbox[0]?.id ?? ''))?.key).to.equal(key);
      });

      it('is not read before its time, and is due afterwards, oldest first', async () => {
        const later = (await store.enqueue(row(`later ${userId}`, { dueAt: Date.now() + longMs }))) ?? '';
        const older = (await store.enqueue(row(`older ${userId}`, { dueAt: Date.now() - 5_000 }))) ?? '';
        const newer = (await store.enqueue(row(`newer ${userId}`, { dueAt: Date.now() - 4_000 }))) ?? '';
        expect(await store.inboxRow(later)).to.equal(null);
        const due = (await store.dueInbox(1_000)).map(({ id }) => id).filter((id) => [later, older, newer].includes(id));
        expect(due).to.deep.equal([older, newer]);
      });

      it('a failure is counted and tried again later; hearing it ends that', async () => {
        const id = (await store.enqueue(row(`fails ${userId}`))) ?? '';
        await store.inboxFailed(id, 'no rules yet', Date.now() - 1);
        expect((await store.inboxRow(id))?.attempts).to.equal(1);
        await store.inboxFailed(id, 'no rules yet', Date.now() + longMs);
        expect(await store.inboxRow(id)).to.equal(null);
        expect(await store.transact(scene.ofPool(`fails ${userId}`), () => writing({}))).to.not.equal(null);
        await store.inboxFailed(id, 'too late', Date.now() - 1);
        expect(await store.inboxRow(id)).to.equal(null);
      });

      it('finished rows go after their days, waiting ones stay', async () => {
        await store.transact(scene.ofPool(`old ${userId}`), () => writing({}));
        const waits = (await store.enqueue(row(`waits ${userId}`))) ?? '';
        const before = await rig.rowCount();
        await store.prune(30);
        expect(await rig.rowCount()).to.equal(before);
        await rig.age(31);
        await store.prune(30);
        expect(await rig.rowCount()).to.be.lessThan(before);
        expect((await store.inboxRow(waits))?.key).to.equal(`waits ${userId}`);
      });
    });

    describe('what a deployment knows of itself', () => {
      it('a lease is held by one, kept by the same, and goes over when it ends', async () => {
        const name = `lease ${userId}`;
        expect([await store.lease(name, 'a', longMs), await store.lease(name, 'b', longMs), await store.lease(name, 'a', 1)]).to.deep.equal([true, false, true]);
        await waitFor('the lease to end', () => store.lease(name, 'b', longMs));
        expect(await store.lease(name, 'a', longMs)).to.equal(false);
      });

      it('its prefix is made once and begins a client order id', async () => {
        const prefixes = await Promise.all([store.deploymentPrefix(), store.deploymentPrefix(), store.deploymentPrefix()]);
        expect(new Set(prefixes).size).to.equal(1);
        expect(prefixes[0]).to.match(/^[a-su-z][a-z0-9]{4}$/);
      });

      it('group ids are given once', async () => {
        const ids = (await Promise.all([store.nextGroupIds(3), store.nextGroupIds(3)])).flat();
        expect(new Set(ids).size).to.equal(6);
      });

      it('accounts with working orders are due to be asked, each once per pause', async () => {
        const stored = await scene.opened();
        const { story } = stored;
        const due = async (): Promise<string[]> => (await store.duePolls(longMs)).map((each) => each.accountId).filter((id) => id === accountId);
        expect(await due()).to.deep.equal([]);
        story.report(story.order('entry', 0, 0), 'open');
        await scene.saveAgain(stored, 2);
        expect([await due(), await due()]).to.deep.equal([[accountId], []]);
        expect((await store.activeAccounts()).find((each) => each.accountId === accountId)).to.deep.equal({ accountId, venue: 'binance', market: 'usdm', mode: 'paper' });
        expect(await store.account(accountId)).to.deep.include({ accountId, userId, venue: 'binance', market: 'usdm', mode: 'paper', enabled: true, liveEnabled: false });
        expect(await store.account('999999')).to.equal(null);
      });

      it('an account whose last order has ended with trades not yet seen is due to be asked', async () => {
        const stored = await scene.opened();
        const { story } = stored;
        const [order] = story.state.orders;
        story.report(order!, 'filled', order!.quantity);
        for (const other of story.state.orders.slice(1)) story.report(other, 'cancelled');
        expect(story.state.orders.map(({ status }) => status)).to.include('filled').and.not.include('open');
        await scene.saveAgain(stored, 2);
        expect((await store.duePolls(longMs)).map((each) => each.accountId)).to.include(accountId);
      });

      it('rules are kept; what the venue no longer lists is inactive', async () => {
        const one = instrument({ symbol: `ONE${userId}/USDT:USDT` });
        const two = instrument({ symbol: `TWO${userId}/USDT:USDT` });
        const venue = `venue${userId}`;
        await store.saveInstruments(venue, 'usdm', [one, two], 1_700_000_000_000);
        await store.saveInstruments(venue, 'usdm', [one], 1_700_000_001_000);
        const kept = await store.instruments(venue, 'usdm');
        expect(kept.fetchedAt).to.equal(1_700_000_001_000);
        expect(kept.instruments.map(({ symbol, active, delisted = false }) => [symbol, active, delisted]).sort()).to.deep.equal([[one.symbol, true, false], [two.symbol, false, true]].sort());
        expect(await store.instruments(venue, 'spot')).to.deep.equal({ instruments: [], fetchedAt: null });
      });

      it('pools are listed once they are saved', async () => {
        expect(await store.pools()).to.not.include(userId);
        await store.transact(scene.ofPool(null), () => writing({ pool: { pool: { userId, open: [], waiting: [], queuedSoFar: 0 }, version: 1 } }));
        expect(await store.pools()).to.include(userId);
        expect(await store.activeSettings(userId)).to.deep.include({ version: null, document: null, halted: false, accountsOff: {} });
      });

      it('what a pool decides by has one stamp, under the lock and beside it, which moves when a halt or an account does', async () => {
        const stamps: string[] = [];
        const look = async (): Promise<void> => {
          const { stamp } = await store.activeSettings(userId);
          stamps.push(stamp);
          await store.transact(scene.ofPool(null), (locked) => {
            expect(locked).to.include({ stamp });
            return null;
          });
        };
        await look();
        await store.transact(scene.ofPool(null), () => writing({}));
        await look();
        await rig.halt('global', '');
        await look();
        await rig.lift();
        await rig.switchOff(accountId);
        await look();
        expect([stamps[0] === stamps[1], new Set(stamps).size]).to.deep.equal([true, 3]);
      });

      it('an account that is switched off is named with the settings, with the reason', async () => {
        await rig.switchOff(accountId);
        expect((await store.activeSettings(userId)).accountsOff).to.deep.equal({ [accountId]: { why: 'is switched off', forGood: false } });
      });
    });
  });
}
