import { expect } from 'chai';
import { price } from '#shared/engine/num/units';
import type { FoundScene } from '../support/found-scene.ts';

/** The emergency stop of a position that nobody here has opened: where it stands, and what is closed when it is reached (R-514, E-48). */
export function stopReachedContract(scene: FoundScene): void {
  describe('a position nobody here has opened', () => {
    const cases: [side: 'buy' | 'sell', quantity: string, entry: string, market: string, stop: string, before: string, reached: string][] = [
      ['buy', '0.05', '90800', '90800', '88984', '88984.01', '88984'],
      ['buy', '0.05', '90800', '88500', '86730', '86731', '86729'],
      ['sell', '1.5', '3000', '3000', '3060', '3059.99', '3060.01'],
    ];
    for (const [side, quantity, entry, market, stop, before, reached] of cases) {
      it(`E-48: ${side === 'buy' ? 'long' : 'short'} ${quantity} @ ${entry}, last price ${market}: stopped at ${stop}, reduce-only, once, and an alert says so`, async () => {
        await scene.found(side, quantity, entry, market);
        expect([await scene.stops(), scene.alerts.filter((line) => line.startsWith('Emergency stop')).length]).to.deep.equal([[`${side === 'buy' ? 'long' : 'short'} ${stop}`], 1]);
        scene.moveTo(before);
        await scene.watch();
        await scene.later(31_000);
        expect([scene.story.exchange.submits, await scene.stops()], 'the stop does not follow the price').to.deep.equal([[], [`${side === 'buy' ? 'long' : 'short'} ${stop}`]]);
        scene.moveTo(reached);
        await scene.watch();
        await scene.watch();
        await scene.later(1_000, 'look');
        await scene.story.rest();
        const [order] = [...scene.story.exchange.orders.values()];
        expect(scene.story.exchange.submits).to.have.length(1);
        expect([order?.request.type, order?.request.reduceOnly, order?.request.side, order?.request.quantity]).to.deep.equal(['market', true, side === 'buy' ? 'sell' : 'buy', quantity]);
        expect([scene.story.exchange.position(), (await scene.story.groups()).map(({ closeReason }) => closeReason), await scene.told()]).to.deep.equal(['0', ['stop_loss'], ['orphan_position closed stopped']]);
      });
    }

    it('the limits leave no more than the reserve when it is reached: it is closed all the same; nothing left at all, it is tried again after 2 s', async () => {
      await scene.found('buy', '1', '100', '100');
      scene.story.exchange.budget = 'reserve';
      expect((await scene.later(31_000, 'look')).againInMs, 'what nobody waits for, waits for the next minute').to.equal(45_000);
      scene.moveTo('98');
      await scene.watch();
      scene.story.exchange.budget = 'none';
      const held = await scene.later(0, 'look');
      expect([held.status, held.againInMs, held.failures]).to.deep.equal(['failed', 2_000, 0]);
      scene.story.exchange.budget = 'reserve';
      await scene.later(2_000, 'look');
      scene.story.exchange.budget = 'plenty';
      await scene.story.rest();
      expect([scene.story.exchange.position(), (await scene.story.groups()).map(({ closeReason }) => closeReason), await scene.told()]).to.deep.equal(['0', ['stop_loss'], ['orphan_position closed stopped']]);
    });

    it('taken over before the stop is reached: the group has a stop of its own, the other is gone', async () => {
      await scene.found('buy', '1', '100', '100');
      await scene.rig.decideDifference(scene.story.accountId, 'adopt');
      scene.moveTo('50');
      await scene.watch();
      await scene.later(1_000);
      expect([await scene.stops(), await scene.told(), (await scene.story.groups()).map(({ stop }) => stop?.from)]).to.deep.equal([[], ['orphan_position adopted adopted'], ['adopted']]);
    });

    it('ignored: its stop is gone, whatever the price does', async () => {
      await scene.found('buy', '1', '100', '100');
      await scene.rig.decideDifference(scene.story.accountId, 'ignore');
      scene.moveTo('50');
      await scene.watch();
      await scene.later();
      await scene.story.rest();
      expect([await scene.stops(), scene.story.exchange.submits, scene.story.exchange.position()]).to.deep.equal([[], [], '1']);
    });

    it('closed by hand before its stop: nothing is sold', async () => {
      await scene.found('buy', '1', '100', '100');
      scene.story.exchange.trade('sell', '1', '99');
      scene.moveTo('97');
      await scene.watch();
      await scene.later();
      await scene.story.rest();
      expect([scene.story.exchange.submits, (await scene.told()).length]).to.deep.equal([[], 1]);
      expect(await scene.stops()).to.deep.equal([]);
    });

    it('more of it than ours on the same side: only what nobody here has opened is closed', async () => {
      await scene.story.alert();
      await scene.story.round();
      const entry = await scene.story.order('entry', 0);
      scene.story.exchange.fill(entry.clientOrderId, entry.quantity, '100');
      await scene.story.rest();
      await scene.later();
      await scene.found('buy', '1', '100', '100');
      scene.moveTo('95');
      await scene.watch();
      await scene.later(1_000, 'look');
      await scene.story.rest();
      expect([scene.story.exchange.position(), (await scene.story.groups()).map(({ status, closeReason }) => `${status} ${closeReason}`)]).to.deep.equal(['5', ['partially_filled null', 'closed stop_loss']]);
    });

    it('no rules of its symbol: it is not closed, tried again after 30 s, with one alert a round and one of the stop', async () => {
      await scene.found('buy', '1', '100', '100');
      scene.alerts.length = 0;
      scene.story.rulesLost = true;
      scene.moveTo('97');
      await scene.watch();
      await scene.later(1_000, 'look');
      for (let times = 0; times < 5; times += 1) await scene.watch();
      expect([await scene.told(), scene.alerts.length]).to.deep.equal([['orphan_position asks refused'], 2]);
      await scene.later(31_000, 'look');
      scene.story.rulesLost = false;
      await scene.watch();
      await scene.later(1_000, 'look');
      await scene.story.rest();
      expect([scene.story.exchange.position(), await scene.told()]).to.deep.equal(['0', ['orphan_position closed stopped']]);
    });

    it('rules that are too old, or in doubt, for an entry: it is closed by those last known', async () => {
      await scene.found('buy', '1', '100', '100');
      scene.story.rulesStale = true;
      scene.moveTo('97');
      await scene.watch();
      await scene.later(1_000, 'look');
      await scene.story.rest();
      expect([scene.story.exchange.position(), await scene.told()]).to.deep.equal(['0', ['orphan_position closed stopped']]);
    });

    it('no price since an outage: there is no stop yet, and the next look sets it', async () => {
      let fresh: string | null = null;
      scene.story.ports.priceFresh = () => (fresh === null ? null : price(fresh));
      await scene.found('buy', '1', '100', '100');
      expect(await scene.stops()).to.deep.equal([]);
      fresh = '90';
      await scene.later(31_000, 'look');
      expect(await scene.stops()).to.deep.equal(['long 88.2']);
    });

    it('`orphan_positions: ask`: a person is asked, and there is no stop', async () => {
      scene.plan = { ...scene.plan, orphanPositions: 'ask' };
      await scene.found('buy', '1', '100', '100');
      scene.moveTo('50');
      await scene.watch();
      expect([await scene.stops(), await scene.told(), scene.story.exchange.submits]).to.deep.equal([[], ['orphan_position asks -'], []]);
    });

    it('the setting is changed while one asks: its stop comes and goes with it', async () => {
      await scene.found('buy', '1', '100', '100');
      scene.plan = { ...scene.plan, orphanPositions: 'ask' };
      await scene.later();
      expect(await scene.stops()).to.deep.equal([]);
      scene.plan = { ...scene.plan, orphanPositions: 'stop' };
      await scene.later();
      expect(await scene.stops()).to.deep.equal(['long 98']);
    });
  });
}
