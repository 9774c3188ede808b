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
import { saving, writing, type StoreRig } from '../support/store-rig.ts';

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

    describe('unknown, then absent', () => {
      const lose = async (script: 'lost' | 'late'): Promise<void> => {
        story.exchange.submitScript.push(script);
        await story.alert();
        await story.round({ poll: false });
        expect((await story.order('entry', 0)).status).to.equal('unknown');
      };

      it('is not believed while a late arrival is possible, however often nothing is found', async () => {
        await lose('lost');
        for (let lookup = 0; lookup < 5; lookup += 1) await story.round({ poll: false });
        expect([(await story.order('entry', 0)).status, story.exchange.queries >= 5]).to.deep.equal(['unknown', true]);
      });

      it('is believed after the last possible arrival, at the second lookup; then the next generation goes out', async () => {
        await lose('lost');
        story.ahead += story.exchange.lateArrivalMs + 1_000;
        const { clientOrderId } = await story.order('entry', 0);
        const looks = async (): Promise<number> => (await rig.store.orderRow(clientOrderId))?.absentChecks ?? 0;
        expect(await looks()).to.equal(0);
        for (let knocks = 0; knocks < 3; knocks += 1) await story.round({ poll: false });
        expect(await looks(), 'knocks that come close together').to.equal(1);
        story.ahead += 3_000;
        await story.round({ poll: false });
        expect(await looks()).to.equal(2);
        const next = await story.order('entry', 0);
        expect([next.generation, next.status, (await story.group()).orders[0]?.status]).to.deep.equal([1, 'open', 'abandoned']);
        expect(story.exchange.orders.size).to.equal(2);
        await agree();
      });

      it('a trade of its side that no order of ours explains may be all that is seen of it: for 20 s more it is not absent', async () => {
        await lose('lost');
        story.exchange.trade('buy', '1', '100');
        story.ahead += story.exchange.lateArrivalMs + 1_000;
        for (const pass of [1, 2, 3]) {
          await story.round({ poll: false });
          expect((await story.order('entry', 0)).status, `look ${pass}`).to.equal('unknown');
          story.ahead += 3_000;
        }
        story.ahead += 20_000;
        for (let pass = 0; pass < 2; pass += 1) {
          await story.round({ poll: false });
          story.ahead += 3_000;
        }
        expect([(await story.order('entry', 0)).generation, (await story.order('entry', 0)).status]).to.deep.equal([1, 'open']);
      });

      it('a trade that is counted is explained, also of an order whose venue id nobody has told', async () => {
        await accepted();
        for (const leg of [0, 1]) {
          const entry = await story.order('entry', leg);
          story.exchange.fill(entry.clientOrderId, entry.quantity, '100');
        }
        story.exchange.submitScript.push('late', 'lost');
        await story.round({ send: false });
        await story.round({ poll: false });
        story.exchange.arrive();
        const targets = [await story.order('take-profit', 0), await story.order('take-profit', 1)];
        const hit = targets.find(({ clientOrderId }) => story.exchange.orders.has(clientOrderId))!;
        story.exchange.fill(hit.clientOrderId, hit.quantity, '101');
        const fill = (await story.exchange.tradesSince('BTC/USDT:USDT', 0)).find(({ clientOrderId }) => clientOrderId === hit.clientOrderId)!;
        await takeStreamEvent(story.ports, story.accountId, { kind: 'fill', fill });
        expect([targets.map(({ status }) => status), (await story.order('take-profit', hit.leg)).venueOrderId]).to.deep.equal([['unknown', 'unknown'], null]);
        story.ahead += story.exchange.lateArrivalMs + 1_000;
        for (let pass = 0; pass < 2; pass += 1) {
          await story.round({ poll: false });
          story.ahead += 3_000;
        }
        expect((await story.order('take-profit', 1 - (hit.leg ?? 0))).generation).to.equal(1);
      });

      it('an order with a counted fill is not believed to be absent before its queries may have lagged by 30 s more', async () => {
        await lose('late');
        story.exchange.arrive();
        const { clientOrderId } = await story.order('entry', 0);
        const kept = (await rig.store.group((await story.group()).id))!;
        const orders = kept.group.orders.map((order) => (order.clientOrderId === clientOrderId ? { ...order, status: 'cancelling' as const } : order));
        await rig.store.transact({ aggregate: 'group', aggregateId: kept.group.id, key: null, event: { type: 'timer' } }, () => writing({ groups: [saving({ ...kept.group, orders }, kept.version + 1, { orders })] }));
        story.exchange.fill(clientOrderId, '1', '100');
        const [fill] = await story.exchange.tradesSince('BTC/USDT:USDT', 0);
        await takeStreamEvent(story.ports, story.accountId, { kind: 'fill', fill: fill! });
        const { openOrders, tradesSince } = story.exchange;
        Object.assign(story.exchange, {
          query: async () => ({ kind: 'not-found', message: 'order does not exist' }),
          openOrders: async (...given: Parameters<typeof openOrders>) => (await openOrders.apply(story.exchange, given)).filter((order) => order.clientOrderId !== clientOrderId),
          tradesSince: async (...given: Parameters<typeof tradesSince>) => (await tradesSince.apply(story.exchange, given)).map((trade) => ({ ...trade, clientOrderId: '' })),
        });
        const looks = async (): Promise<string[]> => {
          const seen: string[] = [];
          for (let look = 0; look < 3; look += 1) {
            await story.crowd(1);
            seen.push((await rig.store.orderRow(clientOrderId))?.order.status ?? 'gone');
            story.ahead += 3_000;
          }
          return seen;
        };
        story.ahead += story.exchange.lateArrivalMs + 1_000;
        expect(await looks()).to.deep.equal(['cancelling', 'cancelling', 'cancelling']);
        story.ahead += 30_000;
        expect((await looks()).at(-1)).to.equal('abandoned');
      });

      it('the stream tells the venue id of an order that its fill has ended before its answer', async () => {
        await lose('late');
        story.exchange.arrive();
        const { clientOrderId, quantity } = await story.order('entry', 0);
        story.exchange.fill(clientOrderId, quantity, '100');
        const [fill] = await story.exchange.tradesSince('BTC/USDT:USDT', 0);
        const said = await story.exchange.query({ clientOrderId, venueOrderId: null, symbol: 'BTC/USDT:USDT' });
        await takeStreamEvent(story.ports, story.accountId, { kind: 'fill', fill: fill! });
        if (said.kind === 'found') await takeStreamEvent(story.ports, story.accountId, { kind: 'order', report: said.report });
        expect((await story.order('entry', 0)).venueOrderId).to.equal(`v${clientOrderId}`);
      });

      it('a trade of the other side says nothing of it', async () => {
        await lose('lost');
        story.exchange.trade('sell', '1', '100');
        story.ahead += story.exchange.lateArrivalMs + 1_000;
        for (let pass = 0; pass < 2; pass += 1) {
          await story.round({ poll: false });
          story.ahead += 3_000;
        }
        expect((await story.order('entry', 0)).generation).to.equal(1);
      });

      it('where the venue cannot be read nothing is believed, and it is asked again like after any other answer', async () => {
        await lose('lost');
        story.ahead += story.exchange.lateArrivalMs + 1_000;
        story.exchange.looksUnanswered = 1;
        await story.round({ poll: false });
        expect([(await story.order('entry', 0)).status, story.exchange.looksUnanswered]).to.deep.equal(['unknown', 0]);
        await story.rest();
        expect([(await story.order('entry', 0)).generation, (await story.order('entry', 0)).status]).to.deep.equal([1, 'open']);
        await agree();
      });

      it('a late arrival before that is found: one order, no successor', async () => {
        await lose('late');
        await story.round({ poll: false });
        story.exchange.arrive();
        story.ahead += story.exchange.lateArrivalMs + 1_000;
        await story.rest();
        expect([(await story.order('entry', 0)).generation, (await story.order('entry', 0)).status, story.exchange.orders.size]).to.deep.equal([0, 'open', 2]);
        await agree();
      });

      it('a ghost that the stream tells of later is cancelled; its successor works', async () => {
        await lose('late');
        const { clientOrderId } = await story.order('entry', 0);
        story.ahead += story.exchange.lateArrivalMs + 1_000;
        await story.rest();
        story.exchange.arrive();
        const ghost = (await story.exchange.openOrders()).find((each) => each.clientOrderId === clientOrderId)!;
        story.exchange.fill(clientOrderId, '1', '100');
        const [fill] = await story.exchange.tradesSince('BTC/USDT:USDT', 0);
        await takeStreamEvent(story.ports, story.accountId, { kind: 'fill', fill: { ...fill!, clientOrderId: ghost.clientOrderId } });
        await story.rest();
        expect([story.exchange.orders.get(clientOrderId)?.status, (await story.order('entry', 0)).generation]).to.deep.equal(['cancelled', 1]);
        await agree();
      });
    });

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
