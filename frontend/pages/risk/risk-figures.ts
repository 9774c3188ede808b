import type { AccountMode, RiskAction, RiskCondition, RiskGroupView, RiskPlanView, RiskView } from '#shared/contracts/http';
import { compareDecimals, divideDecimals, multiplyDecimals, negateDecimal, signOf, sumDecimals } from '../../data/decimal.ts';
import { failing } from './condition-gap.ts';

/** Every group of the view, losers first. */
export const groupsOf = ({ losers, winners, others }: RiskView): RiskGroupView[] => [...losers, ...others, ...winners];

/** How much of the loss is paid for, in percent cut to one digit, never above 100. */
export function coveredPercent({ coveredUsd, requiredUsd }: Pick<RiskPlanView, 'coveredUsd' | 'requiredUsd'>): string {
  const percent = divideDecimals(multiplyDecimals(coveredUsd, '100'), requiredUsd, 1);
  return compareDecimals(percent, '100') > 0 ? '100' : percent;
}

/** What of the loss stays open; nothing where it is covered. */
export function uncoveredUsd({ coveredUsd, requiredUsd }: Pick<RiskPlanView, 'coveredUsd' | 'requiredUsd'>): string {
  const rest = sumDecimals([requiredUsd, negateDecimal(coveredUsd)]);
  return signOf(rest) > 0 ? rest : '0';
}

/** What a plan should come to once fees and slippage are paid; null where one of them is not known. */
export function netAfterCosts({ netUsd, feesExpectedUsd, slippageExpectedUsd }: RiskPlanView): string | null {
  if (feesExpectedUsd === null) return null;
  return sumDecimals([netUsd, negateDecimal(feesExpectedUsd), ...(slippageExpectedUsd === null ? [] : [negateDecimal(slippageExpectedUsd)])]);
}

/** Winners that can pay now, per mode of their accounts: a gain on paper pays for no loss of money. */
export function winningOffsets(winners: readonly RiskGroupView[]): { mode: AccountMode; count: number; totalUsd: string }[] {
  const byMode = new Map<AccountMode, string[]>();
  for (const { mode, winner, pnlUsd } of winners) if (winner.eligible && pnlUsd !== null) byMode.set(mode, [...(byMode.get(mode) ?? []), pnlUsd]);
  return [...byMode].map(([mode, profits]) => ({ mode, count: profits.length, totalUsd: sumDecimals(profits) })).sort((a, b) => compareDecimals(b.totalUsd, a.totalUsd));
}

/** Losing groups by what stands in their way first, the commonest reason first. */
export function obstacles(losers: readonly RiskGroupView[]): { name: RiskCondition['name']; groups: RiskGroupView[] }[] {
  const byName = new Map<RiskCondition['name'], RiskGroupView[]>();
  for (const group of losers) {
    const [first] = failing(group.loser.conditions);
    if (!group.loser.eligible && first !== undefined) byName.set(first.name, [...(byName.get(first.name) ?? []), group]);
  }
  return [...byName].map(([name, groups]) => ({ name, groups })).sort((a, b) => b.groups.length - a.groups.length);
}

/** Milliseconds by which the browser's clock is ahead of the server's, read from the moment a wait was judged at; below two seconds the answer's own way is all it shows. */
export function clockAhead(view: RiskView, receivedAt: number): number {
  const judgedAt = groupsOf(view)[0]?.loser.conditions.find(({ name }) => name === 'wait_over')?.actual;
  const ahead = judgedAt === undefined || judgedAt === null ? 0 : receivedAt - Date.parse(judgedAt);
  return Number.isNaN(ahead) || Math.abs(ahead) < 2000 ? 0 : ahead;
}

/** What an offset came to once its fees are paid. */
export const netAfterFees = ({ netRealisedUsd, feesUsd }: RiskAction): string => sumDecimals([netRealisedUsd, negateDecimal(feesUsd)]);

/** The step because of which an offset ended otherwise than planned, if it was one. */
export const causeOf = ({ steps, figures }: RiskAction): RiskAction['steps'][number] | undefined => steps.find(({ step }) => String(step) === figures['step']);

/** The worst slippage among the closes of an offset, in percent; null where none is known. */
export const worstSlippage = ({ steps }: RiskAction): string | null =>
  steps.reduce<string | null>((worst, { slippagePercent: one }) => (one === null || (worst !== null && compareDecimals(worst, one) >= 0) ? worst : one), null);

/** Loser and winners of an offset, by its steps. */
export const partsOf = ({ steps }: RiskAction): { winners: RiskAction['steps']; loser: RiskAction['steps'][number] | undefined } => ({
  winners: steps.filter(({ role }) => role === 'winner'),
  loser: steps.find(({ role }) => role === 'loser'),
});

/** A close of a plan as it is drawn. */
export interface DrawnClose {
  groupId: string;
  symbol: string;
  timeframe?: string;
  side?: 'long' | 'short';
  usd: string;
  closeQuantity: string;
  whole: boolean;
  /** Of all it holds; null where the plan has begun and it is no longer told. */
  held: { usd: string; quantity: string; percent: string | null } | null;
  /** How far its close is; null before the plan has begun. */
  state: RiskAction['steps'][number]['state'] | null;
}
/** What the drawing needs of a plan, whether it is still to come or on its way. */
export interface DrawnPlan {
  winners: DrawnClose[];
  loser: DrawnClose;
  requiredUsd: string;
  coveredUsd: string;
}

/** A projected plan as it is drawn. */
export const drawnPlan = ({ winners, loser, requiredUsd, coveredUsd }: RiskPlanView): DrawnPlan => ({
  winners: winners.map(({ groupId, symbol, realisedUsd, closeQuantity, whole, profitUsd, quantity }) => ({ groupId, symbol, usd: realisedUsd, closeQuantity, whole, held: { usd: profitUsd, quantity, percent: null }, state: null })),
  loser: { groupId: loser.groupId, symbol: loser.symbol, usd: loser.realisedUsd, closeQuantity: loser.closeQuantity, whole: loser.whole, held: { usd: loser.lossUsd, quantity: loser.quantity, percent: loser.lossPercent }, state: null },
  requiredUsd,
  coveredUsd,
});

/** An offset on its way as it is drawn: with what was really brought in where a step is over. Null where its steps name no loser. */
export function drawnAction(action: RiskAction): DrawnPlan | null {
  const { winners, loser } = partsOf(action);
  if (loser === undefined) return null;
  const drawn = ({ groupId, symbol, timeframe, side, state, plannedUsd, realisedUsd, quantityPlanned, quantityClosed, whole }: RiskAction['steps'][number]): DrawnClose => {
    const over = state === 'done' || state === 'failed';
    return { groupId, symbol, timeframe, side, usd: state === 'left_out' ? '0' : over ? realisedUsd : plannedUsd, closeQuantity: over ? quantityClosed : quantityPlanned, whole, held: null, state: action.status === 'awaiting_approval' ? null : state };
  };
  const paying = winners.map(drawn);
  return { winners: paying, loser: drawn(loser), requiredUsd: action.requiredUsd, coveredUsd: sumDecimals(paying.map(({ usd }) => usd)) };
}

/** When something was last done: the end of the last offset, or its beginning while it goes on; null before the first. One that waits for approval has done nothing. */
export const lastActionAt = ({ running, lastAction }: Pick<RiskView, 'running' | 'lastAction'>): string | null => {
  const last = running?.status === 'running' ? running : lastAction;
  return last === null ? null : (last.endedAt ?? last.startedAt);
};
