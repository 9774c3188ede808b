import { expect } from 'chai';
import { clientIdsOf } from '#shared/adapters/exchange/client-ids/venue-client-ids';
import { judgePlaced } from '#shared/adapters/exchange/client-ids/look-up-order';
import { judgedVenues, outcomesOf } from '#shared/adapters/exchange/outcomes/venue-outcomes';
import type { Market } from '#shared/engine/instrument/instrument';
import type { Order } from '#shared/engine/order/order';
import { ShellStory } from '../support/shell-story.ts';
import { memoryRig, postgresRig, type StoreRig } from '../support/store-rig.ts';

/** How each venue says that a client order id is taken; MEXC documents no such answer, so what looks like one is an unknown outcome. */
const duplicates: readonly [venue: string, market: Market, status: number, body: object, verdict: 'exists' | 'unknown'][] = [
  ['binance', 'spot', 400, { code: -2010, msg: 'Duplicate order sent.' }, 'exists'],
  ['binance', 'usdm', 400, { code: -4116, msg: 'ClientOrderId is duplicated.' }, 'exists'],
  ['bybit', 'usdm', 200, { retCode: 110072, retMsg: 'OrderLinkedID is duplicate' }, 'exists'],
  ['bybit', 'spot', 200, { retCode: 170141, retMsg: 'Duplicate clientOrderId' }, 'exists'],
  ['okx', 'usdm', 200, { code: '1', data: [{ sCode: '51016', sMsg: 'Duplicated client order ID' }] }, 'exists'],
  ['kucoin', 'spot', 200, { code: '126044', msg: 'clientOid duplicate' }, 'exists'],
  ['mexc', 'usdm', 200, { success: false, code: 603, message: 'Repeated requests' }, 'unknown'],
  ['gate', 'spot', 400, { label: 'ORDER_EXISTS', message: 'Order already exists, do not resubmit' }, 'exists'],
  ['bingx', 'usdm', 200, { code: 101481, msg: 'The clientOrderID has already been used.' }, 'exists'],
];

describe('an id that a venue calls taken', () => {
  it('every venue has a row', () => expect([...new Set(duplicates.map(([venue]) => venue))].sort()).to.deep.equal([...judgedVenues].sort()));
  for (const [venue, market, status, body, verdict] of duplicates)
    it(`${venue} ${market}: ${JSON.stringify(body)} is ${verdict}, never a refusal`, () =>
      expect(judgePlaced(outcomesOf(venue), clientIdsOf(venue, market), { status, headers: {}, body: JSON.stringify(body) }, 'xk2g0', 0).kind).to.equal(verdict));
});

const rigs: readonly (readonly [string, () => Promise<StoreRig>])[] = [['in memory', async () => memoryRig()], ['on PostgreSQL', postgresRig]];
for (const [kind, createRig] of rigs)
  describe(`an order whose id was called taken ends by evidence alone, ${kind}`, function () {
    this.timeout(60_000);
    let rig: StoreRig;
    let story: ShellStory;
    before(async () => (rig = await createRig()));
    after(() => rig.close());
    beforeEach(async () => (story = await ShellStory.on(rig)));

    const first = async (): Promise<Order> => (await story.group()).orders.find(({ role, leg }) => role === 'entry' && leg === 0)!;
    const tally = async (): Promise<unknown[]> => [(await first()).status, (await first()).generation, new Set(story.exchange.submits).size, story.exchange.submits.length];
    const enter = async (...fates: ShellStory['exchange']['submitScript']): Promise<void> => {
      story.exchange.submitScript.push(...fates);
      await story.alert();
      await story.round({ poll: false });
    };
    /** Days in which the venue answers every lookup with "no such order". */
    const daysOfNothing = async (): Promise<void> => {
      for (let look = 0; look < 12; look += 1) {
        story.ahead += 6 * 3_600_000;
        await story.round();
      }
    };

    it('no lookup shows it, for days: it stays unknown, its slot stays taken, nothing is sent in its place', async () => {
      await enter('exists-unseen');
      const sent = story.exchange.submits.length;
      await daysOfNothing();
      expect([(await first()).status, (await first()).generation, story.exchange.submits.length]).to.deep.equal(['unknown', 0, sent]);
    });

    it('the same without that word is proved absent, and the next generation goes out', async () => {
      await enter('lost');
      await daysOfNothing();
      expect((await story.group()).orders.filter(({ role, leg }) => role === 'entry' && leg === 0).map(({ status, generation }) => `${status} ${generation}`)).to.deep.equal(['abandoned 0', 'open 1']);
    });

    it('it shows up at last: it works on under its first id', async () => {
      await enter('exists-unseen');
      await daysOfNothing();
      story.exchange.arrive();
      await story.rest();
      expect(await tally()).to.deep.equal(['open', 0, 2, 2]);
    });

    it('it had filled: what it bought is counted and has its take-profit', async () => {
      await enter('exists-unseen');
      await daysOfNothing();
      story.exchange.arrive();
      const { clientOrderId, quantity } = await first();
      story.exchange.fill(clientOrderId, quantity, '99.9');
      await story.rest();
      const exits = (await story.group()).orders.filter(({ role, status }) => role === 'take-profit' && status === 'open');
      expect([(await first()).status, story.exchange.position(), exits.map((exit) => exit.quantity)]).to.deep.equal(['filled', quantity, [quantity]]);
    });

    it('put back as not sent, sent again, and called taken: the first one had arrived', async () => {
      await enter('not-sent', 'accept', 'exists-unseen');
      story.ahead += 2_000;
      await story.round({ poll: false });
      await daysOfNothing();
      expect([(await first()).status, (await first()).existed]).to.deep.equal(['unknown', true]);
      story.exchange.arrive();
      await story.rest();
      expect([(await first()).status, (await first()).generation]).to.deep.equal(['open', 0]);
    });
  });
