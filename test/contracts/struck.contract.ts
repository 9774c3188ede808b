import { expect } from 'chai';
import { defaultSettings } from '#shared/contracts/settings';
import { reconcilePlanOf } from '#shared/contracts/settings-plans';
import { clientOrderId } from '#shared/engine/ids';
import { price, qty } from '#shared/engine/num/units';
import { groupQuantity } from '#shared/engine/position/exposure';
import { crashMoments, crashPointsOf } from '#shared/shell/crash-points';
import { reconcileAccount } from '#shared/shell/reconcile/reconcile-account';
import { enterSafeMode } from '#shared/shell/safe-mode';
import { createDeploymentEar } from '#workers/hear-deployment';
import { orphanStops } from '#workers/orphan-stops';
import { rearmAfterClean } from '#workers/rearm-after-clean';
import { crashWays, ShellStory } from '../support/shell-story.ts';
import type { StoreRig } from '../support/store-rig.ts';
import type { StruckScene } from '../support/struck-scene.ts';
import { watchScenes } from './struck-watches.contract.ts';

const symbol = 'BTC/USDT:USDT';
const compared = (story: ShellStory, ms: number): Promise<boolean> => {
  story.ahead += ms;
  return story.live(() => reconcileAccount(story.ports, story.accountId, 'test'));
};

/** A round of the watch of emergency stops, at this price. */
const watched = (story: ShellStory, last: string): Promise<boolean> => {
  story.exchange.priceMarket = last;
  const { store, jobs, clock, log, atCrashPoint } = story.ports;
  return story.live(() => orphanStops({ store, jobs, clock, priceFresh: () => price(last), mayTrade: () => true, log, atCrashPoint }).run());
};
/** A person has bought 1 at 100, and two looks agree on it: its emergency stop is at 98. */
const bought = async (story: ShellStory): Promise<void> => {
  story.exchange.priceEntry = '100';
  story.exchange.trade('buy', '1', '100');
  await compared(story, 0);
  await compared(story, 6_000);
};
const stoppedOnce = async (story: ShellStory, rig: StoreRig): Promise<void> => {
  expect([story.exchange.position(), story.exchange.submits.length, (await story.groups()).map(({ closeReason }) => closeReason)]).to.deep.equal(['0', 1, ['stop_loss']]);
  expect((await rig.differences(story.accountId)).map(({ state, action }) => `${state} ${action}`)).to.deep.equal(['closed stopped']);
};
const haltsOf = async (story: ShellStory, rig: StoreRig): Promise<string[]> => (await rig.store.halts()).filter(({ scopeId }) => scopeId === story.accountId).map(({ code }) => code ?? '');

/** The stop is reached, its closing fails until it is of another market, and it is dropped; then it is reached once more. Whoever hangs goes on in the middle, or at the end. */
function stopDropped(goesOn: 'while it is asked about again' | 'when it is over'): StruckScene {
  return {
    points: [],
    also: [
      ['reconcile:adopted', 1],
      ['reconcile:end-difference', 1],
    ],
    async play(story, rig, goOn) {
      await bought(story);
      await watched(story, '97');
      const { noteGroup } = story.ports.store;
      story.ports.store.noteGroup = async (...noted) => {
        story.ports.store.noteGroup = noteGroup;
        await noteGroup(...noted);
        throw new Error('the database is gone');
      };
      await compared(story, 1_000);
      story.exchange.priceMarket = '150';
      await compared(story, 180_000);
      for (let look = 0; look < 4; look += 1) {
        await rig.forgetBusy(story.accountId);
        await compared(story, 31_000);
        await story.rest();
        if (look === 2 && goesOn === 'while it is asked about again') await goOn();
      }
      expect([story.exchange.submits, await story.groups(), await haltsOf(story, rig)], 'nothing is sold').to.deep.equal([[], [], []]);
      await watched(story, '97');
      await compared(story, 1_000);
      await story.rest();
      await goOn();
    },
    ends: stoppedOnce,
  };
}

