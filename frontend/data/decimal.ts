/** Decimal strings for display: exact addition, comparison and formatting without a floating-point number in between. */

interface Parts {
  negative: boolean;
  whole: string;
  fraction: string;
}

function parts(value: string): Parts | null {
  const match = /^([+-]?)(\d*)(?:\.(\d*))?$/.exec(value.trim());
  if (match === null || (match[2] === '' && (match[3] ?? '') === '')) return null;
  return { negative: match[1] === '-', whole: match[2]?.replace(/^0+(?=\d)/, '') || '0', fraction: match[3] ?? '' };
}

function scaled(value: string, decimals: number): bigint {
  const p = parts(value);
  if (p === null) return 0n;
  const digits = BigInt(p.whole + p.fraction.padEnd(decimals, '0').slice(0, decimals));
  return p.negative ? -digits : digits;
}

function unscaled(value: bigint, decimals: number): string {
  const negative = value < 0n;
  const digits = (negative ? -value : value).toString().padStart(decimals + 1, '0');
  const text = decimals === 0 ? digits : `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
  return negative ? `-${text}` : text;
}

/** How many digits a decimal string carries behind its point. */
export function decimalsOf(value: string): number {
  return parts(value)?.fraction.length ?? 0;
}

/** -1, 0 or 1. */
export function signOf(value: string): -1 | 0 | 1 {
  const p = parts(value);
  if (p === null || /^0*$/.test(p.whole + p.fraction)) return 0;
  return p.negative ? -1 : 1;
}

/** The exact sum; unreadable values count as nothing. */
export function sumDecimals(values: readonly string[]): string {
  const decimals = values.reduce((most, value) => Math.max(most, decimalsOf(value)), 0);
  return unscaled(values.reduce((sum, value) => sum + scaled(value, decimals), 0n), decimals);
}

/** The exact product. */
export function multiplyDecimals(a: string, b: string): string {
  const [da, db] = [decimalsOf(a), decimalsOf(b)];
  return unscaled(scaled(a, da) * scaled(b, db), da + db);
}

/** The quotient to so many decimals, cut off; zero where the divisor is zero. */
export function divideDecimals(a: string, b: string, decimals: number): string {
  const common = Math.max(decimalsOf(a), decimalsOf(b));
  const divisor = scaled(b, common);
  return divisor === 0n ? '0' : unscaled((scaled(a, common) * 10n ** BigInt(decimals)) / divisor, decimals);
}

/** The same value with the other sign. */
export function negateDecimal(value: string): string {
  return value.startsWith('-') ? value.slice(1) : `-${value.replace(/^\+/, '')}`;
}

/** Negative, zero or positive, for sorting. */
export function compareDecimals(a: string, b: string): number {
  const decimals = Math.max(decimalsOf(a), decimalsOf(b));
  const difference = scaled(a, decimals) - scaled(b, decimals);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/** The value rounded half away from zero to so many digits behind the point. */
export function roundDecimal(value: string, decimals: number): string {
  const have = decimalsOf(value);
  if (have <= decimals) return unscaled(scaled(value, decimals), decimals);
  const divisor = 10n ** BigInt(have - decimals);
  const digits = scaled(value, have);
  const half = digits < 0n ? -divisor / 2n : divisor / 2n;
  return unscaled((digits + half) / divisor, decimals);
}

/** `value` without zeros at its end. */
export function trimDecimal(value: string): string {
  return value.includes('.') ? value.replace(/\.?0+$/, '') || '0' : value;
}

const separators = { en: { group: ',', point: '.' }, uk: { group: '\u00a0', point: ',' } } as const;
export type NumberLanguage = keyof typeof separators;

/** `98,940.00` in the language of the page; without `decimals` all digits given are kept. Not a number: the text as it is. */
export function formatDecimal(value: string, options: { decimals?: number | undefined; language: NumberLanguage; signed?: boolean }): string {
  if (parts(value) === null) return value;
  const rounded = options.decimals === undefined ? trimDecimal(value) : roundDecimal(value, options.decimals);
  const p = parts(rounded) as Parts;
  const { group, point } = separators[options.language];
  const whole = p.whole.replace(/\B(?=(\d{3})+$)/g, group);
  const zero = signOf(rounded) === 0;
  const sign = zero ? '' : p.negative ? '\u2212' : options.signed === true ? '+' : '';
  return `${sign}${whole}${p.fraction === '' ? '' : point + p.fraction}`;
}
