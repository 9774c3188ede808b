import { expect } from 'chai';
import { compare, sum } from '#shared/engine/num/units';
import { purposeOf } from '#shared/engine/ids';
import { isSettled } from '#shared/engine/order/apply-fill';
import { groupQuantity, pnlRealised } from '#shared/engine/position/exposure';
import { decideGroup, type GroupFacts } from '#shared/engine/position/position-group.decide';
import type { GroupEvent } from '#shared/engine/messages/events';
import type { PositionGroup } from '#shared/engine/position/position-group';
import { carryOutClaim } from '#shared/shell/carry-out';
import { crashMoments, type CrashPoint } from '#shared/shell/crash-points';
import { hear } from '#shared/shell/shell';
import { pollAccount, takeStreamEvent } from '#shared/shell/take-reports';
import { ShellStory } from '../support/shell-story.ts';
import type { StoreRig } from '../support/store-rig.ts';
import { copiedAlertContract } from './copied-alert.contract.ts';
import { unknownContract } from './unknown.contract.ts';

/** What the life told below comes to: all of its calls, once with orders sent by knocks, once with orders sent at once. What it does not come to is simulated. */
const pointsOfLife = [
  ...(['decide:event', 'decide:prepare', 'decide:save'] as const),
  ...(['submit:claim', 'submit:exchange', 'submit:venue', 'submit:trades', 'submit:ask-later', 'resolve:exchange', 'resolve:query', 'cancel:exchange', 'cancel:venue'] as const),
  ...(['fill:orders', 'fill:exchange', 'fill:open-orders', 'fill:query', 'fill:older-trades', 'fill:known-older-trades'] as const),
] satisfies CrashPoint[];
/** Those that a life passes many times: they are worth more than one death. */
const often: ReadonlySet<CrashPoint> = new Set(['decide:prepare', 'decide:save', 'submit:claim', 'submit:venue', 'fill:open-orders']);
const deaths = pointsOfLife.flatMap((point) => crashMoments.flatMap((moment) => (often.has(point) ? [1, 2, 5] : [1]).flatMap((hit) => (['by knocks', 'at once'] as const).map((sender) => [point, moment, hit, sender] as const))));

