import { expect } from 'chai';
import { clientOrderId } from '#shared/engine/ids';
import { ShellStory } from '#test/support/shell-story';
import { postgresRig, type StoreRig } from '#test/support/store-rig';
import { reconcileAtStart } from '#workers/reconcile-rounds';

/** Two installations, each with a database of its own, on one exchange account. The lease of a database cannot see the other one. */
describe('two deployments on one exchange account', function () {
  this.timeout(60_000);
  let rigs: StoreRig[];
  let first: ShellStory;
  let second: ShellStory;
  before(async () => {
    rigs = [await postgresRig(), await postgresRig()];
  });
  after(() => Promise.all(rigs.map((rig) => rig.close())));
  beforeEach(async () => {
    [first, second] = (await Promise.all(rigs.map((rig) => ShellStory.on(rig)))) as [ShellStory, ShellStory];
    await Promise.all(rigs.map((rig) => rig.lift()));
    second.ports.exchangeFor = async () => first.exchange;
  });

  const rigOf = (story: ShellStory): StoreRig => rigs[story === first ? 0 : 1]!;
  const halts = async (story: ShellStory): Promise<(string | null)[]> => (await rigOf(story).store.halts()).filter(({ scopeId }) => scopeId === story.accountId).map(({ code }) => code);
  const start = (story: ShellStory): Promise<void> => reconcileAtStart(story.ports, 'a start');
  /** The first one has an order at the venue, and has been running for a while. */
  const firstTrades = async (): Promise<string[]> => {
    await first.alert();
    await first.round();
    for (const story of [first, second]) story.ahead += 60_000;
    return [...first.exchange.orders.keys()];
  };

  it('the marks of two databases differ', async () => {
    const [one, two] = await Promise.all(rigs.map(({ store }) => store.deploymentPrefix()));
    expect(one).not.to.equal(two);
  });

  it('the second one starts: it enters nothing, says why, and leaves the orders of the first alone', async () => {
    const orders = await firstTrades();
    expect(orders).to.have.length(2);
    await start(second);
    await second.alert();
    await second.rest();
    expect([await halts(second), first.exchange.submits]).to.deep.equal([['second_deployment'], orders]);
    expect((await rigOf(second).store.halts()).find(({ code }) => code === 'second_deployment')?.reason).to.include((await rigOf(first).store.deploymentPrefix()));
    expect(orders.map((id) => first.exchange.orders.get(id)?.status)).to.deep.equal(['open', 'open']);
    expect(await halts(first), 'the first one goes on').to.deep.equal([]);
  });

  it('a person has moved to a new database: the orders of the old one are pointed out; accepted and re-armed, the new one trades', async () => {
    const orders = await firstTrades();
    await start(second);
    await rigOf(second).decideDifference(second.accountId, 'ignore');
    await rigOf(second).lift();
    await start(second);
    await second.alert({ symbol: 'ETH/USDT:USDT' });
    await second.rest();
    expect(first.exchange.submits.length).to.be.greaterThan(orders.length);
    expect([await halts(second), orders.map((id) => first.exchange.orders.get(id)?.status)]).to.deep.equal([[], ['open', 'open']]);
  });

  it('both run: the first one notices the second with its next comparison of all orders', async () => {
    await firstTrades();
    const id = clientOrderId(await rigOf(second).store.deploymentPrefix(), { groupId: '12', role: 'take-profit', pyramid: 0, leg: 0, generation: 0 });
    const [open] = [...first.exchange.orders.values()];
    first.exchange.place({ ...open!.request, clientOrderId: id });
    await start(first);
    expect([await halts(first), first.exchange.orders.get(id)?.status]).to.deep.equal([['second_deployment'], 'open']);
  });
});
