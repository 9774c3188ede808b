/** One rung of a ladder as the settings keep it. */
export interface Level {
  gap_percent: number;
  weight_percent: number;
  tp_percent: number | null;
}

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
