import { isDecimalText, qty } from '#shared/engine/num/units';
import type { SimMarket } from '#shared/simulation/matching-state';

/** A wrong request to `/_sim`: names the field, what was found and what is expected. */
export class ControlFault extends Error {
  override readonly name = 'ControlFault';
  readonly status: number;
  constructor(message: string, status = 400) {
    super(message);
    this.status = status;
  }
}

const shown = (value: unknown): string => (value === undefined ? 'nothing' : JSON.stringify(value));
const fault = (path: string, found: unknown, expected: string): ControlFault => new ControlFault(`${path}: found ${shown(found)}, expected ${expected}`);

/** Reads one JSON object of a request, field by field. */
export interface Fields {
  readonly path: string;
  raw(name: string): unknown;
  has(name: string): boolean;
  text(name: string): string;
  optionalText(name: string): string | undefined;
  /** Decimal text or a number, in shortest form; never negative. */
  amount(name: string): string;
  number(name: string, fallback: number): number;
  optionalNumber(name: string): number | undefined;
  flag(name: string): boolean;
  market(name: string): SimMarket;
  optionalMarket(name: string): SimMarket | undefined;
  /** `BTCUSDT`; unified forms are understood. */
  symbol(name: string): string;
  list(name: string): Fields[];
  object(name: string): Fields | null;
  names(): string[];
}

export function readFields(value: unknown, path = ''): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw fault(path || 'body', value, 'a JSON object');
  const source = value as Record<string, unknown>;
  const at = (name: string): string => (path === '' ? name : `${path}.${name}`);
  const optionalText = (name: string): string | undefined => {
    const found = source[name];
    if (found === undefined || found === null) return undefined;
    if (typeof found !== 'string') throw fault(at(name), found, 'text');
    return found;
  };
  const text = (name: string): string => {
    const found = optionalText(name);
    if (found === undefined || found === '') throw fault(at(name), source[name], 'text');
    return found;
  };
  const optionalNumber = (name: string): number | undefined => {
    const found = source[name];
    if (found === undefined || found === null) return undefined;
    if (typeof found !== 'number' || !Number.isFinite(found)) throw fault(at(name), found, 'a number');
    return found;
  };
  const optionalMarket = (name: string): SimMarket | undefined => {
    const found = optionalText(name);
    if (found !== undefined && found !== 'spot' && found !== 'usdm') throw fault(at(name), found, 'spot or usdm');
    return found;
  };
  return {
    path,
    raw: (name) => source[name],
    has: (name) => source[name] !== undefined,
    text,
    optionalText,
    amount(name) {
      const found = typeof source[name] === 'number' ? String(source[name]) : source[name];
      if (typeof found !== 'string' || !isDecimalText(found) || found.startsWith('-')) throw fault(at(name), source[name], 'a decimal number that is not negative, as text');
      return qty(found);
    },
    number: (name, fallback) => optionalNumber(name) ?? fallback,
    optionalNumber,
    flag: (name) => source[name] === true,
    market(name) {
      const found = optionalMarket(name);
      if (found === undefined) throw fault(at(name), source[name], 'spot or usdm');
      return found;
    },
    optionalMarket,
    symbol: (name) => text(name).replace(/:.*$/, '').replace('/', '').toUpperCase(),
    list(name) {
      const found = source[name];
      if (!Array.isArray(found)) throw fault(at(name), found, 'a list');
      return found.map((item, index) => readFields(item, `${at(name)}[${index}]`));
    },
    object: (name) => (source[name] === undefined || source[name] === null ? null : readFields(source[name], at(name))),
    names: () => Object.keys(source),
  };
}

/** The body of a request as fields; an empty body is an empty object. */
export function readBodyFields(body: string): Fields {
  if (body.trim() === '') return readFields({});
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    throw new ControlFault('body: found no readable JSON, expected a JSON object');
  }
  return readFields(parsed);
}
