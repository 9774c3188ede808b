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

  const zones: [zone: string, iso: string, text: string][] = [
    ['Europe/Kyiv', '2026-11-21T23:03:11.500Z', '2026-11-22 01:03:11 UTC+2'],
    ['Europe/Kyiv', '2026-07-21T14:03:11Z', '2026-07-21 17:03:11 UTC+3'],
    ['America/New_York', '2026-11-21T02:03:11Z', '2026-11-20 21:03:11 UTC\u22125'],
    ['Asia/Kolkata', '2026-11-21T18:30:00Z', '2026-11-22 00:00:00 UTC+5:30'],
  ];
  for (const [zone, iso, text] of zones) it(`gives the time of ${zone}: ${text}`, () => expect(exactTime(iso, 'zone', zone)).to.equal(text));

  const durations: [number, string][] = [[8, '8 ms'], [3240, '3.2 s'], [42_000, '42 s'], [250_000, '4 min 10 s'], [7_500_000, '2 h 5 min'], [200_000_000, '2 d 7 h']];
  for (const [milliseconds, text] of durations) it(`${milliseconds} ms is ${text}`, () => expect(duration(milliseconds, 'en')).to.equal(text));

  it('writes durations in Ukrainian too', () => expect([duration(38, 'uk'), duration(3240, 'uk'), duration(7_500_000, 'uk')]).to.deep.equal(['38 мс', '3,2 с', '2 год 5 хв']));
});
