/** One rung of a ladder as the settings keep it. */
export interface Level {
  gap_percent: number;
  weight_percent: number;
  tp_percent: number | null;
}
/** What a rung has, in the order of the columns. */
export const levelMembers = ['gap_percent', 'weight_percent', 'tp_percent'] as const satisfies readonly (keyof Level)[];

/** A ladder of equal weights and gaps; the last level takes what is left of 100. */
export function evenLevels(count: number, gapPercent: number): Level[] {
  const hundredths = Math.floor(10_000 / count);
  return Array.from({ length: count }, (_, index) => ({
    gap_percent: index === 0 ? 0 : -Number((gapPercent * index).toFixed(6)),
    weight_percent: (index === count - 1 ? 10_000 - hundredths * (count - 1) : hundredths) / 100,
    tp_percent: null,
  }));
}

/** The sum of the weights without the noise of binary fractions. */
export function weightSum(levels: readonly Level[]): number {
  return Number(levels.reduce((sum, level) => sum + level.weight_percent, 0).toFixed(6));
}

/** The same ladder with its weights scaled to 100 together, to hundredths; the last level takes what rounding leaves. */
export function scaledLevels(levels: readonly Level[]): Level[] {
  const sum = weightSum(levels);
  if (!(sum > 0)) return evenWeights(levels);
  const hundredths = levels.map(({ weight_percent: weight }) => Math.max(1, Math.round((10_000 * weight) / sum)));
  const rest = 10_000 - hundredths.slice(0, -1).reduce((total, each) => total + each, 0);
  return rest < 1 ? evenWeights(levels) : levels.map((level, index) => ({ ...level, weight_percent: (index === levels.length - 1 ? rest : (hundredths[index] ?? 1)) / 100 }));
}

const evenWeights = (levels: readonly Level[]): Level[] => evenLevels(levels.length, 0).map(({ weight_percent }, index) => ({ ...(levels[index] as Level), weight_percent }));
