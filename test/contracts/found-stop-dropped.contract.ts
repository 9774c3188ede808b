import { expect } from 'chai';
import type { PositionGroup } from '#shared/engine/position/position-group';
import { saving, writing } from '../support/store-rig.ts';
import { idOf, other, type FoundScene } from '../support/found-scene.ts';

/** The emergency stop of a position that somebody trades, or that nobody may close: it is set anew, dropped, or waits. */
export function stopDroppedContract(scene: FoundScene): void {
  describe('a position nobody here has opened', () => {
    /** A person has closed it and opened another one. */
    const reopened = (quantity: string, at: string): void => {
      const was = scene.story.exchange.position();
      scene.story.exchange.trade('sell', was, at);
      scene.moveTo(at);
      scene.story.exchange.priceEntry = at;
      scene.story.exchange.trade('buy', quantity, at);
    };
    const untouched = async (): Promise<void> => {
      await scene.story.rest();
      expect([scene.story.exchange.submits, (await scene.story.groups()).length], 'nothing is sold').to.deep.equal([[], 0]);
    };

    for (const quantity of ['1', '0.4', '3'])
      it(`closed by hand and ${quantity} opened lower between two looks: the stop is set anew, and nothing is sold`, async () => {
        await scene.found('buy', '1', '100', '100');
        reopened(quantity, '80');
        await scene.later(31_000, 'look');
        expect(await scene.stops()).to.deep.equal(['long 78.4']);
        await scene.watch();
        await scene.later(31_000, 'look');
        await untouched();
      });

    it('the same, and the old stop is reached before the look: it is dropped, and the new one is in its place', async () => {
      await scene.found('buy', '1', '100', '100');
      reopened('1', '80');
      await scene.watch();
      await scene.later(1_000, 'look');
      expect([await scene.stops(), await scene.told()]).to.deep.equal([['long 78.4'], ['orphan_position asks stop_dropped']]);
      await untouched();
    });

    it('a part of it is closed by hand: the stop stays', async () => {
      await scene.found('buy', '1', '100', '100');
      scene.story.exchange.trade('sell', '0.4', '99');
      await scene.later(31_000, 'look');
      expect(await scene.stops()).to.deep.equal(['long 98']);
    });

    it('more is bought by hand: the stop is set anew from the entry price there is now', async () => {
      await scene.found('buy', '1', '100', '100');
      scene.moveTo('98.5');
      scene.story.exchange.priceEntry = '99';
      scene.story.exchange.trade('buy', '2', '98.5');
      await scene.later(31_000, 'look');
      expect(await scene.stops()).to.deep.equal(['long 97.02']);
    });

    it('the same, and the old stop is reached while the look that sets the new one is at it: the new one stands, and nothing is sold', async () => {
      await scene.found('buy', '1', '100', '100');
      scene.moveTo('98.5');
      scene.story.exchange.priceEntry = '99';
      scene.story.exchange.trade('buy', '2', '98.5');
      const { store } = scene.story.ports;
      const { keepDifferences } = store;
      store.keepDifferences = async (...kept) => {
        store.keepDifferences = keepDifferences;
        scene.moveTo('97.9');
        await scene.watch();
        expect(await scene.told(), 'it is reached').to.deep.equal(['orphan_position asks stop_reached']);
        return await keepDifferences(...kept);
      };
      await scene.later(31_000, 'look');
      expect([await scene.stops(), await scene.told()]).to.deep.equal([['long 97.02'], ['orphan_position asks -']]);
      await scene.later(6_000, 'look');
      await untouched();
      scene.moveTo('97.02');
      await scene.watch();
      await scene.later(1_000, 'look');
      await scene.story.rest();
      expect([scene.story.exchange.position(), await scene.told()], 'the new one closes all of it').to.deep.equal(['0', ['orphan_position closed stopped']]);
    });

    it('a person has decided to close it, and buys more: that stays decided, whatever stop a look sets', async () => {
      await scene.found('buy', '1', '100', '100');
      scene.moveTo('98.5');
      scene.story.exchange.priceEntry = '99';
      scene.story.exchange.trade('buy', '2', '98.5');
      await scene.rig.decideDifference(scene.story.accountId, 'close');
      await scene.later(31_000, 'look');
      await scene.story.rest();
      expect([scene.story.exchange.position(), await scene.told()]).to.deep.equal(['0', ['orphan_position closed closed']]);
    });

    /** Whoever carries the reached stop out is held up; a person closes the position and opens one of 3. */
    const heldUp = async (meanwhile: () => Promise<unknown>): Promise<void> => {
      const { story } = scene;
      await scene.found('buy', '1', '100', '100');
      scene.moveTo('97');
      await scene.watch();
      story.strikeAt('reconcile:note-group', 'before', 'hangs');
      await story.live(() => scene.later(1_000, 'look'));
      expect(story.spared).to.equal(false);
      story.exchange.trade('sell', '1', '97');
      await meanwhile();
      scene.moveTo('50');
      story.exchange.priceEntry = '50';
      story.exchange.trade('buy', '3', '50');
    };
    const notSold = async (): Promise<void> => {
      await untouched();
      expect(scene.story.exchange.position()).to.equal('3');
    };

    it('it was reached, whoever carries that out is held up, and another sees that a person has closed it: what is opened after that is not sold', async () => {
      await heldUp(async () => {
        await scene.rig.forgetBusy(scene.story.accountId);
        await scene.later(31_000, 'look');
        expect(await scene.told()).to.deep.equal(['orphan_position gone gone']);
      });
      await scene.story.goOn();
      await notSold();
      expect(await scene.told()).to.deep.equal(['orphan_position gone gone']);
    });

    it('the same, and nobody else has looked: what was read before the account was another one\'s is not acted on', async () => {
      await heldUp(async () => {});
      const real = performance.now;
      performance.now = () => real.call(performance) + 12_001;
      try {
        await scene.story.goOn();
        await notSold();
      } finally {
        performance.now = real;
      }
      await scene.later(6_000, 'look');
      await notSold();
      expect(await scene.told()).to.deep.equal(['orphan_position asks stop_dropped']);
    });

    it('our own group trades beside it, which blends the entry price: the stop stays, and closes it when it is reached', async () => {
      await scene.story.alert();
      await scene.story.round();
      await scene.later();
      await scene.found('buy', '1', '100', '100');
      expect(await scene.stops()).to.deep.equal(['long 98']);
      const entry = await scene.story.order('entry', 0);
      scene.story.exchange.fill(entry.clientOrderId, entry.quantity, '99');
      scene.story.exchange.priceEntry = '99.1';
      await scene.story.rest();
      await scene.later(31_000, 'look');
      expect(await scene.stops()).to.deep.equal(['long 98']);
      scene.moveTo('98');
      await scene.watch();
      await scene.later(1_000, 'look');
      await scene.story.rest();
      expect((await scene.story.groups()).map(({ closeReason }) => closeReason)).to.deep.equal([null, 'stop_loss']);
    });

    it('the account is switched off, or may not trade in this mode: nothing is decided', async () => {
      await scene.found('buy', '1', '100', '100');
      scene.moveTo('97');
      scene.mayTrade = false;
      await scene.watch();
      expect(await scene.told()).to.deep.equal(['orphan_position asks -']);
      scene.mayTrade = true;
      await scene.rig.switchOff(scene.story.accountId);
      await scene.watch();
      expect([await scene.told(), await scene.stops()]).to.deep.equal([['orphan_position asks -'], []]);
    });

    it('nobody has seen the position for two minutes: nothing is decided until it is seen again', async () => {
      await scene.found('buy', '1', '100', '100');
      scene.story.ahead += 121_000;
      scene.moveTo('97');
      await scene.watch();
      expect(await scene.told()).to.deep.equal(['orphan_position asks -']);
      await scene.later(0, 'look');
      await scene.watch();
      expect(await scene.told()).to.deep.equal(['orphan_position asks stop_reached']);
    });

    it('it was reached, and the account was off for days: what is held then is asked about again, with a stop of its own', async () => {
      await scene.found('buy', '1', '100', '100');
      scene.moveTo('97');
      await scene.watch();
      scene.moveTo('150');
      await scene.later(3 * 86_400_000, 'look');
      expect([await scene.stops(), await scene.told()]).to.deep.equal([['long 98'], ['orphan_position asks stop_dropped']]);
      await untouched();
    });

    it('it was reached as another deployment is found on the account: nothing is closed, it may be the other one\'s', async () => {
      await scene.found('buy', '1', '100', '100');
      scene.moveTo('97');
      await scene.watch();
      scene.place(idOf(other));
      await scene.later(1_000, 'look');
      expect([await scene.stops(), (await scene.told()).sort()]).to.deep.equal([[], ['orphan_position asks stop_dropped', 'other_deployment asks -']]);
      await untouched();
    });

    it('a closed group holds what a fill that came late has given it: that is ours, and no stop sells it', async () => {
      await scene.story.alert();
      await scene.story.round();
      const entry = await scene.story.order('entry', 0);
      scene.story.exchange.fill(entry.clientOrderId, entry.quantity, '100');
      await scene.story.rest();
      const { id } = await scene.story.group();
      const kept = (await scene.rig.store.group(id))!;
      const ended: PositionGroup = { ...kept.group, status: 'closed', closedAt: Date.now(), closeReason: 'manual' };
      await scene.rig.store.transact({ aggregate: 'group', aggregateId: id, key: null, event: { type: 'timer' } }, () => writing({ groups: [saving(ended, kept.version + 1, { orders: [] })] }));
      expect((await scene.rig.store.accountBook(scene.story.accountId))?.groups.map(({ group }) => group.id)).to.deep.equal([id]);
      await scene.later();
      await scene.later(6_000);
      expect([await scene.stops(), (await scene.told()).filter((line) => line.startsWith('orphan_position'))]).to.deep.equal([[], []]);
    });
  });
}