const scenes: Record<string, StruckScene> = {
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
  'an emergency stop that is reached': {
    points: ['orphan:stops', 'orphan:fire', 'orphan:compare', 'orphan:knock'],
    async play(story, rig, goOn) {
      await bought(story);
      for (let look = 0; look < 5; look += 1) {
        await watched(story, '97');
        await watched(story, '97');
        await compared(story, 31_000);
        await rig.forgetBusy(story.accountId);
        await story.rest();
        if (look === 2) await goOn();
      }
    },
    ends: stoppedOnce,
  },
  'an emergency stop that was reached, and could not close in time': stopDropped('while it is asked about again'),
  'an emergency stop that could not close in time, and closed later': stopDropped('when it is over'),
  'an order of another deployment, heard on the stream': {
    points: ['deployment:prefix', 'deployment:note', 'deployment:accepted', 'deployment:compare'],
    async play(story, rig, goOn) {
      const hear = createDeploymentEar(story.ports);
      const report = { clientOrderId: clientOrderId('qqqqq', { groupId: '7', role: 'entry', pyramid: 0, leg: 0, generation: 0 }), venueOrderId: '1', status: 'filled', quantityFilled: qty('1'), reason: null, at: 0 } as const;
      for (let heard = 0; heard < 4; heard += 1) {
        story.ahead += 11_000;
        await story.live(() => hear(story.accountId, { kind: 'order', report }));
        if (heard === 2) await goOn();
      }
      await rig.forgetBusy(story.accountId);
      await compared(story, 0);
    },
    async ends(story, rig) {
      expect(await haltsOf(story, rig)).to.deep.equal(['second_deployment']);
      expect((await rig.differences(story.accountId)).map(({ kind, state }) => `${kind} ${state}`)).to.deep.equal(['other_deployment asks']);
    },
  },
  'safe mode that a clean comparison ends': {
    points: ['rearm:halts', 'rearm:account', 'rearm:plan', 'rearm:differences', 'rearm:unknown', 'rearm:look', 'rearm:lift'],
    also: [
      ['rearm:halts', 2],
      ['rearm:look', 2],
    ],
    async play(story, rig, goOn) {
      story.ports.reconcilePlan = async () => ({ ...reconcilePlanOf(defaultSettings), rearmAfterClean: true });
      await enterSafeMode(story.ports, story.accountId, 'unknown_orders', 'of a test');
      const rows = await rig.rowCount();
      for (let look = 0; look < 4; look += 1) {
        await rig.store.askReconcile(story.accountId, 'asked');
        story.ahead += 40_000;
        await story.live(() => rearmAfterClean(story.ports, story.accountId, () => reconcileAccount(story.ports, story.accountId, 'test')));
        await rig.forgetBusy(story.accountId);
        if (look === 2) await goOn();
      }
      expect((await rig.rowCount()) - rows, 'who waited is looked at again').to.be.within(1, 2);
    },
    async ends(story, rig) {
      expect(await haltsOf(story, rig)).to.deep.equal([]);
    },
  },
  ...watchScenes,
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
    afterEach(async () => {
      await rig.lift();
      await rig.closeGroups();
    });

    it('each has a scene', () => expect(Object.values(scenes).flatMap(({ points }) => points).sort()).to.deep.equal(crashPointsOf('contract').sort()));

    for (const [name, { points, also = [], play, ends }] of Object.entries(scenes)) {
      for (const [point, hit] of [...points.map((each) => [each, 1] as const), ...also]) {
        for (const moment of crashMoments) {
          for (const way of crashWays) {
            it(`${name}: ${way} ${moment} ${point}${hit === 1 ? '' : `, the ${hit}nd time`}`, async () => {
              const story = await ShellStory.on(rig);
              story.strikeAt(point, moment, way, hit);
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
