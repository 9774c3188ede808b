import type { RefusalCode } from '#shared/engine/refusal';
import { compare, dec, isDecimalText } from '#shared/engine/num/units';
import type { ExactJson, ExactObject } from './exact-json.ts';
import { isExactObject } from './exact-json.ts';

/** One thing that is wrong with an alert, at the field that must be mended. */
export interface AlertFault {
  /** Dotted, such as `tv.symbol`. */
  path: string;
  message: string;
  code?: RefusalCode;
}

const decimalLength = 60;
const largest = '1e18';
const smallest = '1e-18';
const forbiddenKeys = new Set(['__proto__', 'constructor', 'prototype']);
const loneSurrogate = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

/** `text` short enough to be shown in a message. */
export const excerpt = (text: string): string => (text.length > 40 ? `${text.slice(0, 40)}...` : text);

/** Reads an alert's fields by path. Every read that fails notes why, so that one answer names every fault. */
export class AlertFields {
  readonly faults: AlertFault[] = [];
  readonly #root: ExactObject;

  constructor(root: ExactObject) {
    this.#root = root;
    this.#refuseUnstorable(root, '');
  }

  fault(path: string, message: string, code?: RefusalCode): null {
    if (!this.faults.some((each) => each.path === path)) this.faults.push(code === undefined ? { path, message } : { path, message, code });
    return null;
  }

  has(path: string): boolean {
    return this.#at(path) !== undefined;
  }

  /** A text or number, trimmed; null for null, "null", "" and nothing. */
  text(path: string, longest = 4000): string | null {
    const value = this.#at(path);
    if (value === undefined || value === null) return null;
    if (typeof value !== 'string') return this.fault(path, 'expected a text or a number');
    const text = value.trim();
    if (text === '' || text.toLowerCase() === 'null') return null;
    if (text.includes('{{')) return this.fault(path, `the placeholder ${excerpt(text)} was not replaced; check its spelling in the alert message`);
    if (text.length > longest) return this.fault(path, `is longer than ${longest} characters`);
    return text;
  }

  required(path: string, what: string): string | null {
    const text = this.text(path);
    return text ?? this.fault(path, `is required: ${what}`);
  }

  /** Decimal text that is zero or more; null where there is none. */
  decimal(path: string): string | null {
    const text = this.text(path);
    if (text === null) return null;
    if (text.length > decimalLength || !isDecimalText(text)) return this.fault(path, `expected a decimal number such as 98940.5, found "${excerpt(text)}"`);
    if (dec(text).isNegative() && !dec(text).isZero()) return this.fault(path, `must not be negative, found ${excerpt(text)}`);
    if (!dec(text).isZero() && (compare(text, largest) >= 0 || compare(text, smallest) < 0)) return this.fault(path, `is out of range, found ${excerpt(text)}`);
    return text;
  }

  /** Like `decimal`, with zero read as none: TradingView writes 0 where it has no price. */
  positive(path: string): string | null {
    const text = this.decimal(path);
    return text === null || dec(text).isZero() ? null : text;
  }

  /** One of a few words, in any case. */
  word<T extends string>(path: string, words: Readonly<Record<string, T>>): T | null {
    const text = this.text(path);
    if (text === null) return null;
    const found = Object.entries(words).find(([word]) => word === text.toLowerCase());
    return found ? found[1] : this.fault(path, `expected ${Object.keys(words).join(', ')}, found "${excerpt(text)}"`);
  }

  /** Epoch milliseconds of an ISO time (without a zone: UTC) or of epoch seconds or milliseconds. */
  time(path: string): number | null {
    const text = this.text(path);
    if (text === null) return null;
    if (/^\d{13}$/.test(text)) return Number(text);
    if (/^\d{10}$/.test(text)) return Number(text) * 1000;
    const iso = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?)(Z|[+-]\d\d:?\d\d)?)?$/.exec(text);
    const at = iso ? Date.parse(`${iso[1]}T${iso[2] ?? '00:00'}${iso[3] ?? 'Z'}`) : NaN;
    return Number.isNaN(at) ? this.fault(path, `expected a time such as 2026-01-31T12:00:00Z, found "${excerpt(text)}"`) : at;
  }

  #at(path: string): ExactJson | undefined {
    let value: ExactJson | undefined = this.#root;
    for (const key of path.split('.')) {
      if (value === undefined || value === null) return undefined;
      if (!isExactObject(value)) {
        this.fault(path.split('.')[0] ?? path, 'expected an object');
        return undefined;
      }
      value = value[key];
    }
    return value;
  }

  /** PostgreSQL stores neither NUL nor half a surrogate pair, and no reader of the payload may meet a key that reaches a prototype. */
  #refuseUnstorable(value: ExactJson, path: string): void {
    if (typeof value === 'string') {
      if (value.includes('\u0000')) this.fault(path, 'contains a NUL character');
      else if (loneSurrogate.test(value)) this.fault(path, 'contains half of a surrogate pair');
      return;
    }
    if (typeof value !== 'object' || value === null) return;
    for (const [key, member] of Object.entries(value)) {
      const below = path === '' ? key : `${path}.${key}`;
      if (forbiddenKeys.has(key)) this.fault(path === '' ? '$' : path, 'contains a key that is not allowed');
      else if (key.includes('\u0000') || loneSurrogate.test(key)) this.fault(path === '' ? '$' : path, 'contains a key with a character that cannot be stored');
      else this.#refuseUnstorable(member, below);
    }
  }
}
