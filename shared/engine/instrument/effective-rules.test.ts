import { expect } from 'chai';
import { instrument } from '#test/support/engine-story';
import { defaultSettings } from '#shared/contracts/settings';
import { precisionOf } from '#shared/contracts/settings-plans';
import { money, price, qty } from '#shared/engine/num/units';
import { effectiveRules, toTheLetter, type NoRules } from './effective-rules.ts';
import type { Instrument } from './instrument.ts';
import type { PrecisionPlan } from './precision-plan.ts';

const shipped = precisionOf(defaultSettings);
const venue = instrument({ quantityMax: qty('90'), contractSize: qty('10'), notionalMinSparesReduceOnly: true });
const uncut = '0.000000000000000001';

/** `tick step least-quantity least-notional`, with `!` where a warning is told; or why there are none. */
function rules(known: Instrument | NoRules, changes: Partial<PrecisionPlan> = {}): string {
  const found = effectiveRules(venue, known, { ...shipped, ...changes });
  if (typeof found === 'string') return found;
  const { tickSize, stepSize, quantityMin, notionalMin } = found.instrument;
  return `${tickSize} ${stepSize} ${quantityMin} ${notionalMin}${found.warning === null ? '' : ' !'}`;
}

describe('effectiveRules', () => {
  const rows: [string, Instrument | NoRules, Partial<PrecisionPlan>, string][] = [
    ['the venue’s', venue, {}, '0.01 0.001 0.001 5'],
    ['tick not enforced', venue, { enforceTick: false }, `${uncut} 0.001 0.001 5`],
    ['step not enforced', venue, { enforceStep: false }, `0.01 ${uncut} 0.001 5`],
    ['minimum notional not enforced', venue, { enforceNotionalMin: false }, '0.01 0.001 0.001 null'],
    ['forced: the fallback rules, with a warning', venue, { mode: 'force' }, '0.00000001 0.000001 0.000001 1 !'],
    ['forced, and not enforced', venue, { mode: 'force', enforceStep: false }, `0.00000001 ${uncut} 0.000001 1 !`],
    ['forced, and nothing known', 'unavailable', { mode: 'force' }, '0.00000001 0.000001 0.000001 1 !'],
    ['missing, blocked', 'unavailable', {}, 'unavailable'],
    ['not listed, blocked', 'unlisted', {}, 'unlisted'],
    ['missing, not blocked', 'unavailable', { blockOnMissing: false }, '0.00000001 0.000001 0.000001 1 !'],
    ['not listed, not blocked', 'unlisted', { blockOnMissing: false }, '0.00000001 0.000001 0.000001 1 !'],
    ['known: the fallback rules are not used', venue, { blockOnMissing: false }, '0.01 0.001 0.001 5'],
    ['a fallback notional of nothing is none', venue, { mode: 'force', fallback: { ...shipped.fallback, notionalMin: money('0') } }, '0.00000001 0.000001 0.000001 null !'],
  ];
  for (const [title, known, changes, expected] of rows) it(title, () => expect(rules(known, changes)).to.equal(expected));

  it('without exceptions is the venue’s object itself', () => {
    const found = effectiveRules(venue, venue, shipped);
    expect(typeof found === 'string' ? null : found.instrument).to.equal(venue);
  });

  it('forced rules leave what they do not name as the venue says', () => {
    const found = effectiveRules(venue, venue, { ...shipped, mode: 'force' });
    expect(typeof found === 'string' ? null : found.instrument).to.include({ quantityMax: '90', contractSize: '10', notionalMinSparesReduceOnly: true });
  });

  for (const [market, symbol, base, quote, spares] of [['usdm', '1000PEPE/USDC:USDC', '1000PEPE', 'USDC', true], ['spot', 'ETH/BTC', 'ETH', 'BTC', false]] as const) {
    it(`names the currencies of ${symbol} from its text`, () => {
      const found = effectiveRules({ venue: 'binance', market, symbol }, 'unlisted', { ...shipped, blockOnMissing: false });
      expect(typeof found === 'string' ? null : found.instrument).to.include({ base, quote, venueSymbol: `${base}${quote}`, contractSize: '1', active: true, notionalMinSparesReduceOnly: spares });
    });
  }

  it('to the letter: nothing is left out any more', () => {
    const loose = { ...shipped, mode: 'force' as const, enforceTick: false, enforceStep: false, enforceNotionalMin: false };
    expect(toTheLetter(loose)).to.deep.equal(shipped);
    expect(price('1e-18')).to.equal(uncut);
  });
});
