/**
 * A JSON reader that loses nothing and hides nothing: numbers come back as the text they were written in (JSON.parse would round
 * 98940.123456789012 to a float), a key that stands twice is an error instead of a silent choice, and the places of values are
 * known so that a secret can be cut out of the raw text.
 */

/** Numbers are their source text. Objects have no prototype. */
export type ExactJson = string | boolean | null | ExactJson[] | ExactObject;
export interface ExactObject {
  [key: string]: ExactJson;
}

/** Where a value stands in the text, by the key that names it. */
export interface ValueSpan {
  key: string;
  start: number;
  end: number;
}

export interface ExactDocument {
  value: ExactJson;
  /** Every scalar value below a key, in order. */
  spans: ValueSpan[];
}

/** The text is not JSON we are willing to read; `message` says what is wrong and where. */
export class UnreadableJson extends Error {
  override readonly name = 'UnreadableJson';
}

const depthMax = 32;
const numberShape = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const plainText = /[^"\\\u0000-\u001f]*/y;
const blank = /[ \t\n\r]*/y;
const escapes: Record<string, string> = { '"': '"', '\\': '\\', '/': '/', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };
const words: Record<string, boolean | null> = { true: true, false: false, null: null };

/** Is this a JSON object as this reader makes them? */
export const isExactObject = (value: ExactJson | undefined): value is ExactObject => typeof value === 'object' && value !== null && !Array.isArray(value);

/** The value of a JSON text (a byte order mark in front is skipped). Throws `UnreadableJson`. */
export function readExactJson(text: string): ExactDocument {
  const reader = new Reader(text.startsWith('\ufeff') ? text.slice(1) : text, text.startsWith('\ufeff') ? 1 : 0);
  return reader.document();
}

class Reader {
  readonly #text: string;
  readonly #offset: number;
  readonly #spans: ValueSpan[] = [];
  #at = 0;

  constructor(text: string, offset: number) {
    this.#text = text;
    this.#offset = offset;
  }

  document(): ExactDocument {
    this.#skip(blank);
    if (this.#at === this.#text.length) throw new UnreadableJson('the body is empty');
    const value = this.#value(0);
    this.#skip(blank);
    if (this.#at < this.#text.length) this.#fail('unexpected text after the end');
    return { value, spans: this.#spans };
  }

  #value(depth: number): ExactJson {
    if (depth > depthMax) this.#fail(`nested deeper than ${depthMax} levels`);
    const first = this.#text[this.#at];
    if (first === '{') return this.#object(depth);
    if (first === '[') return this.#array(depth);
    if (first === '"') return this.#string();
    for (const [word, value] of Object.entries(words)) {
      if (!this.#text.startsWith(word, this.#at)) continue;
      this.#at += word.length;
      return value;
    }
    return this.#skip(numberShape) || this.#fail('expected a value');
  }

  #object(depth: number): ExactObject {
    const result = Object.create(null) as ExactObject;
    this.#at += 1;
    if (this.#close('}')) return result;
    for (;;) {
      if (this.#text[this.#at] !== '"') this.#fail('expected a key in double quotes');
      const key = this.#string();
      if (key in result) this.#fail(`the key "${key.slice(0, 40)}" stands twice`);
      this.#skip(blank);
      if (this.#text[this.#at] !== ':') this.#fail('expected a colon');
      this.#at += 1;
      this.#skip(blank);
      const start = this.#at;
      const value = this.#value(depth + 1);
      if (typeof value !== 'object') this.#spans.push({ key, start: start + this.#offset, end: this.#at + this.#offset });
      result[key] = value;
      if (this.#next('}')) return result;
    }
  }

  #array(depth: number): ExactJson[] {
    const result: ExactJson[] = [];
    this.#at += 1;
    if (this.#close(']')) return result;
    for (;;) {
      result.push(this.#value(depth + 1));
      if (this.#next(']')) return result;
    }
  }

  #string(): string {
    let result = '';
    this.#at += 1;
    for (;;) {
      result += this.#skip(plainText);
      const mark = this.#text[this.#at];
      if (mark === '"') {
        this.#at += 1;
        return result;
      }
      if (mark !== '\\') this.#fail(mark === undefined ? 'a text does not end' : 'a control character inside a text');
      result += this.#escape();
    }
  }

  #escape(): string {
    const letter = this.#text[this.#at + 1] ?? '';
    if (letter === 'u') {
      const digits = this.#text.slice(this.#at + 2, this.#at + 6);
      if (!/^[0-9a-fA-F]{4}$/.test(digits)) this.#fail('a \\u escape needs four hexadecimal digits');
      this.#at += 6;
      return String.fromCharCode(parseInt(digits, 16));
    }
    const plain = escapes[letter];
    if (plain === undefined) this.#fail('an unknown escape in a text');
    this.#at += 2;
    return plain;
  }

  #skip(shape: RegExp): string {
    shape.lastIndex = this.#at;
    const found = shape.exec(this.#text)?.[0] ?? '';
    this.#at += found.length;
    return found;
  }

  /** Consumes an end bracket right after an opening one. */
  #close(bracket: string): boolean {
    this.#skip(blank);
    if (this.#text[this.#at] !== bracket) return false;
    this.#at += 1;
    return true;
  }

  /** After an element: true at the end bracket, false after a comma. */
  #next(bracket: string): boolean {
    if (this.#close(bracket)) return true;
    if (this.#text[this.#at] !== ',') this.#fail(`expected a comma or ${bracket}`);
    this.#at += 1;
    this.#skip(blank);
    return false;
  }

  #fail(what: string): never {
    throw new UnreadableJson(`${what}, at character ${this.#at + this.#offset + 1}`);
  }
}
