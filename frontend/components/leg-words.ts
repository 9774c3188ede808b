/** `DCA2`, or `P1·DCA2` where there is more than one pyramid. */
export function legName(pyramid: number, leg: number, pyramids: number): string {
  return pyramids > 1 ? `P${pyramid}·DCA${leg}` : `DCA${leg}`;
}

/** By how many percent `to` lies above `from`; for showing a distance, never for deciding. */
export function distancePercent(from: string, to: string): number {
  const start = Number(from);
  return start === 0 ? 0 : ((Number(to) - start) / start) * 100;
}
