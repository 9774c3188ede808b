import { expect } from 'chai';
import { defaultSettings, type Settings } from '#shared/contracts/settings';
import { poolSettingsOf } from '#shared/contracts/settings-plans';
import { ratio } from '#shared/engine/num/units';
import { pnlRealised } from '#shared/engine/position/exposure';
import type { Log, LogFields, LogLevel } from '#shared/ports/system.port';
import { instrument } from '../support/engine-story.ts';
import { ShellStory } from '../support/shell-story.ts';
import type { StoreRig } from '../support/store-rig.ts';

type Line = { level: LogLevel; category: string; message: string; fields: LogFields };

/** What is kept and told of market orders that slip, whichever store keeps it (A-14, E-20). The story's last price is 100. */
export function slippageContract(kind: string, createRig: () => Promise<StoreRig>): void {
  describe(`slippage over the store ${kind}`, function () {
    this.timeout(60_000);
    let rig: StoreRig;
    let story: ShellStory;
    let lines: Line[];
    before(async () => {
      rig = await createRig();
    });
    after(() => rig.close());
    beforeEach(async () => {
      story = await ShellStory.on(rig);
      await rig.trades(instrument().symbol, '100');
      lines = [];
      const at =
        (level: LogLevel): Log['info'] =>
        (category, message, fields = {}) =>
          void lines.push({ level, category, message, fields });
      story.ports.log = { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error'), alert: at('alert') };
    });

    const ofSlippage = (): Line[] => lines.filter(({ fields }) => 'limitPercent' in fields);

    /** A group that has bought at 100 and is closed by a signal while the market gives `at`; the signal's id. */
    async function closeAt(at: string, risk: Partial<Settings['risk_engine']>, limit: string | null = null): Promise<string> {
      story.settings.slippage = poolSettingsOf({ ...defaultSettings, risk_engine: { ...defaultSettings.risk_engine, ...risk } }).slippage;
      await story.alert();
      await story.round();
      const entry = await story.order('entry', 0);
      story.exchange.fill(entry.clientOrderId, entry.quantity, '100');
      await story.round();
      story.exchange.priceMarket = at;
      const exit = await story.alert({ kind: 'exit', slippageMaxPercent: limit === null ? null : ratio(limit) });
      await story.rest();
      return exit;
    }

    it('E-20 reject: closed and stored at the real price, one order only, an error and an alert that name the user, and the signal hears of it', async () => {
      const exit = await closeAt('98.9', { slippage_action: 'reject' });
      const group = await story.group();
      const close = await story.order('close', null);
      expect([group.status, group.closeReason, pnlRealised(group), story.exchange.position()]).to.deep.equal(['closed', 'exit_signal', '-5.5', '0']);
      expect(story.exchange.submits.filter((id) => id === close.clientOrderId), 'sent once').to.have.length(1);
      expect(group.orders.filter(({ role }) => role === 'close'), 'one order').to.have.length(1);
      expect((await rig.store.orderRow(close.clientOrderId))?.order).to.deep.include({ status: 'filled', priceExpected: '100', quantityFilled: close.quantity, notionalFilled: '494.5' });
      expect(ofSlippage().map(({ level, category }) => [level, category])).to.deep.equal([
        ['info', 'order'],
        ['error', 'order'],
        ['alert', 'order'],
      ]);
      for (const { fields } of ofSlippage()) expect(fields).to.deep.include({ userId: story.userId, groupId: group.id, clientOrderId: close.clientOrderId, expected: '100', actual: '98.9', percent: '1.1' });
      expect(await rig.signal(exit)).to.deep.equal({ status: 'accepted', outcome: 'closing', reason: 'slippage_exceeded', groupId: group.id });
    });

    it('risk_engine.slippage_action: warn instead of reject is a warning, and the signal is as it was', async () => {
      const exit = await closeAt('98.9', { slippage_action: 'warn' });
      expect(ofSlippage().map(({ level }) => level)).to.deep.equal(['info', 'warn']);
      expect([(await story.group()).status, (await rig.signal(exit)).reason]).to.deep.equal(['closed', null]);
    });

    it('a close is compared with the last price when it was sent, not when it was decided', async () => {
      await rig.trades(instrument().symbol, '98.9');
      await closeAt('98.9', {});
      expect(ofSlippage().map(({ level, fields }) => [level, fields.expected, fields.percent])).to.deep.equal([['info', '98.9', '0']]);
      expect((await rig.store.orderRow((await story.order('close', null)).clientOrderId))?.order.priceExpected).to.equal('98.9');
    });

    const limits: [title: string, percent: number, limit: string | null, told: LogLevel[]][] = [
      ['risk_engine.max_slippage_percent: 1.1 % is more than 1', 1, null, ['info', 'warn']],
      ['risk_engine.max_slippage_percent: 1.1 % is not more than 1.1', 1.1, null, ['info']],
      ["A-15: the exit signal's own 0.2 beats a configured 5", 5, '0.2', ['info', 'warn']],
      ["A-15: the exit signal's own 2 beats a configured 0.2", 0.2, '2', ['info']],
    ];
    for (const [title, percent, limit, told] of limits) {
      it(title, async () => {
        await closeAt('98.9', { max_slippage_percent: percent }, limit);
        expect(ofSlippage().map(({ level }) => level)).to.deep.equal(told);
      });
    }
  });
}
