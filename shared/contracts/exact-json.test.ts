import { expect } from 'chai';
import fc from 'fast-check';
import { readExactJson, UnreadableJson, type ExactJson } from './exact-json.ts';

/** What JSON.parse says, with numbers as their text. */
const asExact = (value: unknown): ExactJson => {
  if (typeof value === 'number') return JSON.stringify(value);
  if (Array.isArray(value)) return value.map(asExact);
  if (typeof value === 'object' && value !== null) return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, asExact(member)]));
  return value as ExactJson;
};
const plain = (value: ExactJson): unknown => JSON.parse(JSON.stringify(value));

describe('exact JSON', () => {
  it('reads what JSON.parse reads', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), fc.constantFrom(undefined, 2), (value, indent) => {
        // JSON.stringify writes -0 as 0.
        expect(plain(readExactJson(JSON.stringify(value, null, indent)).value)).to.deep.equal(plain(asExact(JSON.parse(JSON.stringify(value)))));
      }),
    );
  });

  it('refuses what JSON.parse refuses', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[{}[\]",:0-9eE.+\-truefalsn\\ ]{1,12}$/), (text) => {
        const parses = (read: (text: string) => unknown): boolean => {
          try {
            read(text);
            return true;
          } catch {
            return false;
          }
        };
        // A key that stands twice is the one thing we refuse and JSON.parse does not.
        const ours = parses((each) => readExactJson(each));
        if (ours !== parses(JSON.parse)) expect(() => readExactJson(text)).to.throw(UnreadableJson, /stands twice/);
      }),
      { numRuns: 2000 },
    );
  });

  for (const [text, value] of [
    ['98940.12345678901', '98940.12345678901'],
    ['0.10', '0.10'],
    ['12345678901234567890.123456789', '12345678901234567890.123456789'],
    ['1e400', '1e400'],
    ['-0', '-0'],
  ] as const)
    it(`keeps every digit of ${text}`, () => expect(readExactJson(`{"a":${text}}`).value).to.deep.include({ a: value }));

  for (const [what, text, message] of [
    ['nothing', '  ', 'empty'],
    ['a key that stands twice', '{"secret":"a","b":1,"secret":"b"}', 'stands twice'],
    ['an escaped key that stands twice', '{"secret":"a","\\u0073ecret":"b"}', 'stands twice'],
    ['a bottomless array', '['.repeat(100_000), 'deeper'],
    ['a bottomless object', '{"a":'.repeat(40), 'deeper'],
    ['a comment', '{"a":1 // b\n}', 'expected a comma'],
    ['a trailing comma', '[1,]', 'expected a value'],
    ['a leading zero', '[01]', 'expected a comma'],
    ['NaN', '{"a":NaN}', 'expected a value'],
    ['a raw control character', '"a\u0001"', 'control character'],
    ['two documents', '{}{}', 'after the end'],
    ['an open text', '"abc', 'does not end'],
  ] as const)
    it(`refuses ${what}`, () => expect(() => readExactJson(text)).to.throw(UnreadableJson, message));

  it('skips a byte order mark and knows where values stand', () => {
    const text = '\ufeff{"secret": "s3cret", "n": [{"token": 12}]}';
    const { value, spans } = readExactJson(text);
    expect(value).to.deep.include({ secret: 's3cret' });
    expect(spans.map(({ key, start, end }) => [key, text.slice(start, end)])).to.deep.equal([
      ['secret', '"s3cret"'],
      ['token', '12'],
    ]);
  });

  it('makes no prototype of a key', () => {
    const { value } = readExactJson('{"__proto__": {"isAdmin": true}}');
    expect((value as { isAdmin?: unknown }).isAdmin).to.equal(undefined);
    expect(({} as { isAdmin?: unknown }).isAdmin).to.equal(undefined);
  });
});
