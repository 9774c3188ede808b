import { expect } from 'chai';
import { defaultLadder, gridPlan, instrument, level, perLeg, shows, signal } from '#test/support/engine-story';
import { PoolStory } from '#test/support/pool-story';
import { defaultSettings } from '#shared/contracts/settings';
import { sizingOf } from '#shared/contracts/settings-plans';
import type { GridLevel, SizingPlan } from '#shared/engine/entry/entry-plan';
import { fitLeg } from '#shared/engine/entry/grid';
import { planPyramid } from '#shared/engine/entry/plan-pyramid';
import { pyramidCapital, type Sized } from '#shared/engine/entry/sizing';
import type { Instrument } from '#shared/engine/instrument/instrument';
import type { Signal } from '#shared/engine/messages/signals';
import { dec, money, price, qty, ratio, sum } from '#shared/engine/num/units';

/** The sizing plan of a configuration that differs from a fresh one in these keys. */
const sizing = (changes: Partial<typeof defaultSettings.grid_strategy> = {}): SizingPlan => sizingOf({ ...defaultSettings, grid_strategy: { ...defaultSettings.grid_strategy, ...changes } });
const whole = [level('0', '100', '1')];

interface Case {
  settings?: Partial<typeof defaultSettings.grid_strategy>;
  alert?: Partial<Signal>;
  entry?: string;
  rules?: Partial<Instrument>;
  levels?: GridLevel[];
  equity?: string | null;
}
const size = ({ settings = {}, alert = {}, entry = '100', rules = {}, levels = defaultLadder, equity = null }: Case): Sized =>
  pyramidCapital(sizing(settings), { signal: signal(alert), entryPrice: price(entry), instrument: instrument(rules), levels, equity: equity === null ? null : money(equity) });
const capitalOf = (found: Sized): string => (found.ok ? found.capital : `${found.code}: ${found.detail}`);

