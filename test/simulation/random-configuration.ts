import { defaultSettings, selectionRules, settingsSchema, sizingModes, tpModes, type LevelSettings, type Settings } from '#shared/contracts/settings';
import type { Instrument, Market } from '#shared/engine/instrument/instrument';
import { dec, money, price, qty } from '#shared/engine/num/units';
import type { Chance } from '#shared/simulation/seeded-chance';

/** An exchange account of a simulated user. */
export interface SimulatedAccount {
  accountId: string;
  userId: string;
  market: Market;
  funds: string;
  makerRate: string;
  takerRate: string;
}

/** A symbol with where its price starts. */
export interface SimulatedSymbol {
  rules: Instrument;
  start: string;
}

const hundredths = (chance: Chance, low: number, high: number): number => chance.between(low, high) / 100;

/** Levels whose weights make 100. */
function ladder(chance: Chance, most: number): LevelSettings[] {
  const count = chance.between(1, most);
  let left = 10_000;
  let gap = 0;
  return Array.from({ length: count }, (_, index) => {
    const weight = index === count - 1 ? left : chance.between(300, Math.max(300, Math.floor((left - (count - index) * 300) / 2)));
    left -= weight;
    const level = { gap_percent: gap === 0 ? 0 : -gap, weight_percent: weight / 100, tp_percent: chance.happens(0.7) ? hundredths(chance, 15, 250) : null };
    gap = Math.round((gap + hundredths(chance, index === 0 && chance.happens(0.1) ? 0 : 10, 90)) * 100) / 100;
    return level;
  });
}

const perPyramid = <Value>(chance: Chance, value: () => Value): Record<string, Value> => Object.fromEntries(['0', '1', '2'].filter(() => chance.happens(0.4)).map((index) => [index, value()]));

function gridOf(chance: Chance, symbols: readonly SimulatedSymbol[]): unknown {
  const dca = chance.between(1, 7);
  return {
    max_pyramids_per_group: chance.between(1, 5),
    max_dca_per_pyramid: dca,
    levels: ladder(chance, dca),
    pyramid_specific_levels: perPyramid(chance, () => ladder(chance, dca)),
    tp_mode: chance.pick(tpModes),
    tp_percent: hundredths(chance, 20, 200),
    pyramid_tp_percents: perPyramid(chance, () => hundredths(chance, 20, 200)),
    tp_overrides: chance.happens(0.3)
      ? [
          { symbol: chance.pick([null, chance.pick(symbols).rules.symbol]), timeframe: chance.pick([null, '15m']), tp_mode: chance.pick(tpModes), tp_percent: chance.pick([null, hundredths(chance, 20, 150)]) },
          { pyramid: chance.between(0, 2), tp_percent: hundredths(chance, 20, 150) },
        ]
      : [],
    entry_order_type: chance.pick(['limit', 'limit', 'market']),
    close_when_flat: chance.happens(0.7),
    sizing_mode: chance.happens(0.6) ? 'signal' : chance.pick(sizingModes),
    fixed_quote: chance.pick([0, 50, 400, 1000.5]),
    equity_percent: hundredths(chance, 5, 100),
    risk_percent: hundredths(chance, 1, 10),
    exposure_max_quote: chance.happens(0.2) ? chance.between(200, 5000) : 0,
    plan_check: chance.pick(['trim', 'refuse', 'off']),
    use_signal_stop_loss: chance.happens(0.3),
  };
}

/** Offsets that can happen within minutes: losers by a fraction of a percent, short waits. */
const riskOf = (chance: Chance): unknown => ({
  require_full_pyramids: chance.happens(0.3),
  required_pyramids_for_timer: 0,
  enable_post_full_wait: chance.happens(0.2),
  post_pyramids_wait_minutes: chance.between(0, 1),
  timer_start_condition: chance.pick(['after_5_pyramids', 'after_all_dca_submitted']),
  reset_timer_on_replacement: chance.happens(0.5),
  loss_threshold_percent: -hundredths(chance, 5, 100),
  use_trade_age_filter: chance.happens(0.1),
  age_threshold_minutes: 1,
  max_winners_to_combine: chance.between(1, 4),
  partial_close_enabled: chance.happens(0.7),
  min_close_notional: chance.pick([0, 5, 20]),
  uncovered_action: chance.pick(['partial', 'skip']),
  max_slippage_percent: hundredths(chance, 0, 100),
  slippage_action: chance.pick(['warn', 'reject']),
  evaluate_on_fill: chance.happens(0.6),
  evaluate_interval_sec: chance.pick([2, 10]),
});

