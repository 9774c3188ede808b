import { expect } from 'chai';
import { clientOrderId } from '#shared/engine/ids';
import { price, qty } from '#shared/engine/num/units';
import { groupQuantity } from '#shared/engine/position/exposure';
import { crashMoments, crashPointsOf, type CrashPoint } from '#shared/shell/crash-points';
import { reconcileAccount } from '#shared/shell/reconcile/reconcile-account';
import { enterSafeMode } from '#shared/shell/safe-mode';
import { crashWays, ShellStory } from '../support/shell-story.ts';
import type { StoreRig } from '../support/store-rig.ts';

/** A story that comes to some calls; whoever makes them may be struck there, and others go on. */
interface Scene {
  points: CrashPoint[];
  /** Lives up to the strike and past it; `goOn` lets whoever hangs go on while others are at it. */
  play(story: ShellStory, rig: StoreRig, goOn: () => Promise<void>): Promise<void>;
  /** What must be, however it was struck. */
  ends(story: ShellStory, rig: StoreRig): Promise<void>;
}

const symbol = 'BTC/USDT:USDT';
const compared = (story: ShellStory, ms: number): Promise<boolean> => {
  story.ahead += ms;
  return story.live(() => reconcileAccount(story.ports, story.accountId, 'test'));
};

const scenes: Record<string, Scene> = {
  'an accepted order that the venue has lost': {
    points: ['cancel:open-orders', 'cancel:gone-trades', 'cancel:note-absent'],
    async play(story, _rig, goOn) {
      await story.alert();
      await story.round();
      const entry = await story.order('entry', 0);
      story.exchange.fill(entry.clientOrderId, '1', '99.9');
      await story.round();
      story.exchange.orders.delete((await story.order('entry', 1)).clientOrderId);
      await story.alert({ kind: 'exit' });
      for (let round = 0; round < 14; round += 1) {
        await story.round();
        if (round === 6) await goOn();
        story.ahead += 21_000;
      }
      await story.rest();
    },
    async ends(story) {
      const [group] = await story.groups();
      expect([group?.status, story.exchange.position(), group?.orders.filter(({ role }) => role === 'close').length]).to.deep.equal(['closed', '0', 1]);
      expect(new Set(story.exchange.submits).size, 'an order was sent twice').to.equal(story.exchange.submits.length);
    },
  },
  'a position that a person takes over': {
    points: ['reconcile:group-id', 'reconcile:note-group', 'reconcile:adopted'],
    async play(story, rig, goOn) {
      story.exchange.trade('buy', '1', '100');
      await compared(story, 0);
      await compared(story, 6_000);
      await rig.decideDifference(story.accountId, 'adopt');
      for (let look = 0; look < 5; look += 1) {
        await compared(story, 40_000);
        await rig.forgetBusy(story.accountId);
        await story.rest();
        if (look === 2) await goOn();
      }
    },
    async ends(story, rig) {
      expect((await story.groups()).map((group) => [group.timeframe, groupQuantity(group)])).to.deep.equal([['adopted', '1']]);
      expect((await rig.differences(story.accountId)).map(({ state }) => state)).to.deep.equal(['adopted']);
    },
  },
  'a stray order of the service for conditional ones': {
    points: ['reconcile:cancel-conditional'],
    async play(story, rig, goOn) {
      const stray = clientOrderId(await rig.store.deploymentPrefix(), { groupId: '999999', role: 'entry', pyramid: 0, leg: 0, generation: 0 });
      story.exchange.place({ clientOrderId: stray, symbol, side: 'buy', type: 'limit', quantity: qty('1'), price: price('90'), reduceOnly: false });
      const cancel = story.exchange.cancel.bind(story.exchange);
      story.exchange.cancel = async (ref) => (ref.conditional === true ? await cancel(ref) : { kind: 'gone', message: 'unknown order sent' });
      for (let look = 0; look < 4; look += 1) {
        // What is of no symbol that we work is seen only where all orders are looked at.
        await rig.store.askReconcile(story.accountId, 'asked');
        await compared(story, 40_000);
        if (look === 1) await goOn();
        await rig.forgetBusy(story.accountId);
      }
    },
    async ends(story, rig) {
      expect([...story.exchange.orders.values()].map(({ status }) => status)).to.deep.equal(['cancelled']);
      expect((await rig.differences(story.accountId)).map(({ state }) => state)).to.deep.equal(['done']);
    },
  },
  'safe mode': {
    points: ['halt:set', 'halt:account'],
    async play(story, _rig, goOn) {
      const enter = (): Promise<boolean> => story.live(() => enterSafeMode(story.ports, story.accountId, 'unknown_orders', 'of a test'));
      await enter();
      await enter();
      await goOn();
    },
    async ends(story, rig) {
      expect((await rig.store.halts()).filter(({ scopeId }) => scopeId === story.accountId).map(({ kind }) => kind)).to.deep.equal(['safe_mode']);
    },
  },
};

/** What the simulation does not come to: whoever makes such a call dies, throws or hangs before and after it, whichever store it is. */
export function struckContract(kind: string, createRig: () => Promise<StoreRig>): void {
  describe(`calls that few lives make, over the store ${kind}`, function () {
    this.timeout(60_000);
    let rig: StoreRig;
    before(async () => {
      rig = await createRig();
    });
    after(() => rig.close());
    afterEach(() => rig.lift());

    it('each has a scene', () => expect(Object.values(scenes).flatMap(({ points }) => points).sort()).to.deep.equal(crashPointsOf('contract').sort()));

    for (const [name, { points, play, ends }] of Object.entries(scenes)) {
      for (const point of points) {
        for (const moment of crashMoments) {
          for (const way of crashWays) {
            it(`${name}: ${way} ${moment} ${point}`, async () => {
              const story = await ShellStory.on(rig);
              story.strikeAt(point, moment, way);
              await play(story, rig, () => story.goOn());
              expect(story.spared, 'nobody came to this call').to.equal(false);
              await ends(story, rig);
            });
          }
        }
      }
    }
  });
}
