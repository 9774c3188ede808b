import { unreachable } from '../assert.ts';
import type { Instrument } from '../instrument/instrument.ts';
import type { Signal, SignalSize } from '../messages/signals.ts';
import { compare, dec, isPositive, max, money, sum, type Decimalish, type Money, type Price } from '../num/units.ts';
import type { Side } from '../order/order.ts';
import type { Refusal, RefusalCode } from '../refusal.ts';
import type { GridLevel, SizingPlan } from './entry-plan.ts';
import { legPrice } from './grid.ts';

/** What may be lost when a stop is hit. */
export interface RiskTarget {
  amount: Money;
  stop: Price;
}

/** A pyramid's capital, or why it has none. `risk` stands where the capital follows from what may be lost. */
export type Sized = { ok: true; capital: Money; risk: RiskTarget | null } | ({ ok: false } & Refusal);

/** Who asks for capital, and what is known of the account that pays. */
export interface SizingCase {
  signal: Pick<Signal, 'accountId' | 'side' | 'size' | 'stopLoss'>;
  entryPrice: Price;
  instrument: Instrument;
  /** The ladder that the capital is divided over. */
  levels: readonly GridLevel[];
  /** Total of the quote asset on the account, what orders hold included; profits not realised and other coins are not counted. Null while unknown. */
  equity: Money | null;
}

/** Percents are divided with 40 digits; the digits behind these are the division's own noise, which must not cost a leg a step. */
const capitalDecimals = 18;
const halfUp = 4;
const asCapital = (value: Decimalish): Money => money(dec(value).toDecimalPlaces(capitalDecimals, halfUp));

/**
 * Quote capital that one signal gives its pyramid.
 * `signal`: as the alert states it, contracts, base or quote (R-029, E-49); without a size as `fixed_quote`.
 * `fixed_quote`: the configured amount, whatever the alert states.
 * `equity_percent`: equity x percent / 100 (E-24).
 * `risk_percent`: as much as loses equity x percent / 100 when every leg has filled at its own price and the stop is hit (E-23); see `capitalAtRisk`.
 */
export function pyramidCapital(plan: SizingPlan, { signal, entryPrice, instrument, levels, equity }: SizingCase): Sized {
  switch (plan.mode) {
    case 'signal':
      return positive(signal.size === null ? plan.fixedQuote : fromSignal(signal.size, entryPrice, instrument), 'order_size is absent or zero and grid_strategy.fixed_quote is not set');
    case 'fixed_quote':
      return positive(plan.fixedQuote, 'grid_strategy.sizing_mode is fixed_quote and grid_strategy.fixed_quote is 0');
    case 'equity_percent': {
      if (equity === null) return balanceUnknown(plan, signal.accountId, instrument);
      if (!isPositive(equity)) return no('no_balance', `the account holds no ${instrument.quote}`);
      return positive(asCapital(dec(equity).times(plan.equityPercent).dividedBy(100)), 'the share of the equity is 0');
    }
    case 'risk_percent':
      return fromRisk(plan, signal, entryPrice, instrument, levels, equity);
    default:
      return unreachable(plan.mode);
  }
}

const no = (code: RefusalCode, detail: string): Sized => ({ ok: false, code, detail });
const positive = (capital: Money, otherwise: string): Sized => (isPositive(capital) ? { ok: true, capital, risk: null } : no('no_size', otherwise));
const balanceUnknown = (plan: SizingPlan, accountId: string, instrument: Instrument): Sized =>
  no('no_balance', `grid_strategy.sizing_mode ${plan.mode} needs the balance of account ${accountId} in ${instrument.quote}, and the venue has not told it`);

function fromSignal(size: SignalSize, entryPrice: Price, instrument: Pick<Instrument, 'contractSize'>): Money {
  switch (size.type) {
    case 'quote':
      return money(size.amount);
    case 'base':
      return money(dec(size.amount).times(entryPrice));
    case 'contracts':
      return money(dec(size.amount).times(instrument.contractSize).times(entryPrice));
    default:
      return unreachable(size.type);
  }
}

function fromRisk(plan: SizingPlan, signal: SizingCase['signal'], entryPrice: Price, instrument: Instrument, levels: readonly GridLevel[], equity: Money | null): Sized {
  const { side, stopLoss: stop } = signal;
  if (stop === null) return no('no_stop_for_risk_sizing', 'grid_strategy.sizing_mode is risk_percent and the alert carries no stop_loss');
  if (!loses(side, entryPrice, stop)) return no('no_stop_for_risk_sizing', `the stop ${stop} is not ${side === 'long' ? 'below' : 'above'} the entry ${entryPrice} of a ${side}`);
  if (equity === null) return balanceUnknown(plan, signal.accountId, instrument);
  if (!isPositive(equity)) return no('no_balance', `the account holds no ${instrument.quote}`);
  const risk: RiskTarget = { amount: asCapital(dec(equity).times(plan.riskPercent).dividedBy(100)), stop };
  const capital = capitalAtRisk(risk, side, entryPrice, levels, instrument);
  return capital === null ? no('no_stop_for_risk_sizing', `every leg of the ladder lies beyond the stop ${stop}`) : { ok: true, capital, risk };
}

const loses = (side: Side, price: Decimalish, stop: Price): boolean => (side === 'long' ? compare(stop, price) < 0 : compare(stop, price) > 0);

/**
 * The capital whose ladder loses `amount` at the stop: amount / sum of weight x distance / price over the legs, at their prices on the tick.
 * A leg at or beyond the stop is never filled before the stop is hit, so it loses nothing. Rounding quantities down makes the loss smaller,
 * never larger. Null where no leg loses anything.
 */
export function capitalAtRisk({ amount, stop }: RiskTarget, side: Side, entryPrice: Price, levels: readonly GridLevel[], instrument: Instrument): Money | null {
  const lossPerUnit = sum(
    levels.map(({ gapPercent, weightPercent }) => {
      const at = legPrice(side, entryPrice, gapPercent, instrument);
      if (!at.greaterThan(0)) return dec(0);
      const distance = max(side === 'long' ? at.minus(stop) : dec(stop).minus(at), '0');
      return distance.times(weightPercent).dividedBy(100).dividedBy(at);
    }),
  );
  if (!lossPerUnit.greaterThan(0)) return null;
  const capital = asCapital(dec(amount).dividedBy(lossPerUnit));
  return isPositive(capital) ? capital : null;
}