/** What the shell must do between a store and a venue, whichever store it is. */
export function shellContract(kind: string, createRig: () => Promise<StoreRig>): void {
  describe(`shell over the store ${kind}`, function () {
    this.timeout(60_000);
    let rig: StoreRig;
    let story: ShellStory;
    before(async () => {
      rig = await createRig();
    });
    after(() => rig.close());
    beforeEach(async () => {
      story = await ShellStory.on(rig);
    });

    /** The venue's books and ours say the same, and every order was sent once. */
    async function agree(): Promise<void> {
      const { exchange } = story;
      for (const group of await story.groups()) {
        for (const order of group.orders) {
          const there = exchange.orders.get(order.clientOrderId);
          if (there === undefined) continue;
          expect(compare(order.quantityFilled, sum(there.trades.map(({ quantity }) => quantity))), `${order.clientOrderId} at the venue`).to.equal(0);
        }
        const inFlight = group.orders.filter((order) => !isSettled(order)).map((order) => order.clientOrderId);
        const open = (await exchange.openOrders()).map(({ clientOrderId }) => clientOrderId);
        expect(open.sort(), 'orders open at the venue').to.deep.equal(inFlight.sort());
      }
      const fills = await Promise.all(story.groupIds.map((id) => rig.fillCount(id)));
      expect(sum(fills.map(String)).toNumber(), 'trades counted').to.equal(exchange.tradeCount());
      expect(sum((await story.groups()).map(groupQuantity)).toFixed(), 'quantity held').to.equal(exchange.position());
    }

    const accepted = async (): Promise<void> => {
      await story.alert();
      await story.round();
    };

    it('an alert becomes a group, its orders go out once each and are accepted', async () => {
      const signalId = await story.alert();
      await story.round();
      const group = await story.group();
      expect(group.orders.map(({ status }) => status)).to.deep.equal(['open', 'open']);
      expect([story.exchange.submits.length, story.exchange.orders.size]).to.deep.equal([2, 2]);
      expect(await rig.signal(signalId)).to.deep.include({ status: 'accepted', outcome: 'opened', groupId: group.id });
      await story.rest();
      expect(story.exchange.submits).to.have.length(2);
      await agree();
    });

    copiedAlertContract(() => ({ rig, story }));

    it('a crowd of processes at the same row sends one order', async () => {
      await story.alert();
      await story.live(async () => story.round({ poll: false }));
      const second = await ShellStory.on(rig);
      await second.alert();
      second.exchange.submitScript.push('not-sent', 'not-sent', 'not-sent', 'not-sent', 'not-sent', 'not-sent', 'not-sent', 'not-sent');
      await second.round({ poll: false });
      await second.group();
      second.exchange.submitScript.length = 0;
      const tried = second.exchange.submits.length;
      await second.crowd(8);
      expect([second.exchange.submits.length - tried, second.exchange.orders.size]).to.deep.equal([2, 2]);
    });

    it('refused: the leg is blocked with the reason, the row is done', async () => {
      story.exchange.submitScript.push('refuse');
      await accepted();
      const group = await story.group();
      expect(group.pyramids[0]?.legs.map(({ blocked }) => blocked)).to.deep.equal(['refused by the venue, -2019: Margin is insufficient', null]);
      await story.rest();
      expect(story.exchange.submits).to.have.length(2);
    });

    for (const passing of ['not-sent', 'rate'] as const) {
      it(`${passing}: the same order goes out later under the same id`, async () => {
        story.exchange.submitScript.push(passing);
        await accepted();
        await story.rest();
        const [first] = story.exchange.submits;
        expect(story.exchange.submits.filter((id) => id === first)).to.have.length(2);
        expect([story.exchange.orders.size, (await story.order('entry', 0)).status, (await story.order('entry', 0)).generation]).to.deep.equal([2, 'open', 0]);
        await agree();
      });
    }

    it('a process that finds an order being sent leaves it to the other for a while, then asks', async () => {
      story.dieAtPoint('submit:venue', 'after');
      await accepted();
      await story.round({ poll: false });
      const { clientOrderId } = await story.order('entry', 0);
      expect([story.exchange.queries, (await rig.store.orderRow(clientOrderId))?.order.status]).to.deep.equal([0, 'sending']);
      story.ahead += 16_000;
      await story.round({ poll: false });
      expect([(await story.order('entry', 0)).status, story.exchange.submits.length]).to.deep.equal(['open', 2]);
      await agree();
    });

    it('the account is switched off: entries are refused, nothing reaches the venue', async () => {
      story.accountClosed = true;
      await story.alert();
      await story.round({ poll: false });
      expect(story.exchange.submits).to.deep.equal([]);
      await story.alert({ kind: 'exit' });
      await story.round({ poll: false });
    });

    for (const lost of ['lost-answer', 'exists'] as const) {
      it(`unknown (${lost}), then found: it works on, and nothing is sent again`, async () => {
        story.exchange.submitScript.push(lost);
        await story.alert();
        await story.round({ poll: false });
        await story.rest();
        expect([(await story.order('entry', 0)).status, (await story.order('entry', 0)).generation, story.exchange.submits.length]).to.deep.equal(['open', 0, 2]);
        await agree();
      });
    }

    it('unknown already when the venue says that its id is taken: that it is there is recorded all the same', async () => {
      const submit = story.exchange.submit.bind(story.exchange);
      story.exchange.submit = async (request) => {
        const { id: groupId } = await story.group();
        await hear(story.ports, { aggregate: 'group', aggregateId: groupId, key: `order:${request.clientOrderId}:unknown`, event: { type: 'order-unknown', clientOrderId: request.clientOrderId, message: 'another process has lost sight of it' } });
        story.exchange.submitScript.push('exists');
        return await submit(request);
      };
      await story.alert();
      await story.round({ poll: false, send: false });
      await story.round({ poll: false });
      expect((await story.order('entry', 0)).existed).to.equal(true);
    });

    it('unknown, found filled: booked with its trades', async () => {
      story.exchange.submitScript.push('lost-answer');
      await story.alert();
      await story.round({ poll: false });
      const entry = await story.order('entry', 0);
      story.exchange.fill(entry.clientOrderId, entry.quantity, '99.9');
      await story.rest();
      expect(groupQuantity(await story.group())).to.equal(entry.quantity);
      await agree();
    });

    it('an order of unknown outcome blocks its symbol: no other entry of it goes out until the venue has spoken, exits do', async () => {
      story.exchange.submitScript.push('accept', 'lost');
      await story.alert();
      await story.round({ poll: false });
      const [first, second] = (await story.group()).orders;
      expect([first?.status, second?.status]).to.deep.equal(['open', 'unknown']);
      story.exchange.fill(first!.clientOrderId, first!.quantity, '99.9');
      await story.alert({ tradeId: 't2', timeframe: '240' });
      await story.round();
      await story.round();
      const sent = story.exchange.submits.slice(2);
      const ofRole = (role: string): string[] => sent.filter((id) => purposeOf(id.slice(0, 5), id)?.role === role);
      expect([ofRole('entry').length, ofRole('take-profit').length]).to.deep.equal([0, 1]);
      story.ahead += story.exchange.lateArrivalMs + 1_000;
      await story.rest();
      expect((await story.groups()).flatMap(({ orders }) => orders.filter(({ role, status }) => role === 'entry' && status === 'ready'))).to.deep.equal([]);
      expect(story.exchange.position()).to.equal(sum((await story.groups()).map(groupQuantity)).toFixed());
    });

    unknownContract({ rig: () => rig, story: () => story, accepted, agree });

    describe('cancels', () => {
      for (const [script, title] of [
        ['lost-answer', 'whose answer is lost'],
        ['refuse', 'that is refused at first'],
      ] as const) {
        it(`one ${title} ends the order all the same`, async () => {
          await accepted();
          await story.group();
          story.exchange.cancelScript.push(script);
          await story.alert({ kind: 'exit' });
          await story.rest();
          expect((await story.groups()).map(({ status }) => status)).to.deep.equal(['closed']);
          await agree();
        });
      }

      it('one that lost its race against a fill: what was bought is sold', async () => {
        await accepted();
        await story.group();
        story.exchange.cancelScript.push('filled-first');
        await story.alert({ kind: 'exit' });
        await story.rest();
        expect([(await story.groups())[0]?.status, story.exchange.position()]).to.deep.equal(['closed', '0']);
        await agree();
      });

      it('one of an order that was never sent needs no venue', async () => {
        story.exchange.submitScript.push('not-sent', 'not-sent', 'not-sent', 'not-sent', 'not-sent', 'not-sent', 'not-sent', 'not-sent');
        await story.alert();
        await story.round({ poll: false });
        await story.group();
        const tried = story.exchange.submits.length;
        await story.alert({ kind: 'exit' });
        story.exchange.submitScript.length = 0;
        await rig.halt('account', story.accountId);
        await story.rest();
        await rig.lift();
        expect([(await story.groups())[0]?.status, story.exchange.orders.size, story.exchange.submits.length]).to.deep.equal(['closed', 0, tried]);
      });

      it('one of an order that was never sent waits its turn: polls do not ask the venue for the order', async () => {
        story.exchange.submitScript.push(...Array.from({ length: 8 }, () => 'not-sent' as const));
        await story.alert();
        await story.round({ poll: false });
        const group = await story.group();
        await hear(story.ports, { aggregate: 'group', aggregateId: group.id, key: null, event: { type: 'close-requested', reason: 'manual', signalId: null, slippageMaxPercent: null } });
        expect((await story.groups()).flatMap(({ orders }) => orders.map(({ status }) => status))).to.include('cancelling');
        await pollAccount(story.ports, story.accountId);
        expect(story.exchange.queries).to.equal(0);
      });

      it('one of an order whose outcome is unknown waits for the outcome', async () => {
        story.exchange.submitScript.push('lost-answer');
        await story.alert();
        await story.round({ poll: false });
        await story.group();
        await story.alert({ kind: 'exit' });
        await story.rest();
        expect([(await story.groups())[0]?.status, (await story.exchange.openOrders()).length]).to.deep.equal(['closed', 0]);
        await agree();
      });
    });

    it('a poll reads trades only where a report tells of more than we know: one order by its id, several by their symbol', async () => {
      await accepted();
      const reads = async (): Promise<number> => {
        const before = story.exchange.tradeReads;
        await pollAccount(story.ports, story.accountId);
        return story.exchange.tradeReads - before;
      };
      expect([await reads(), story.exchange.queries], 'nothing has traded').to.deep.equal([0, 0]);
      const first = await story.order('entry', 0);
      story.exchange.fill(first.clientOrderId, first.quantity, '99.5');
      expect([await reads(), story.exchange.queries], 'one has').to.deep.equal([1, 1]);
      await story.rest();
      for (const order of [await story.order('entry', 1), await story.order('take-profit', 0)]) story.exchange.fill(order.clientOrderId, order.quantity, order.price ?? '99');
      expect(await reads(), 'two have').to.equal(1);
      expect(await reads(), 'all is known').to.equal(0);
      await story.rest();
      await agree();
    });

    it('a trade from before the watermark, which trades of other orders have moved on, is counted with its order', async () => {
      await accepted();
      const order = await story.order('entry', 0);
      story.exchange.fill(order.clientOrderId, order.quantity, '99.5');
      await story.ports.store.setWatermark(story.accountId, (await story.group()).symbol, Date.now() + 600_000);
      await story.round();
      expect((await story.order('entry', 0)).quantityFilled).to.equal(order.quantity);
      await story.rest();
      await agree();
    });

    it('a stream and the poll tell the same trade: it is counted once', async () => {
      await accepted();
      const entry = await story.order('entry', 0);
      story.exchange.fill(entry.clientOrderId, entry.quantity, '99.9');
      const [fill] = await story.exchange.tradesSince('BTC/USDT:USDT', 0);
      await Promise.all([
        takeStreamEvent(story.ports, story.accountId, { kind: 'fill', fill: fill! }),
        takeStreamEvent(story.ports, story.accountId, { kind: 'fill', fill: fill! }),
        story.round(),
      ]);
      await story.rest();
      expect([await rig.fillCount((await story.group()).id), groupQuantity(await story.group())]).to.deep.equal([1, entry.quantity]);
      await agree();
    });

    it('a process that was paused between the recording and the socket sends nothing; the order goes out once, later', async () => {
      const late: Promise<void>[] = [];
      story.ports.dispatch = { room: () => true, take: () => false, carry: (claim) => void late.push(carryOutClaim(story.ports, claim, performance.now() - 2_001)) };
      await story.alert();
      await story.round({ poll: false, send: false });
      await Promise.all(late);
      expect([late.length, story.exchange.submits.length]).to.deep.equal([2, 0]);
      delete story.ports.dispatch;
      await story.rest();
      expect(story.exchange.submits).to.have.length(2);
      await agree();
    });

    describe('a death at', () => {
      /** From the alert to the closed group, with an answer lost on the way. */
      async function life(): Promise<void> {
        story.exchange.submitScript.push('lost-answer');
        await story.alert();
        await story.round();
        await story.rest();
        const entry = await story.order('entry', 0);
        story.exchange.fill(entry.clientOrderId, '1', '99.9');
        await story.round();
        story.exchange.fill(entry.clientOrderId, '4', '99.8');
        await story.rest();
        await story.group();
        await story.alert({ kind: 'exit' });
        await story.rest();
      }

      for (const [point, moment, hit, sender] of deaths) {
        it(`${moment} ${point}, time ${hit}, orders sent ${sender}: run again, every order is at the venue once and the books agree`, async function () {
          if (sender === 'at once') story.sendsAtOnce();
          story.dieAtPoint(point, moment, hit);
          await life();
          if (hit === 1) expect(story.spared, 'nobody came to this point').to.equal(false);
          const [group] = await story.groups();
          expect([group?.status, group?.closeReason, story.exchange.position()]).to.deep.equal(['closed', 'exit_signal', '0']);
          expect(pnlRealised(group!)).to.equal('0.9');
          expect(new Set(story.exchange.submits).size, 'an order was sent twice').to.equal(story.exchange.submits.length);
          const atVenue = group!.orders.filter((order) => story.exchange.orders.has(order.clientOrderId));
          expect(atVenue.filter((order) => order.role === 'entry').map((order) => order.leg).sort(), 'entries at the venue').to.deep.equal([0, 1]);
          expect(atVenue.filter((order) => order.role === 'close'), 'closes at the venue').to.have.length(1);
          await agree();
          await replays(group!);
        });
      }

      /** Invariant 7 on what was really stored. */
      async function replays(group: PositionGroup): Promise<void> {
        let state: PositionGroup | null = null;
        for (const { event, facts } of await rig.store.journalOf('group', group.id)) state = decideGroup(state, event as GroupEvent, facts as GroupFacts).state;
        expect(state, 'invariant 7: the journal gives the stored state').to.deep.equal(group);
      }
    });
  });
}
