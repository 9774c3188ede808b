import { expect } from 'chai';
import { GroupStory } from '#test/support/engine-story';
import { clientOrderId } from '../ids.ts';
import { price, qty } from '../num/units.ts';
import type { OrderReport, OrderStatus } from '../order/order.ts';
import type { PositionGroup } from '../position/position-group.ts';
import type { OwnAccount, OwnOrder, VenueAccount } from './account-state.ts';
import { holdingDifferences } from './compare-holdings.ts';
import { orderDifferences } from './compare-orders.ts';
import { missingExits } from './missing-exits.ts';
import { shareReduction } from './share-reduction.ts';

const now = 1_000_000;
const long_ago = now - 60_000;
const symbol = 'BTC/USDT:USDT';
const prefix = 'abcde';

/** A group that holds `quantity`, opened as the `number`th. */
function holding(quantity: string, { id = '7', side = 'long', openedAt = 0, market = 'usdm' }: { id?: string; side?: 'long' | 'short'; openedAt?: number; market?: 'usdm' | 'spot' } = {}): PositionGroup {
  const story = new GroupStory().open().acceptAll();
  const { state } = story;
  const [pyramid] = state.pyramids;
  const [leg] = pyramid!.legs;
  const entered = { quantity: qty(quantity), notional: leg!.entered.notional, fees: leg!.entered.fees };
  return { ...state, id, side, openedAt, market, symbol: market === 'usdm' ? symbol : 'BTC/USDT', pyramids: [{ ...pyramid!, legs: [{ ...leg!, entered }] }] };
}
const book = (groups: PositionGroup[], changes: Partial<OwnAccount> = {}): OwnAccount => ({
  market: 'usdm',
  groups: groups.map((group) => ({ group, changedAt: long_ago })),
  orders: [],
  strangers: {},
  elsewhere: {},
  moved: new Set(),
  steps: { [symbol]: qty('0.001'), 'BTC/USDT': qty('0.001') },
  ...changes,
});
const venue = (held: Record<string, string>, changes: Partial<VenueAccount> = {}): VenueAccount => ({
  holdings: Object.fromEntries(Object.entries(held).map(([name, quantity]) => [name, { quantity: qty(quantity), priceEntry: price('100') }])),
  open: {},
  answers: {},
  ...changes,
});
const said = (at: VenueAccount, own: OwnAccount): string[] =>
  holdingDifferences(at, own, now).found.map(({ kind, amount, remedy }) => `${kind} ${amount} ${remedy.do === 'reduce' ? remedy.parts.map((part) => `${part.groupId}:${part.quantity}`).join(' ') : remedy.do === 'ask' ? `${remedy.side} ${remedy.quantity}` : remedy.do}`);

