import { expect } from 'chai';
import type { GroupEvent } from '#shared/engine/messages/events';
import { dec, money, price, qty } from '#shared/engine/num/units';
import { groupQuantity } from '#shared/engine/position/exposure';
import { decideGroup, type GroupFacts } from '#shared/engine/position/position-group.decide';
import type { PositionGroup } from '#shared/engine/position/position-group';
import { hear, type ShellPorts } from '#shared/shell/shell';
import { createTestDatabase } from '#test/support/postgres';
import { ShellStory } from '#test/support/shell-story';
import { postgresRig, postgresRigOn, saving, writing, type StoreRig } from '#test/support/store-rig';
import { StoreScene } from '#test/support/store-scene';

/** Two processes that each remember a group as they last saved it, and hear of its trades in turn or at once. */
describe('groups as a process remembers them', function () {
  this.timeout(60_000);
  let close: () => Promise<void>;
  let processes: StoreRig[];
  before(async () => {
    const database = await createTestDatabase();
    processes = [postgresRigOn(database.url), postgresRigOn(database.url)];
    close = async () => {
      for (const each of processes) await each.close();
      await database.drop();
    };
  });
  after(() => close());

  for (const way of ['in turn', 'at once'] as const)
    it(`${way}: every trade counts once, whoever hears of it, and the journal gives the stored state`, async () => {
      const story = await ShellStory.on(processes[0]!);
      await story.alert();
      await story.round();
      const { id, symbol } = await story.group();
      const { clientOrderId, quantity } = await story.order('entry', 0);
      const trades = 20;
      const each = dec(quantity).dividedBy(trades);
      const heard = (index: number): Promise<boolean> => {
        const fill = { clientOrderId, tradeId: `${symbol} ${way} ${index}`, price: price('99.5'), quantity: qty(each.toFixed()), fee: money('0'), feeAsset: 'USDT', at: Date.now() };
        const ports: ShellPorts = { ...story.ports, store: processes[index % 2]!.store };
        return hear(ports, { aggregate: 'group', aggregateId: id, key: null, event: { type: 'order-report', clientOrderId, report: null, fills: [fill], priceExpected: null } });
      };
      const all = Array.from({ length: trades }, (_, index) => index);
      // Each is told twice, by two processes.
      if (way === 'at once') await Promise.all([...all, ...all.map((index) => index + trades + 1)].map((index) => heard(index > trades ? index - trades - 1 : index)));
      else for (const index of all) await heard(index);
      const stored = (await processes[1]!.store.group(id))!;
      expect([groupQuantity(stored.group), await processes[0]!.fillCount(id)]).to.deep.equal([quantity, trades]);
      const journal = await processes[0]!.store.journalOf('group', id);
      expect(journal.map(({ version }) => version)).to.deep.equal(Array.from({ length: stored.version }, (_, index) => index + 1));
      let state: PositionGroup | null = null;
      for (const { event, facts } of journal) state = decideGroup(state, event as GroupEvent, facts as GroupFacts).state;
      expect(state).to.deep.equal(stored.group);
    });

  it('a decision on one that has moved on claims no order that another process has saved meanwhile', async () => {
    const rig = await postgresRig();
    const scene = await StoreScene.on(rig);
    const stored = await scene.opened();
    const { groupId, story } = stored;
    const other = rig.another();
    // The other process has saved the group last, and remembers it so.
    await other.transact(scene.ofGroup(groupId), () => writing({ groups: [saving(story.state, 2)] }));
    // This one goes on: the same news makes a take-profit, which waits for a sender.
    story.acceptAll();
    story.fill(story.order('entry', 0, 0));
    const { clientOrderId } = story.order('take-profit', 0, 0);
    const row = { kind: 'submit' as const, accountId: scene.accountId, venue: 'binance', groupId, clientOrderId, priority: 1 };
    await rig.store.transact(scene.ofGroup(groupId), () => writing({ groups: [saving(story.state, 3)], outbox: [row] }));
    const seen: number[] = [];
    await other.transact(scene.ofGroup(groupId), (locked) => {
      const version = locked.kind === 'group' ? locked.version : -1;
      seen.push(version);
      return version === 2 ? writing({ groups: [saving(story.state, 3)], outbox: [{ ...row, claimForMs: 20_000 }] }) : null;
    });
    expect(seen).to.deep.equal([2, 3]);
    expect((await rig.store.orderRow(clientOrderId))?.order.status, 'nobody has it in hand').to.equal('ready');
    await rig.close();
  });
});
