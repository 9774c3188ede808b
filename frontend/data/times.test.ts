import { expect } from 'chai';
import { duration, exactTime, relativeTime } from './times.ts';

const now = Date.parse('2026-11-21T14:03:11Z');

describe('times as the web app writes them', () => {
  const relative: [string, 'en' | 'uk', string][] = [
    ['2026-11-21T14:03:08Z', 'en', '3 sec ago'],
    ['2026-11-21T14:00:00Z', 'en', '3 min ago'],
    ['2026-11-21T11:03:11Z', 'en', '3 hr ago'],
    ['2026-11-21T14:03:12Z', 'en', 'now'],
    ['2026-11-21T14:00:00Z', 'uk', '3 хв тому'],
    ['not a time', 'en', 'not a time'],
  ];
  for (const [iso, language, text] of relative) it(`${iso} is ${text}`, () => expect(relativeTime(iso, now, language)).to.equal(text));

  it('gives the exact time in UTC', () => expect(exactTime('2026-11-21T14:03:11.500Z', 'utc')).to.equal('2026-11-21 14:03:11 UTC'));

  const durations: [number, string][] = [[8, '8 ms'], [3240, '3.2 s'], [42_000, '42 s'], [250_000, '4 min 10 s'], [7_500_000, '2 h 5 min'], [200_000_000, '2 d 7 h']];
  for (const [milliseconds, text] of durations) it(`${milliseconds} ms is ${text}`, () => expect(duration(milliseconds, 'en')).to.equal(text));

  it('writes durations in Ukrainian too', () => expect([duration(38, 'uk'), duration(3240, 'uk'), duration(7_500_000, 'uk')]).to.deep.equal(['38 мс', '3,2 с', '2 год 5 хв']));
});
