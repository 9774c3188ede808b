import { expect } from 'chai';
import { sum } from '#shared/engine/num/units';
import type { Order } from '#shared/engine/order/order';
import { groupQuantity } from '#shared/engine/position/exposure';
import type { OrderRequest } from '#shared/ports/exchange.port';
import { hear } from '#shared/shell/shell';
import { takeStreamEvent } from '#shared/shell/take-reports';
import { gridPlan, level } from '../support/engine-story.ts';
import { ShellStory } from '../support/shell-story.ts';
import { memoryRig, postgresRig, type StoreRig } from '../support/store-rig.ts';

/**
 * What other engines lost money by: an outcome that was guessed, or an order that was taken for another. Each title names the incident;
 * docs/reliability.md lists all of them with their tests. The shell over a real store, the venue scripted.
 */
const hourMs = 3_600_000;
const rigs: readonly (readonly [string, () => Promise<StoreRig>])[] = [['in memory', async () => memoryRig()], ['on PostgreSQL', postgresRig]];

for (const [kind, createRig] of rigs)
  describe(`incidents of outcomes and adoption, ${kind}`, function () {
    this.timeout(60_000);
    let rig: StoreRig;
    let story: ShellStory;
    before(async () => (rig = await createRig()));
    after(() => rig.close());
    beforeEach(async () => (story = await ShellStory.on(rig)));

    const entries = async (): Promise<Order[]> => (await story.group()).orders.filter(({ role }) => role === 'entry');
    const statuses = async (): Promise<string[]> => (await entries()).map(({ status }) => status);
    const held = async (): Promise<string> => sum((await story.groups()).map(groupQuantity)).toFixed();
    const sentTwice = (): string[] => story.exchange.submits.filter((id, index, all) => all.indexOf(id) !== index);
    /** An alert whose entries go out with these fates. */
    const enter = async (...fates: ShellStory['exchange']['submitScript']): Promise<void> => {
      story.exchange.submitScript.push(...fates);
      await story.alert();
      await story.round({ poll: false });
    };
    /** The venue neither finds orders nor says that there are none. */
    const outage = (): (() => void) => {
      const { query } = story.exchange;
      story.exchange.query = async () => ({ kind: 'failed', message: 'getaddrinfo ENOTFOUND' });
      return () => void (story.exchange.query = query);
    };

    it('catalyst #317: a time-out places no order again, however long it lasts', async () => {
      const back = outage();
      await enter('lost-answer', 'lost-answer');
      for (let look = 0; look < 20; look += 1) {
        await story.round({ poll: false });
        story.ahead += 30_000;
      }
      back();
      await story.rest();
      expect([story.exchange.submits.length, sentTwice(), story.exchange.orders.size, await statuses()]).to.deep.equal([2, [], 2, ['open', 'open']]);
    });

    it('hummingbot #493 and #7294: an order that was reported failed fills: it is counted, protected, and not bought again', async () => {
      await enter('refuse');
      const refused = (await entries())[0]!;
      expect(refused.status).to.equal('rejected');
      const { clientOrderId, side, type, quantity, price, reduceOnly } = refused;
      const request: OrderRequest = { clientOrderId, symbol: 'BTC/USDT:USDT', side, type, quantity, price, reduceOnly };
      expect((await story.exchange.submit(request)).kind, 'the venue took it all the same').to.equal('accepted');
      const before = story.exchange.submits.length;
      story.exchange.fill(clientOrderId, quantity, '99.9');
      const fill = (await story.exchange.tradesSince('BTC/USDT:USDT', 0)).at(-1)!;
      await takeStreamEvent(story.ports, story.accountId, { kind: 'fill', fill });
      await story.rest();
      expect([await held(), story.exchange.position()]).to.deep.equal([quantity, quantity]);
      expect((await entries()).filter(({ leg }) => leg === refused.leg)).to.have.length(1);
      const exits = (await story.group()).orders.filter(({ role, status }) => role === 'take-profit' && status === 'open');
      expect([exits.map((exit) => exit.quantity), story.exchange.submits.length - before]).to.deep.equal([[quantity], 1]);
    });

    it('hummingbot #3374: six buys whose answers a network error swallowed fill later: all six are counted', async () => {
      story.settings.entryPlan = gridPlan({ levels: ['0', '-1', '-2', '-3', '-4', '-5'].map((gap, index) => level(gap, index === 0 ? '20' : '16', '1')) });
      const back = outage();
      await enter('lost-answer', 'lost-answer', 'lost-answer', 'lost-answer', 'lost-answer', 'lost-answer');
      expect((await statuses()).filter((status) => !['unknown', 'ready'].includes(status)), 'none of them is dead').to.deep.equal([]);
      const fillAll = (): void => {
        for (const { request, status } of story.exchange.orders.values()) if (status === 'open' && request.side === 'buy') story.exchange.fill(request.clientOrderId, request.quantity, request.price ?? '100');
      };
      fillAll();
      story.ahead += hourMs;
      await story.round({ poll: false });
      back();
      await story.rest();
      fillAll();
      await story.rest();
      const bought = sum((await entries()).map(({ quantity }) => quantity)).toFixed();
      expect([await held(), story.exchange.position(), sentTwice()]).to.deep.equal([bought, bought, []]);
      expect(await statuses()).to.deep.equal(Array.from({ length: 6 }, () => 'filled'));
    });

    it('hummingbot #8457: hours without the venue make no order failed, forgotten or absent', async () => {
      const back = outage();
      await enter('lost-answer', 'lost-answer');
      for (let hour = 0; hour < 12; hour += 1) {
        story.ahead += hourMs;
        await story.round({ poll: false });
      }
      const [first, second] = await entries();
      expect([first!.status, ['unknown', 'ready'].includes(second!.status)]).to.deep.equal(['unknown', true]);
      story.exchange.fill(first!.clientOrderId, first!.quantity, '99.9');
      back();
      await story.rest();
      expect([await statuses(), await held(), story.exchange.position()]).to.deep.equal([['filled', 'open'], first!.quantity, first!.quantity]);
    });

    it('nautilus #4958: no number of lookups that find nothing rejects an order that may still arrive', async () => {
      await enter('late');
      for (let look = 0; look < 10; look += 1) await story.round({ poll: false });
      expect([(await statuses())[0], story.exchange.queries >= 10]).to.deep.equal(['unknown', true]);
      story.exchange.arrive();
      await story.rest();
      expect([await statuses(), story.exchange.submits.length, (await story.exchange.openOrders()).length]).to.deep.equal([['open', 'open'], 2, 2]);
    });

    it('freqtrade #8913: orders without an id of the venue are stored side by side, and found again by whoever starts next', async () => {
      const back = outage();
      await enter('lost-answer', 'lost-answer');
      expect((await entries()).map(({ venueOrderId }) => venueOrderId)).to.deep.equal([null, null]);
      const rows = await rig.another().openOrderRows(story.accountId);
      expect(rows.map(({ order }) => order.venueOrderId)).to.include(null);
      back();
      await story.rest();
      expect((await entries()).map(({ venueOrderId, clientOrderId }) => venueOrderId === `v${clientOrderId}`)).to.deep.equal([true, true]);
    });

    describe('freqtrade #12360: cancelling an order that is not there', () => {
      it('one that somebody cancelled by hand ends without another word', async () => {
        await enter();
        const [first] = await entries();
        story.exchange.orders.get(first!.clientOrderId)!.status = 'cancelled';
        await story.alert({ kind: 'exit' });
        await story.rest();
        expect([(await story.groups()).map(({ status }) => status), story.exchange.position()]).to.deep.equal([['closed'], '0']);
      });

      it('one that the venue says it never had crashes nothing, stops nobody else, and is not taken for cancelled', async () => {
        await enter();
        const [first, second] = await entries();
        const kept = story.exchange.orders.get(first!.clientOrderId)!;
        story.exchange.orders.delete(first!.clientOrderId);
        await story.alert({ kind: 'exit' });
        for (let round = 0; round < 5; round += 1) {
          await story.round();
          story.ahead += 5_000;
        }
        expect([story.exchange.orders.get(second!.clientOrderId)?.status, (await entries()).map(({ status }) => status)]).to.deep.equal(['cancelled', ['cancelling', 'cancelled']]);
        kept.status = 'cancelled';
        story.exchange.orders.set(first!.clientOrderId, kept);
        await story.rest();
        expect((await story.groups()).map(({ status }) => status)).to.deep.equal(['closed']);
      });
    });

    it('freqtrade #12360, for good: an accepted order that the venue has lost ends after most of a minute, and the group closes', async () => {
      await enter();
      const [first] = await entries();
      story.exchange.orders.delete(first!.clientOrderId);
      await story.alert({ kind: 'exit' });
      for (let round = 0; round < 12; round += 1) {
        await story.round();
        story.ahead += 5_001;
      }
      expect((await story.groups()).map(({ status }) => status)).to.deep.equal(['closed']);
    });

    it('freqtrade #10460: an exit that timed out and is refused the next time leads to no exit at the market', async () => {
      await enter();
      const [first] = await entries();
      story.exchange.fill(first!.clientOrderId, first!.quantity, '99.9');
      story.exchange.submitScript.push('lost');
      await story.round();
      story.exchange.submitScript.push('refuse');
      await story.rest();
      const group = await story.group();
      const exits = async (): Promise<Order[]> => (await story.group()).orders.filter(({ role }) => role !== 'entry');
      expect((await exits()).map((exit) => [exit.role, exit.type, exit.generation, exit.status])).to.deep.equal([['take-profit', 'limit', 0, 'abandoned'], ['take-profit', 'limit', 1, 'rejected']]);
      await hear(story.ports, { aggregate: 'group', aggregateId: group.id, key: null, event: { type: 'timer' } });
      await story.rest();
      expect((await exits()).slice(2).map((exit) => [exit.role, exit.type, exit.generation, exit.status])).to.deep.equal([['take-profit', 'limit', 2, 'open']]);
      expect([sentTwice(), await held(), story.exchange.position()]).to.deep.equal([[], first!.quantity, first!.quantity]);
    });
  });
