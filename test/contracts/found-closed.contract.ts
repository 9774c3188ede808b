import { expect } from 'chai';
import { compare, qty } from '#shared/engine/num/units';
import { groupQuantity } from '#shared/engine/position/exposure';
import type { Order } from '#shared/engine/order/order';
import type { PositionGroup } from '#shared/engine/position/position-group';
import { VenueRefusedRead } from '#shared/ports/exchange.port';
import { hear } from '#shared/shell/shell';
import type { FoundScene } from '../support/found-scene.ts';
import { saving, writing } from '../support/store-rig.ts';

/** What a fill that came late has left in a closed group, and others have traded away. */
export function closedRestContract(scene: FoundScene): void {
  /** An order that may only reduce sells what is there at most, and is refused where nothing is. */
  const refusesWithoutPosition = (): void => {
    const { exchange } = scene.story;
    const submit = exchange.submit.bind(exchange);
    exchange.refusal = { refused: 'other', code: '-2022', message: 'ReduceOnly Order is rejected.' };
    exchange.submit = async (request) => {
      if (!request.reduceOnly) return submit(request);
      const left = qty(exchange.position());
      if (compare(left, '0') <= 0) exchange.submitScript.unshift('refuse');
      return submit({ ...request, quantity: compare(left, request.quantity) < 0 ? left : request.quantity });
    };
  };
  /** A group that has ended without a fill, and its first entry, of which the venue has filled all at the last moment. Nobody has told the group yet. */
  const endedBeforeFill = async (): Promise<Order> => {
    const { story } = scene;
    refusesWithoutPosition();
    await story.alert();
    await story.round();
    const entry = await story.order('entry', 0);
    await story.alert({ kind: 'exit' });
    await story.rest();
    expect((await story.group()).status).to.equal('closed');
    story.exchange.fill(entry.clientOrderId, entry.quantity, '100');
    return entry;
  };
  const fillHeard = async ({ clientOrderId }: Order): Promise<void> => {
    const { exchange, ports, groupIds } = scene.story;
    const fills = (await exchange.tradesSince('BTC/USDT:USDT', 0)).filter((trade) => trade.clientOrderId === clientOrderId);
    await hear(ports, { aggregate: 'group', aggregateId: groupIds[0]!, key: null, event: { type: 'order-report', clientOrderId, report: null, fills, priceExpected: null } });
  };
  /** Several looks, and what they lead to. */
  const looks = async (): Promise<void> => {
    for (let times = 0; times < 5; times += 1) {
      await scene.later(8_000);
      await scene.story.round();
    }
  };
  const held = (group: PositionGroup): string => `${group.status} ${groupQuantity(group)}`;

  it('nobody has touched what a late fill has left in a closed group: it is sold, and nothing is told', async () => {
    await fillHeard(await endedBeforeFill());
    await scene.story.rest();
    await scene.later();
    expect([held(await scene.story.group()), scene.story.exchange.position(), await scene.told()]).to.deep.equal(['closed 0', '0', []]);
  });

  it('on spot, where fees leave a little in most groups, only what is still to be sold is in the book', async () => {
    const { store, addAccount, addUser } = scene.rig;
    const userId = await addUser();
    const entry = await endedBeforeFill();
    scene.story.exchange.trade('sell', entry.quantity, '99');
    await fillHeard(entry);
    await scene.story.rest();
    const group = await scene.story.group();
    const [ids, accountId] = [await store.nextGroupIds(2), await addAccount(userId, 'spot')];
    const spot = (id: string | undefined, retries: PositionGroup['retries']): PositionGroup => ({ ...group, id: id ?? '', userId, accountId, market: 'spot', symbol: 'BTC/USDT', orders: [], retries });
    await store.transact({ aggregate: 'pool', aggregateId: userId, key: null, event: { type: 'timer' } }, () => writing({ groups: [spot(ids[0], group.retries), spot(ids[1], {})].map((each) => saving(each, 1)) }));
    expect([Object.keys(group.retries), (await store.accountBook(accountId))?.groups.map((each) => each.group.id)]).to.deep.equal([['close:-:-'], [ids[0]]]);
    expect((await store.accountOutline(accountId))?.groups).to.deep.equal([{ id: ids[0], symbol: 'BTC/USDT', version: 1, open: false }]);
  });

  it('a person was quicker than the close of it: it is booked, and a position that the person opens then is asked about whole, and never sold', async () => {
    const { story } = scene;
    const entry = await endedBeforeFill();
    story.exchange.trade('sell', entry.quantity, '99');
    await fillHeard(entry);
    await story.rest();
    expect(held(await story.group()), 'its close is refused, and tried again').to.equal('closed 5');
    await looks();
    expect([held(await story.group()), (await scene.told()).filter((each) => each.startsWith('position_reduced'))]).to.deep.equal(['closed 0', ['position_reduced done booked']]);
    const tried = story.exchange.submits.length;
    story.exchange.trade('buy', '7', '100');
    await looks();
    await story.rest();
    const asked = (await scene.rig.store.openDifferences(story.accountId)).map(({ key, state, amount }) => `${key} ${state} ${amount}`);
    expect([asked, await scene.stops(), story.exchange.position(), story.exchange.submits.length]).to.deep.equal([['orphan_position:BTC/USDT:USDT:long asks 7'], ['long 98'], '7', tried]);
  });

  it('its symbol is delisted and settled: the account is compared all the same, and what is gone is booked', async () => {
    const { story } = scene;
    const entry = await endedBeforeFill();
    story.exchange.trade('sell', entry.quantity, '99');
    await fillHeard(entry);
    await story.rest();
    const { openOrders } = story.exchange;
    const unlisted = (): never => {
      throw new VenueRefusedRead('-1121: Invalid symbol.', '-1121', 'symbol');
    };
    Object.assign(story.exchange, { tradesSince: async () => unlisted(), openOrders: async (...given: Parameters<typeof openOrders>) => (given[0] === undefined || given[0] === 'all' || given[0].length === 0 ? openOrders.apply(story.exchange, given) : unlisted()) });
    const ends: (string | undefined)[] = [];
    for (let look = 0; look < 6; look += 1) {
      ends.push((await scene.later(16_000, look % 2 === 0 ? 'asked' : 'look')).status);
      await story.round({ poll: false });
    }
    expect([ends.filter((status) => status === 'failed'), held(await story.group()), await scene.halts()]).to.deep.equal([[], 'closed 0', []]);
  });

  it('a person has sold a part of it: what is left is sold, and no more', async () => {
    const { story } = scene;
    const entry = await endedBeforeFill();
    story.exchange.trade('sell', '3', '99');
    story.exchange.submitScript.push('refuse');
    await fillHeard(entry);
    await story.round();
    await looks();
    await story.rest();
    expect([held(await story.group()), story.exchange.position()]).to.deep.equal(['closed 0', '0']);
  });
}
