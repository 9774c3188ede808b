import type { Signal } from '../messages/signals.ts';
import type { ExitPlan, TpOverrideRule } from './exit-plan.ts';

/** What the configuration says of exits, before it is known whom it concerns. */
export interface ExitSettings {
  exitPlan: ExitPlan;
  tpOverrides: readonly TpOverrideRule[];
  /** An alert's stop-loss is enforced. */
  signalStopEnforced: boolean;
}

/** Who the rules are asked about: the group's symbol and timeframe, and the alert that opens it. */
export type RuleSubject = Pick<Signal, 'symbol' | 'timeframe' | 'alertName'>;

/**
 * The exit plan of the group that a signal opens. The first rule without a pyramid that matches sets the mode, the percent or
 * both; its percent stands in for every other target. A rule with a pyramid changes that pyramid's targets only, whatever rule the group
 * took; of several for one pyramid the first counts.
 */
export function exitPlanFor({ exitPlan, tpOverrides, signalStopEnforced }: ExitSettings, subject: RuleSubject): ExitPlan {
  const matching = tpOverrides.filter((rule) => matches(rule, subject));
  const whole = matching.find(({ pyramid }) => pyramid === null);
  const forced: NonNullable<ExitPlan['pyramidTpForced']> = {};
  for (const { pyramid, tpPercent } of matching) if (pyramid !== null && tpPercent !== null) forced[String(pyramid)] ??= tpPercent;
  const { pyramidTpPercents, ...plan } = exitPlan;
  return {
    ...plan,
    kind: whole?.mode ?? plan.kind,
    ...(whole?.tpPercent == null ? { pyramidTpPercents: pyramidTpPercents ?? {} } : { tpPercent: whole.tpPercent, tpPercentForced: whole.tpPercent }),
    ...(Object.keys(forced).length > 0 && { pyramidTpForced: forced }),
    ...(signalStopEnforced && { signalStop: true }),
  };
}

const matches = (rule: TpOverrideRule, { symbol, timeframe, alertName }: RuleSubject): boolean =>
  (rule.symbol === null || spellings(symbol).includes(rule.symbol.trim().toUpperCase())) &&
  // `1m` is a minute and `1M` a month: timeframes are told apart by case.
  (rule.timeframe === null || rule.timeframe === timeframe) &&
  (rule.strategy === null || rule.strategy.trim().toUpperCase() === alertName?.trim().toUpperCase());

/** `BTC/USDT:USDT`, `BTC/USDT`, `BTCUSDT` and `BTCUSDT.P`; the first and the last only for a perpetual. */
function spellings(unified: string): string[] {
  const symbol = unified.toUpperCase();
  const pair = symbol.split(':')[0] ?? symbol;
  const compact = pair.replace('/', '');
  return pair === symbol ? [pair, compact] : [symbol, pair, compact, `${compact}.P`];
}