describe('quantities, ours against the venue\'s', () => {
  const five = holding('5');
  const rows: [name: string, groups: PositionGroup[], theirs: string, expected: string[]][] = [
    ['the same', [five], '5', []],
    ['less than a step apart', [five], '4.9995', []],
    ['all is gone', [five], '0', ['position_reduced 5 7:5']],
    ['a part is gone', [five], '3', ['position_reduced 2 7:2']],
    ['turned around: ours is gone, the rest is nobody\'s', [five], '-3', ['position_reduced 5 7:5', 'orphan_position 3 short 3']],
    ['more than ours', [five], '8', ['orphan_position 3 long 3']],
    ['nothing of ours', [], '4', ['orphan_position 4 long 4']],
    ['nothing of ours, short', [], '-4', ['orphan_position 4 short 4']],
    ['a short is bought back', [holding('5', { side: 'short' })], '-2', ['position_reduced 3 7:3']],
    ['a short, and more of it', [holding('5', { side: 'short' })], '-6', ['orphan_position 1 short 1']],
    ['both sides net; the long side misses some', [five, holding('2', { id: '8', side: 'short' })], '1', ['position_reduced 2 7:2']],
    ['both sides net; the short side misses some', [five, holding('2', { id: '8', side: 'short' })], '4', ['position_reduced 1 8:1']],
    ['both sides net to what is held: what they share, the venue holds of neither', [five, holding('2', { id: '8', side: 'short' })], '3', ['position_reduced 2 7:2 8:2']],
    ['two groups, one of them exactly gone', [holding('5', { id: '1', openedAt: 1 }), holding('2', { id: '2', openedAt: 2 })], '2', ['position_reduced 5 1:5']],
    ['two groups, the newest first', [holding('5', { id: '1', openedAt: 1 }), holding('2', { id: '2', openedAt: 2 })], '4', ['position_reduced 3 2:2 1:1']],
  ];
  const late = (quantity: string, changes: Parameters<typeof holding>[1] = {}): PositionGroup => ({ ...holding(quantity, { id: '9', ...changes }), status: 'closed', closedAt: 1 });
  rows.push(
    ['a fill came late to a closed group: what it sells on is ours', [late('2')], '2', []],
    ['the same, beside an open group, and a person has bought one more', [five, late('2')], '8', ['orphan_position 1 long 1']],
    ['the same, and somebody has sold it', [five, late('2')], '5', ['position_reduced 2 9:2']],
    ['the same, and nothing is held any more', [late('2')], '0', ['position_reduced 2 9:2']],
    ['the same, and some of it is gone', [late('2')], '0.5', ['position_reduced 1.5 9:1.5']],
    ['the same, turned around', [late('2')], '-3', ['position_reduced 2 9:2', 'orphan_position 3 short 3']],
    ['more is gone than a closed one held: its part first, though an open one is newer', [holding('5', { openedAt: 1 }), late('2')], '4', ['position_reduced 3 9:2 7:1']],
    ['as much is gone as an open one held', [five, late('2')], '2', ['position_reduced 5 7:5']],
    ['a closed short', [late('2', { side: 'short' })], '-5', ['orphan_position 3 short 3']],
    ['a closed short, bought back by somebody', [late('2', { side: 'short' })], '0', ['position_reduced 2 9:2']],
    ['a rest of the other side, netted at the venue: it is taken off both', [five, late('2', { side: 'short' })], '3', ['position_reduced 2 7:2 9:2']],
    ['rests of two closed ones, netted at the venue', [late('2'), late('2', { id: '8', side: 'short' })], '0', ['position_reduced 2 9:2 8:2']],
  );
  for (const [name, groups, theirs, expected] of rows) it(`${name}: ${theirs}`, () => expect(said(venue({ [symbol]: theirs }), book(groups))).to.deep.equal(expected));

  it('on spot an asset stands for its groups: only less is a difference', () => {
    const own = book([holding('5', { market: 'spot' })], { market: 'spot' });
    expect([said(venue({ BTC: '9' }), own), said(venue({ BTC: '5' }), own), said(venue({ BTC: '4' }), own), said(venue({ USDT: '100' }), own)]).to.deep.equal([[], [], ['position_reduced 1 7:1'], ['position_reduced 5 7:5']]);
    expect(said(venue({ BTC: '9', USDT: '5' }), book([], { market: 'spot' }))).to.deep.equal([]);
  });

  const order = (changes: Partial<OwnOrder>): OwnOrder => ({ clientOrderId: 'x', groupId: '7', symbol, role: 'take-profit', type: 'limit', status: 'open', quantityFilled: qty('0'), quantityReported: qty('0'), sent: true, changedAt: long_ago, ...changes });
  const report = (changes: Partial<OrderReport> = {}): OrderReport => ({ clientOrderId: 'x', venueOrderId: '1', status: 'open', quantityFilled: qty('0'), reason: null, at: long_ago, ...changes });
  const unsteady: [name: string, own: Partial<OwnAccount>, at?: Partial<VenueAccount>][] = [
    ['an order whose outcome is unknown', { orders: [order({ status: 'unknown' })] }],
    ['an order that is being sent', { orders: [order({ status: 'sending' })] }],
    ['an order that is being cancelled', { orders: [order({ status: 'cancelling' })] }, { open: { x: { symbol, report: report() } } }],
    ['a market order in flight', { orders: [order({ type: 'market' })] }, { open: { x: { symbol, report: report() } } }],
    ['trades that are not counted yet', { orders: [order({ status: 'filled', quantityReported: qty('1') })] }],
    ['an order the venue has filled more of', { orders: [order({})] }, { open: { x: { symbol, report: report({ quantityFilled: qty('1'), status: 'partially_filled' }) } } }],
    ['an order the venue could not be asked about', { orders: [order({})] }],
    ['an order that changed a moment ago', { orders: [order({ changedAt: now - 1_000 })] }, { open: { x: { symbol, report: report() } } }],
    ['something that moved while the venue was asked', { moved: new Set([symbol]) }],
    ['a close that waits to be sent', { groups: [{ group: { ...five, orders: new GroupStory().open().acceptAll().state.orders.map((each) => ({ ...each, role: 'close', type: 'market', status: 'ready' })) }, changedAt: long_ago }] }],
    ['a group that changed a moment ago', { groups: [{ group: five, changedAt: now - 1_000 }] }],
  ];
  for (const [name, own, at] of unsteady) it(`${name}: nothing is compared, and it is looked at again soon`, () => expect(holdingDifferences(venue({ [symbol]: '1' }, at), book([five], own), now)).to.deep.equal({ found: [], blurred: true }));
  it('an order that was never sent is in nobody\'s way', () => expect(said(venue({ [symbol]: '1' }), book([five], { orders: [order({ sent: false, status: 'cancelling' })] }))).to.deep.equal([]));

  it('a symbol that no list names: reported beside the others; one that may be ours is not compared', () => {
    const unlisted = (name: string): VenueAccount => ({ ...venue({ [symbol]: '5' }), holdings: { ...venue({ [symbol]: '5' }).holdings, [name]: { quantity: qty('2'), priceEntry: price('3'), listed: false } } });
    expect(said(unlisted('NEWUSDT'), book([five]))).to.deep.equal(['orphan_position 2 long 2']);
    expect(holdingDifferences({ ...venue({}), holdings: { BTCUSDT: { quantity: qty('5'), priceEntry: price('100'), listed: false } } }, book([five]), now)).to.deep.equal({ found: [], blurred: true });
  });

  it('shares of what is missing never exceed what a group holds', () => {
    const groups = [holding('1', { id: '1', openedAt: 1 }), holding('1', { id: '2', openedAt: 2 })];
    expect(shareReduction(groups, qty('5')).map(({ groupId, quantity }) => [groupId, quantity])).to.deep.equal([['2', '1'], ['1', '1']]);
  });

  describe('orders', () => {
    const kinds = (own: Partial<OwnAccount>, at: Partial<VenueAccount>): string[] => orderDifferences(venue({}, at), book([], own), { now, deploymentPrefix: prefix, heard: [], orphanOrders: 'cancel' }).map(({ kind, ours, venue: theirs, remedy }) => `${kind} ${ours} ${theirs} ${remedy.do}`);
    const told = (status: OrderStatus, of: OrderReport | 'not-found', changes: Partial<OwnOrder> = {}): string[] => kinds({ orders: [order({ status, ...changes })] }, { answers: { x: of } });
    const mine = clientOrderId(prefix, { groupId: '9', role: 'entry', pyramid: 0, leg: 1, generation: 0 });
    const stray = (id: string, row: OwnAccount['strangers'][string] | undefined, answer: OrderReport | 'not-found' | undefined = report({ clientOrderId: id })): string[] =>
      kinds(row === undefined ? {} : { strangers: { [id]: row } }, { open: { [id]: { symbol, report: report({ clientOrderId: id }) } }, answers: answer === undefined ? {} : { [id]: answer } });

    const cases: [name: string, told: () => string[], expected: string[]][] = [
      ['the same on both sides', () => told('open', report()), []],
      ['filled', () => told('open', report({ status: 'filled', quantityFilled: qty('5') })), ['fills_missed 0 5 take-report']],
      ['filled a moment ago: the poll takes it', () => told('open', report({ status: 'filled', quantityFilled: qty('5'), at: now - 1_000 })), []],
      ['cancelled by hand', () => told('open', report({ status: 'cancelled' })), ['order_ended open cancelled take-report']],
      ['its cancel is confirmed', () => told('cancelling', report({ status: 'cancelled' })), ['order_ended cancelling cancelled take-report']],
      ['unknown, and there', () => told('unknown', report()), ['order_found unknown open take-report']],
      ['being sent by a process that may live', () => told('sending', report(), { changedAt: now - 10_000 }), []],
      ['being sent by one that does not', () => told('sending', report()), ['order_found sending open take-report']],
      ['accepted once, and not known any more', () => told('open', 'not-found'), ['order_missing open null end-order']],
      ['unknown, and not there: that has its own way to a proof', () => told('unknown', 'not-found'), []],
      ['one of our scheme that no row knows', () => stray(mine, null), ['orphan_order null open cancel']],
      ['one that our rows say was cancelled', () => stray(mine, { groupId: '9', status: 'cancelled' }), ['orphan_order cancelled open cancel']],
      ['a ghost: it was proved absent', () => stray(mine, { groupId: '9', status: 'abandoned' }), ['orphan_order abandoned open take-report']],
      ['one that is gone when it is asked for by name', () => stray(mine, null, report({ clientOrderId: mine, status: 'cancelled' })), []],
      ['a person\'s', () => stray('web_1234567', null), []],
      ['of another deployment', () => stray(clientOrderId('zzzzz', { groupId: '9', role: 'entry', pyramid: 0, leg: 0, generation: 0 }), null), ['other_deployment abcde zzzzz ask-deployment']],
      ['that only looks like one of a deployment', () => stray('zzzzz12345678e00000', null), []],
      ['in flight in our rows', () => stray(mine, undefined), []],
    ];
    for (const [name, found, expected] of cases) it(name, () => expect(found()).to.deep.equal(expected));
  });

  describe('exits that should rest', () => {
    const story = (): GroupStory => {
      const told = new GroupStory().open().acceptAll();
      return told.fill(told.order('entry', 0, 0)).acceptAll();
    };
    const missing = (group: PositionGroup, at = now): string[] => missingExits({ group, changedAt: at - 60_000 }, { now: at, instrument: story().facts.instrument, priceLast: null }).map(({ key }) => key);
    const without = (group: PositionGroup): PositionGroup => ({ ...group, orders: group.orders.filter(({ role }) => role !== 'take-profit') });
    it('working: nothing is missing', () => expect(missing(story().state)).to.deep.equal([]));
    it('not there, and no reason why', () => expect(missing(without(story().state))).to.deep.equal(['missing_exit:7:take-profit:0:0']));
    it('in its pause after a refusal, and when the pause is long over', () => {
      const paused = { ...without(story().state), held: { 'take-profit:0:0': 'refused by the venue, x' }, retries: { 'take-profit:0:0': { count: 1, notBefore: now, reason: 'x' } } };
      expect([missing(paused), missing(paused, now + 10_000)]).to.deep.equal([[], ['missing_exit:7:take-profit:0:0']]);
    });
    it('of a closed group: its close tries by itself, and what the venue takes for too little stays unsold', () => {
      const told = story();
      told.close().confirmCancels();
      const [pyramid] = told.state.pyramids;
      const legs = pyramid!.legs.map((leg, index) => (index === 0 ? { ...leg, entered: { ...leg.entered, quantity: qty('2') } } : leg));
      expect(missing({ ...told.state, status: 'closed', closedAt: 1, pyramids: [{ ...pyramid!, legs }], orders: told.state.orders.filter(({ role }) => role !== 'close') })).to.deep.equal([]);
    });
    it('held for a stated reason', () => expect(missing({ ...without(story().state), held: { 'take-profit:0:0': 'below_minimum_notional: 4 of 5' } })).to.deep.equal([]));
  });
});
