/** Conditions of a query and their values, numbered in order. */
export class Where {
  readonly values: unknown[] = [];
  readonly #conditions: string[] = [];

  /** Adds `condition`, in which each `?` stands for the next value. */
  and(condition: string, ...values: unknown[]): this {
    let next = 0;
    this.#conditions.push(
      condition.replaceAll('?', () => {
        this.values.push(values[next]);
        next += 1;
        return `$${this.values.length}`;
      }),
    );
    return this;
  }

  /** Adds `condition` unless its value is missing. */
  maybe(condition: string, value: unknown): this {
    return value === undefined || value === null ? this : this.and(condition, value);
  }

  /** Adds that `column` is the symbol a person wrote, in any of the forms `BTCUSDT`, `BTCUSDT.P`, `BTC/USDT` and `BTC/USDT:USDT`. */
  symbol(column: string, written: string | undefined): this {
    if (written === undefined) return this;
    const plain = written.trim().toUpperCase().replace(/\.P$/, '').replace(/:.*$/, '').replace(/[^A-Z0-9]/g, '');
    return this.and(`replace(split_part(${column}, ':', 1), '/', '') = ?`, plain);
  }

  /** `where a and b`, or nothing. */
  get sql(): string {
    return this.#conditions.length === 0 ? '' : `where ${this.#conditions.join(' and ')}`;
  }

  /** The place of one more value, for limits. */
  value(value: unknown): string {
    this.values.push(value);
    return `$${this.values.length}`;
  }
}

/** ISO-8601 of a timestamp column. */
export const iso = (at: Date): string => at.toISOString();
export const isoOrNull = (at: Date | null): string | null => (at === null ? null : at.toISOString());
