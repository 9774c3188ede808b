import { compareDecimals, divideDecimals } from '../../data/decimal.ts';

/** What a winner brings in, in the order in which winners are closed. */
export interface FlowPart {
  groupId: string;
  usd: string;
}

/** A ribbon from a winner to the part of the loss it pays for. `left` and `right` are the tops of its ends. */
export interface FlowBand {
  groupId: string;
  left: number;
  right: number;
  thickness: number;
}

/** Where everything of a drawn plan stands, in pixels at the usual size of text. */
export interface OffsetFlow {
  height: number;
  rows: { groupId: string; top: number; height: number }[];
  bands: FlowBand[];
  loss: { top: number; height: number };
  /** The end of the loss that nobody pays for; null where it is covered. */
  uncovered: { top: number; height: number } | null;
}

/** What a person can still see and tell from its neighbour. */
const bandLeast = 3;

/** `part` of `whole` between 0 and 1, for drawing. */
export function shareOf(part: string, whole: string): number {
  if (compareDecimals(whole, '0') <= 0) return 0;
  return Math.min(1, Math.max(0, Number(divideDecimals(part, whole, 6))));
}

/**
 * Lays out a plan: winners in rows on the left, high enough for their words; the loss as one bar on the right, and ribbons whose
 * thickness is their share of it. What winners bring in beyond the loss is not drawn, for there is nothing left that it could pay.
 */
export function offsetFlow(parts: readonly FlowPart[], requiredUsd: string, size: { lossHeight: number; rowLeast: number; gap: number }): OffsetFlow {
  const rows: OffsetFlow['rows'] = [];
  let top = 0;
  for (const { groupId, usd } of parts) {
    const height = Math.max(size.rowLeast, shareOf(usd, requiredUsd) * size.lossHeight);
    rows.push({ groupId, top, height });
    top += height + size.gap;
  }
  const left = Math.max(0, top - size.gap);
  const height = Math.max(left, size.lossHeight);
  const loss = { top: (height - size.lossHeight) / 2, height: size.lossHeight };
  const shift = (height - left) / 2;
  let filled = 0;
  const bands = rows.map((row, index): FlowBand => {
    row.top += shift;
    const thickness = Math.min(size.lossHeight - filled, Math.max(bandLeast, shareOf(parts[index]?.usd ?? '0', requiredUsd) * size.lossHeight));
    const band = { groupId: row.groupId, left: row.top + (row.height - thickness) / 2, right: loss.top + filled, thickness };
    filled += thickness;
    return band;
  });
  const rest = size.lossHeight - filled;
  return { height, rows, bands, loss, uncovered: rest < 0.5 ? null : { top: loss.top + filled, height: rest } };
}

/** The outline of a ribbon across a drawing `width` wide. */
export function bandPath({ left, right, thickness }: FlowBand, width: number): string {
  const middle = width / 2;
  const at = (value: number): string => String(Math.round(value * 10) / 10);
  return `M0 ${at(left)}C${middle} ${at(left)} ${middle} ${at(right)} ${width} ${at(right)}V${at(right + thickness)}C${middle} ${at(right + thickness)} ${middle} ${at(left + thickness)} 0 ${at(left + thickness)}Z`;
}
