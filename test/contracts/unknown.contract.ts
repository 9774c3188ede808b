import { expect } from 'chai';
import { takeStreamEvent } from '#shared/shell/take-reports';
import type { ShellStory } from '../support/shell-story.ts';
import { saving, writing, type StoreRig } from '../support/store-rig.ts';

/** Where the story is told: a store, and what is told anew for each test. */
export interface UnknownScene {
  rig(): StoreRig;
  story(): ShellStory;
  /** An alert whose orders are accepted. */
  accepted(): Promise<void>;
  /** The venue's books and ours say the same. */
  agree(): Promise<void>;
}

/** What becomes of an order of which nobody knows whether the venue has it. */
export function unknownContract({ rig: rigOf, story: storyOf, accepted, agree }: UnknownScene): void {
  describe('unknown, then absent', () => {
    let rig: StoreRig;
    let story: ShellStory;
    beforeEach(() => {
      rig = rigOf();
      story = storyOf();
    });

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
}