const poolOf = (chance: Chance): unknown => ({
  execution_pool: { max_open_groups: chance.pick([1, 2, 3, 5, 10]), count_pyramids_toward_pool: chance.happens(0.2), count_dca_toward_pool: chance.happens(0.1), queue_limit: chance.pick([0, 1, 3, 50]) },
  waiting_rule: {
    queue_replace_same_symbol: chance.happens(0.7),
    drop_on_exit: chance.happens(0.7),
    selection_priority: [...selectionRules].sort(() => chance.next() - 0.5).slice(0, chance.between(1, selectionRules.length)),
    expires_after_minutes: chance.happens(0.2) ? 1 : 0,
    price_band_percent: chance.happens(0.2) ? hundredths(chance, 20, 300) : 0,
  },
  priority_rules: {
    priority_rules_enabled: { same_pair_timeframe: chance.happens(0.7), deepest_loss_percent: chance.happens(0.7), highest_replacement: chance.happens(0.7), highest_expected_profit: chance.happens(0.4), fifo_fallback: chance.happens(0.8) },
  },
});

/** A configuration a person could have set; every key that trading reads is drawn. */
export function drawSettings(chance: Chance, symbols: readonly SimulatedSymbol[]): Settings {
  // One in ten runs as shipped.
  const wished = chance.happens(0.1)
    ? {}
    : {
        grid_strategy: gridOf(chance, symbols),
        ...(poolOf(chance) as object),
        intake: { signal_max_age_seconds: chance.happens(0.15) ? 30 : 0, confirm_entries: chance.happens(0.06), confirmation_ttl_seconds: chance.pick([20, 60]) },
        risk_engine: riskOf(chance),
        reconciliation: { interval_seconds: chance.pick([60, 300, 3_600]), orphan_orders: chance.happens(0.8) ? 'cancel' : 'report', orphan_positions: chance.pick(['stop', 'ask']), rearm_after_clean: chance.happens(0.3) },
        precision: { block_on_missing_metadata: chance.happens(0.8), fallback_rules: defaultSettings.precision.fallback_rules },
      };
  const { value, error } = settingsSchema.validate(wished, { abortEarly: false });
  if (error !== undefined) throw new Error(`a drawn configuration is not valid: ${error.message}`);
  return value;
}

/** Two to four bases, each on spot or USD-M or both, with rules of many kinds. */
export function drawSymbols(chance: Chance): SimulatedSymbol[] {
  const bases = ['BTC', 'ETH', 'ADA', 'SHIB'].slice(0, chance.between(2, 4));
  return bases.flatMap((base) => {
    const markets = chance.pick<Market[]>([['usdm'], ['spot'], ['usdm', 'spot']]);
    const start = chance.pick(['0.0231', '0.4', '3.75', '101.3', '2540', '61234.5']);
    return markets.map((market) => ({ start, rules: drawRules(chance, base, market, start) }));
  });
}

function drawRules(chance: Chance, base: string, market: Market, start: string): Instrument {
  const digits = Math.floor(Math.log10(dec(start).toNumber()));
  // Between a hundredth and a ten-thousandth of a percent of the price.
  const tick = dec(10).pow(digits - chance.between(3, 5)).times(chance.pick([1, 1, 1, 5, 2.5]));
  const step = dec(10).pow(-digits + chance.pick([-1, -2, -3, 0])).times(chance.pick([1, 1, 1, 5]));
  const notionalMin = chance.pick([null, '1', '5', '20', '100']);
  // No venue's largest order is worth less than its smallest.
  const worth = (quote: number): ReturnType<typeof dec> => dec(quote).dividedBy(start).dividedToIntegerBy(step).plus(20).times(step);
  return {
    venue: 'binance',
    market,
    symbol: market === 'spot' ? `${base}/USDT` : `${base}/USDT:USDT`,
    venueSymbol: `${base}USDT`,
    base,
    quote: 'USDT',
    active: true,
    tickSize: price(tick),
    stepSize: qty(step),
    quantityMin: qty(step.times(chance.pick([1, 1, 2, 10]))),
    quantityMax: chance.happens(0.2) ? qty(worth(100_000)) : null,
    quantityMaxMarket: chance.happens(0.3) ? qty(worth(chance.pick([1_000, 3_000, 20_000]))) : null,
    notionalMin: notionalMin === null ? null : money(notionalMin),
    notionalMinSparesReduceOnly: market === 'usdm',
    contractSize: qty('1'),
  };
}

/** One or two users, each with one or two accounts on markets that have symbols. */
export function drawAccounts(chance: Chance, symbols: readonly SimulatedSymbol[]): SimulatedAccount[] {
  const markets = [...new Set(symbols.map(({ rules }) => rules.market))];
  let id = 0;
  return Array.from({ length: chance.pick([1, 1, 2]) }, (_, user) => `${user + 1}`).flatMap((userId) =>
    Array.from({ length: chance.pick([1, 2]) }, (): SimulatedAccount => {
      const market = chance.pick(markets);
      const [makerRate, takerRate] = chance.pick<[string, string]>([['0', '0'], ['0.001', '0.001'], ['0.0002', '0.0005'], ['0.00075', '0.00133']]);
      return { accountId: String((id += 1)), userId, market, funds: market === 'spot' && chance.happens(0.2) ? '1500' : '300000', makerRate, takerRate };
    }),
  );
}
