import { expect } from 'chai';
import { decideGroup } from '#shared/engine/position/position-group.decide';
import { qty } from '#shared/engine/num/units';
import type { PositionGroup } from '#shared/engine/position/position-group';
import { wakeConditions } from '#shared/engine/position/wake-conditions';
import type { JournalRow } from '#shared/ports/store.port';
import { GroupStory, instrument, perLeg, signal } from '#test/support/engine-story';
import { audit } from './audit-run.ts';
import type { Evidence, GroupEvidence, OrderEvidence, VenueOrderEvidence } from './evidence.ts';

function journalOf(story: GroupStory): JournalRow[] {
  let state: PositionGroup | null = null;
  return story.events.map(({ event, facts }, place) => {
    const decided = decideGroup(state, event, facts);
    state = decided.state;
    return JSON.parse(JSON.stringify({ aggregate: 'group', aggregateId: decided.state.id, version: place + 1, at: 0, event, facts, commands: decided.commands })) as JournalRow;
  });
}

/** A deployment at rest with one group: two legs bought, one of them sold, the rest working. */
function sound(exit = perLeg): Evidence {
  const story = new GroupStory().open({ exit }).acceptAll();
  story.fill(story.order('entry', 0, 0), { fee: '0.1' }).acceptAll();
  story.fill(story.order('entry', 0, 1), { fee: '0.1' }).acceptAll();
  if (exit.kind === 'per_leg') story.fill(story.order('take-profit', 0, 1), { fee: '0.1' });
  const { state } = story;
  const trades = story.events.flatMap(({ event }) => (event.type === 'order-report' ? event.fills : []));
  const orders = state.orders.map((order): OrderEvidence => ({ ...order, groupId: state.id, symbol: state.symbol }));
  const group: GroupEvidence = { group: state, version: story.events.length, wake: wakeConditions(state, instrument()), stepSize: '0.001', tickSize: '0.01', journal: journalOf(story) };
  const held = orders.reduce((total, order) => total + Number(order.quantityFilled) * (order.role === 'entry' ? 1 : -1), 0);
  const evidence: Evidence = {
    prefix: 'qtest',
    acknowledged: [{ tradeId: 't1', signalId: '1', status: 202, at: 0 }],
    signals: [{ id: '1', tradeId: 't1', kind: 'entry', symbol: state.symbol, status: 'accepted', outcome: 'opened', reason: null, groupId: state.id, receivedAt: 0, decidedAt: 5, decisions: 1 }],
    groups: [group],
    waiting: [],
    groupsMax: 2,
    orders,
    fills: trades.map(({ tradeId, clientOrderId, price, quantity, fee }) => ({ tradeId, clientOrderId, symbol: 'BTCUSDT', price, quantity, fee })),
    undone: [],
    venue: {
      orders: state.orders.map((order, place): VenueOrderEvidence => ({ id: String(place), clientOrderId: order.clientOrderId, symbol: 'BTCUSDT', status: order.status, quantity: order.quantity, filled: order.quantityFilled })),
      fills: trades.map(({ tradeId, clientOrderId, price, quantity, fee, feeAsset, at }) => ({ tradeId, clientOrderId, symbol: 'BTCUSDT', price, quantity, fee, feeAsset, at })),
      positions: [{ symbol: 'BTCUSDT', quantity: held.toFixed(3) }],
      walletChange: '0',
      prices: { BTCUSDT: '99' },
    },
  };
  return structuredClone(evidence);
}

/** The promises that are found broken, each once. */
const broken = (tamper: (evidence: Evidence) => void, evidence = sound()): string[] => {
  tamper(evidence);
  return [...new Set(audit(evidence).map(({ promise }) => promise))];
};

const takeProfit = ({ venue }: Evidence) => venue.orders.find(({ clientOrderId, status }) => clientOrderId.includes('p') && status === 'open')!;
const entered = ({ venue }: Evidence) => venue.orders.find(({ status }) => status === 'filled')!;
const waits = (reason: 'pool_full' | 'opposite_side') => ({ id: 'q1', signal: { ...signal({ signalId: '2', symbol: 'ETH/USDT:USDT' }) }, reason, queuedAt: 0, replacementCount: 0, replacedAt: null, unconfirmed: false });
const second = (evidence: Evidence) => evidence.signals.push({ ...evidence.signals[0]!, id: '2', tradeId: 't2', status: 'waiting', outcome: 'queued' });

