import { expect } from 'chai';
import { reconcileAccount } from '#shared/shell/reconcile/reconcile-account';
import { idOf, other, type FoundScene } from '../support/found-scene.ts';

/** Positions of other deployments and of our own other accounts, which no emergency stop may close. */
export function otherAccountsContract(scene: FoundScene): void {
  it('a position beside another deployment has no emergency stop: it is the other one\'s', async () => {
    scene.story.exchange.trade('buy', '1', '100');
    scene.place(idOf(other));
    await scene.later(0);
    await scene.later(6_000);
    expect([await scene.stops(), (await scene.told()).sort()]).to.deep.equal([[], ['orphan_position asks -', 'other_deployment asks -']]);
  });

  it('two accounts with keys of one exchange account: the orders and positions of the other are left alone, and a person is asked', async () => {
    await scene.story.alert();
    await scene.story.round();
    const entry = await scene.story.order('entry', 0);
    scene.story.exchange.fill(entry.clientOrderId, entry.quantity, '100');
    await scene.story.rest();
    const twin = await scene.rig.addAccount(scene.story.userId);
    scene.story.ahead += 60_000;
    const before = JSON.stringify([...scene.story.exchange.orders.values()]);
    for (const ms of [0, 6_000]) {
      scene.story.ahead += ms;
      await scene.rig.store.askReconcile(twin, 'asked');
      await reconcileAccount(scene.story.ports, twin, 'test');
    }
    expect([JSON.stringify([...scene.story.exchange.orders.values()]), await scene.stops(twin)]).to.deep.equal([before, []]);
    expect((await scene.rig.differences(twin)).map((each) => `${each.kind} ${each.state} ${each.venue ?? ''}`).sort()).to.deep.equal(['orphan_position asks 5', `other_deployment asks account ${scene.story.accountId}`]);
    expect((await scene.rig.store.halts()).filter(({ scopeId }) => scopeId === twin).map(({ code }) => code)).to.deep.equal(['second_deployment']);
  });

  const twins: [what: string, person: 'buy' | 'sell', stops: string[]][] = [
    ['the same side: no emergency stop, a person is asked', 'buy', []],
    ['the other side: it is none of the other account\'s', 'sell', ['short 102']],
  ];
  for (const [what, person, expected] of twins)
    it(`another account of the same venue and market holds a position without a resting order, and one is found on ${what}`, async () => {
      await scene.story.alert();
      await scene.story.round();
      const entry = await scene.story.order('entry', 0);
      scene.story.exchange.fill(entry.clientOrderId, entry.quantity, '100');
      await scene.story.rest();
      scene.story.exchange.orders.clear();
      scene.story.exchange.trade(person, '5', '100');
      const twin = await scene.rig.addAccount(scene.story.userId);
      for (const ms of [60_000, 6_000, 40_000]) {
        scene.story.ahead += ms;
        await scene.rig.store.askReconcile(twin, 'asked');
        await reconcileAccount(scene.story.ports, twin, 'test');
      }
      expect([(await scene.rig.differences(twin)).map((each) => `${each.kind} ${each.state}`), await scene.stops(twin)]).to.deep.equal([['orphan_position asks'], expected]);
    });
}