describe('sizing: where the capital of a pyramid comes from (A-29)', () => {
  describe('E-49 order_size under each position_size_type, price 100, default grid', () => {
    const rows: [string, NonNullable<Signal['size']>['type'], string, string, string, string, string | null][] = [
      // title, type, order_size, contract size, capital, DCA0 quantity, DCA0 blocked
      ['contracts, contract size 1', 'contracts', '2.5', '1', '250', '0.5', null],
      ['contracts, contract size 0.001', 'contracts', '2.5', '0.001', '0.25', '0', 'below_minimum_notional: 0.5 x 100 = 0.05, the minimum is 5 USDT'],
      ['base', 'base', '2.5', '1', '250', '0.5', null],
      ['quote', 'quote', '2.5', '1', '2.5', '0', 'below_minimum_notional: 0.005 x 100 = 0.5, the minimum is 5 USDT'],
      ['quote, order_size 250', 'quote', '250', '1', '250', '0.5', null],
    ];
    for (const [title, type, amount, contractSize, capital, quantity, blocked] of rows) {
      it(`${title}: capital ${capital}, DCA0 ${quantity}${blocked === null ? '' : ', blocked'}`, () => {
        const rules = instrument({ contractSize: qty(contractSize) });
        const found = size({ alert: { size: { type, amount: qty(amount) } }, rules });
        expect(capitalOf(found)).to.equal(capital);
        const start = { signalId: '1', entryPrice: price('100'), capital: money(capital), slippageMaxPercent: null };
        const planned = planPyramid({ entryPlan: gridPlan(), exitPlan: perLeg, side: 'long', index: 0, start, used: money(0), instrument: rules });
        expect(planned.pyramid.legs[0]?.blocked).to.equal(blocked);
        expect(shows(planned.pyramid.legs[0]?.quantity ?? null, quantity)).to.equal(true);
        expect(planned.refusal?.code ?? null).to.equal(blocked === null ? null : 'every_leg_blocked');
      });
    }
    it('a capital of 0.25 where a contract is one unit rounds down to nothing', () => {
      const found = fitLeg('long', 'limit', { ...planLeg(), weightPercent: ratio('20') }, price('100'), money('0.25'), instrument());
      expect(found.blocked).to.equal('below_minimum_quantity: 0.0005 rounds down to 0, the minimum is 0.001 BTC');
    });
  });

  describe('grid_strategy.sizing_mode', () => {
    const alert = { size: { type: 'quote', amount: qty('400') }, stopLoss: price('90') } as const;
    const rows: [(typeof defaultSettings.grid_strategy)['sizing_mode'], string][] = [
      ['signal', '400'],
      ['fixed_quote', '1000'],
      ['equity_percent', '500'],
      // 5000 x 1 % / 10 % distance of the one leg.
      ['risk_percent', '500'],
    ];
    for (const [mode, capital] of rows) it(`${mode}: ${capital}`, () => expect(capitalOf(size({ settings: { sizing_mode: mode }, alert, levels: whole, equity: '5000' }))).to.equal(capital));
    it('decides what the pool asks of its group', () => {
      const asked = rows.map(([mode]) => {
        const story = new PoolStory({ sizing: sizing({ sizing_mode: mode, plan_check: 'off' }), entryPlan: gridPlan({ levels: whole }) });
        story.accounts = { '1': { at: 0, assets: { USDT: { free: money('5000'), total: money('5000') } }, leverage: {} } };
        const opened = story.signal('BTC', alert).commands.find((command) => command.type === 'open-group');
        return opened?.event.start.capital;
      });
      expect(asked).to.deep.equal(rows.map(([, capital]) => capital));
    });
  });

  describe('grid_strategy.fixed_quote', () => {
    it('is the capital where the alert names no size', () => {
      expect(capitalOf(size({ alert: { size: null } }))).to.equal('1000');
      expect(capitalOf(size({ settings: { fixed_quote: 250.5 }, alert: { size: null } }))).to.equal('250.5');
    });
    it('of 0 leaves such an alert without a size', () => expect(capitalOf(size({ settings: { fixed_quote: 0 }, alert: { size: null } }))).to.equal('no_size: order_size is absent or zero and grid_strategy.fixed_quote is not set'));
    it('of 0 with sizing_mode fixed_quote is no size either', () => expect(capitalOf(size({ settings: { sizing_mode: 'fixed_quote', fixed_quote: 0 } }))).to.match(/^no_size: grid_strategy.sizing_mode is fixed_quote/));
    it('does not stand in for a size of zero', () => expect(capitalOf(size({ alert: { size: { type: 'base', amount: qty(0) } } }))).to.match(/^no_size/));
  });

  describe('grid_strategy.equity_percent', () => {
    it('E-24 equity 8437.52, 10 %, price 64950, step 0.00001: 843.752, quantity 0.01299, notional 843.7005', () => {
      const rules = instrument({ tickSize: price('0.01'), stepSize: qty('0.00001'), quantityMin: qty('0.00001') });
      const found = size({ settings: { sizing_mode: 'equity_percent' }, entry: '64950', equity: '8437.52', rules, levels: whole });
      expect(capitalOf(found)).to.equal('843.752');
      const leg = fitLeg('long', 'limit', planLeg(), price('64950'), money(capitalOf(found)), rules);
      expect([shows(leg.quantity, '0.01299'), dec(leg.quantity).times(leg.priceLimit ?? '0').toFixed()]).to.deep.equal([true, '843.7005']);
    });
    it('25 instead of 10 gives two and a half times as much', () => expect(capitalOf(size({ settings: { sizing_mode: 'equity_percent', equity_percent: 25 }, equity: '8437.52' }))).to.equal('2109.38'));
    it('without a balance it is refused, naming the account and the asset', () =>
      expect(capitalOf(size({ settings: { sizing_mode: 'equity_percent' } }))).to.equal('no_balance: grid_strategy.sizing_mode equity_percent needs the balance of account 1 in USDT, and the venue has not told it'));
    it('with nothing on the account as well', () => expect(capitalOf(size({ settings: { sizing_mode: 'equity_percent' }, equity: '0' }))).to.equal('no_balance: the account holds no USDT'));
  });

  describe('grid_strategy.risk_percent', () => {
    const rows: { title: string; risk: number; entry: string; stop: string; side?: 'long' | 'short'; step: string; quantity: string; loss: string }[] = [
      { title: 'E-23 row 1', risk: 1, entry: '50000', stop: '49000', step: '0.001', quantity: '0.1', loss: '100' },
      { title: 'E-23 row 3, quantity rounded down', risk: 1, entry: '43256.7', stop: '42890.2', step: '0.001', quantity: '0.272', loss: '99.688' },
      { title: 'E-23 row 4, a short', risk: 1, entry: '0.5', stop: '0.52', side: 'short', step: '1', quantity: '5000', loss: '100' },
      { title: 'half a percent', risk: 0.5, entry: '100', stop: '99.9', step: '0.01', quantity: '500', loss: '50' },
      { title: 'a quantity that comes out even keeps its last step', risk: 1, entry: '43256.7', stop: '43006.7', step: '0.1', quantity: '0.4', loss: '100' },
    ];
    for (const { title, risk, entry, stop, side = 'long', step, quantity, loss } of rows) {
      it(`${title}: equity 10000, ${risk} % from ${entry} to ${stop}: ${quantity}, loses ${loss}`, () => {
        const rules = instrument({ stepSize: qty(step), quantityMin: qty(step), tickSize: price('0.01') });
        const found = size({ settings: { sizing_mode: 'risk_percent', risk_percent: risk }, alert: { side, stopLoss: price(stop) }, entry, rules, levels: whole, equity: '10000' });
        const leg = fitLeg(side, 'limit', planLeg(), price(entry), money(capitalOf(found)), rules);
        expect(shows(leg.quantity, quantity), leg.quantity).to.equal(true);
        expect(dec(entry).minus(stop).abs().times(leg.quantity).toFixed()).to.equal(loss);
      });
    }

    const ladder = (alert: Partial<Signal>, rules: Partial<Instrument> = {}): { capital: string; loss: string } => {
      const plan = sizing({ sizing_mode: 'risk_percent' });
      const asked = signal(alert);
      const tight = instrument({ stepSize: qty('0.00000001'), quantityMin: qty('0.00000001'), notionalMin: null, ...rules });
      const found = pyramidCapital(plan, { signal: asked, entryPrice: price('100'), instrument: tight, levels: defaultLadder, equity: money('10000') });
      if (!found.ok) throw new Error(found.detail);
      const start = { signalId: '1', entryPrice: price('100'), capital: money(1), slippageMaxPercent: null, risk: found.risk! };
      const { pyramid } = planPyramid({ entryPlan: gridPlan(), exitPlan: perLeg, side: asked.side, index: 0, start, used: money(0), instrument: tight });
      const lost = pyramid.legs.map((leg) => dec(leg.priceLimit ?? '0').minus(asked.stopLoss ?? '0').times(asked.side === 'long' ? 1 : -1)).map((distance, index) => (distance.greaterThan(0) ? distance.times(pyramid.legs[index]?.quantity ?? '0') : dec(0)));
      expect(pyramid.capital, 'the group reckons the same capital as the pool').to.equal(found.capital);
      return { capital: dec(found.capital).toFixed(6), loss: sum(lost).toFixed(5) };
    };
    it('the whole ladder of five legs loses equity x risk at the stop, never more', () => {
      expect(ladder({ stopLoss: price('95') }).loss).to.equal('99.99999');
      expect(ladder({ side: 'short', stopLoss: price('104') }).loss).to.equal('99.99999');
    });
    it('a stop twice as far gives about half the capital', () => {
      const [near, far] = [ladder({ stopLoss: price('94') }), ladder({ stopLoss: price('89') })];
      expect(Number(near.capital) / Number(far.capital)).to.be.within(1.9, 2.1);
    });
    it('a leg beyond the stop is never filled and loses nothing', () => expect(ladder({ stopLoss: price('98.7') }).loss).to.equal('99.99999'));

    const without: [string, Partial<Signal>, RegExp][] = [
      ['no stop', { stopLoss: null }, /^no_stop_for_risk_sizing: .*carries no stop_loss/],
      ['a stop at the entry (E-23)', { stopLoss: price('100') }, /^no_stop_for_risk_sizing: the stop 100 is not below the entry 100 of a long/],
      ['a stop above a long', { stopLoss: price('101') }, /^no_stop_for_risk_sizing/],
      ['a stop below a short', { side: 'short', stopLoss: price('99') }, /^no_stop_for_risk_sizing: the stop 99 is not above the entry 100 of a short/],
    ];
    for (const [title, alert, words] of without) it(`${title} is refused`, () => expect(capitalOf(size({ settings: { sizing_mode: 'risk_percent' }, alert, equity: '10000' }))).to.match(words));
    it('every leg beyond the stop is refused', () =>
      expect(capitalOf(size({ settings: { sizing_mode: 'risk_percent' }, alert: { stopLoss: price('99.9') }, levels: [level('-1', '100', '1')], equity: '10000' }))).to.equal('no_stop_for_risk_sizing: every leg of the ladder lies beyond the stop 99.9'));
    it('without a balance it is refused', () => expect(capitalOf(size({ settings: { sizing_mode: 'risk_percent' }, alert: { stopLoss: price('90') } }))).to.match(/^no_balance/));
  });
});

/** One leg at the entry that takes everything. */
function planLeg(): Parameters<typeof fitLeg>[2] {
  const start = { signalId: '1', entryPrice: price('100'), capital: money('1000'), slippageMaxPercent: null };
  const { pyramid } = planPyramid({ entryPlan: gridPlan({ levels: whole }), exitPlan: perLeg, side: 'long', index: 0, start, used: money(0), instrument: instrument() });
  return { ...pyramid.legs[0]!, blocked: null };
}