describe('the audit of a run of chaos', () => {
  it('has nothing against books that agree', () => expect(broken(() => {})).to.deep.equal([]));
  it('has nothing against a watched common target', () => expect(broken(() => {}, sound({ ...perLeg, kind: 'aggregate' }))).to.deep.equal([]));

  const rows: [string, string, (evidence: Evidence) => void][] = [
    ['a signal that was acknowledged and is gone', 'acknowledged signal lost', (all) => void all.acknowledged.push({ tradeId: 't2', signalId: '2', status: 202, at: 0 })],
    ['an alert answered with the signal of another', 'acknowledged signal lost', (all) => void (all.acknowledged[0]!.tradeId = 't2')],
    ['a signal nothing came of', 'signal without outcome', (all) => void (all.signals[0]!.outcome = null)],
    ['a signal that opened a group which is not there', 'signal without outcome', (all) => void all.signals.push({ ...all.signals[0]!, id: '2', tradeId: 't2' })],
    ['a signal that waits nowhere', 'signal without outcome', (all) => void second(all)],
    ['a signal decided twice', 'signal worked twice', (all) => void (all.signals[0]!.decisions = 2)],
    ['two signals of one alert', 'signal worked twice', (all) => void all.signals.push({ ...all.signals[0]!, id: '2', outcome: 'refused' })],
    ['an alert taken for new twice', 'signal worked twice', (all) => void all.acknowledged.push({ ...all.acknowledged[0]! })],
    ['an order accepted twice', 'order doubled', (all) => void all.venue.orders.push({ ...takeProfit(all), id: '99' })],
    ['two generations that both bought', 'order doubled', (all) => void all.venue.orders.push({ ...entered(all), id: '99', clientOrderId: entered(all).clientOrderId.replace(/.$/, '9') })],
    ['an order left unknown', 'order left unknown', (all) => void (all.orders.find(({ status }) => status === 'open')!.status = 'unknown')],
    ['an order of ours that nobody here knows', 'orphan order at the venue', (all) => void all.venue.orders.push({ ...takeProfit(all), id: '99', clientOrderId: takeProfit(all).clientOrderId.replace(/.$/, '9') })],
    ['an order that works though it ended here', 'orphan order at the venue', (all) => void (all.orders.find(({ clientOrderId }) => clientOrderId === takeProfit(all).clientOrderId)!.status = 'cancelled')],
    ['an open order the venue never had', 'order as at the venue', (all) => void (all.venue.orders = all.venue.orders.filter(({ status, clientOrderId }) => status !== 'open' || clientOrderId === takeProfit(all).clientOrderId))],
    ['a trade nobody counted', 'fill missed', (all) => void all.fills.pop()],
    ['a trade counted for two orders', 'fill counted twice', (all) => void all.fills.push({ ...all.fills[0]!, clientOrderId: all.fills[1]!.clientOrderId })],
    ['a trade with another fee', 'fill as at the venue', (all) => void (all.fills[0]!.fee = '0.2')],
    ['a group that holds what was not bought', 'quantity held', (all) => void (all.groups[0]!.group.pyramids[0]!.legs[0]!.entered.quantity = qty('3'))],
    ['a position that is another at the venue', 'position as at the venue', (all) => void (all.venue.positions[0]!.quantity = '1.999')],
    ['a position nobody knows', 'position as at the venue', (all) => void all.venue.positions.push({ symbol: 'ETHUSDT', quantity: '-1' })],
    ['a wallet that gained something else', 'wallet', (all) => void ((all.venue.positions = []), (all.venue.walletChange = '5'))],
    ['a leg without its take-profit', 'held without its exit', (all) => void (all.venue.orders = all.venue.orders.filter((order) => order !== takeProfit(all)))],
    ['a take-profit for a part only', 'held without its exit', (all) => void (takeProfit(all).quantity = '1')],
    ['more groups than slots', 'slots', (all) => void (all.groupsMax = 0)],
    ['an entry that waits for a slot that is free', 'slot leaked', (all) => void (second(all), all.waiting.push(waits('pool_full')))],
    ['an entry that waits for nobody', 'slot leaked', (all) => void (second(all), all.waiting.push(waits('opposite_side')))],
    ['a journal that leads elsewhere', 'journal', (all) => void all.groups[0]!.journal.pop()],
    ['what is due and not done', 'settled', (all) => void all.undone.push('signal 1 has no outcome')],
  ];
  for (const [what, promise, tamper] of rows) it(`finds ${what}: ${promise}`, () => expect(broken(tamper)).to.include(promise));

  it('finds a common target that nobody watches, and one the price has passed', () => {
    const aggregate = () => sound({ ...perLeg, kind: 'aggregate' });
    expect(broken((all) => void (all.groups[0]!.wake = []), aggregate())).to.deep.equal(['held without its exit']);
    expect(broken((all) => void (all.venue.prices = { BTCUSDT: '150' }), aggregate())).to.deep.equal(['held without its exit']);
  });
});
