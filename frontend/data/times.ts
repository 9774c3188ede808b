import { formatDecimal } from './decimal.ts';
import { preferences, type Language, type Preferences } from './preferences.ts';
import { offsetIn, timeAhead } from './zoned-time.ts';

const tags: Record<Language, string> = { en: 'en-GB', uk: 'uk-UA' };

/**
 * `2026-11-21 14:03:11 UTC`, or the time in the zone of the settings or of the browser, with its offset. The same order of parts in
 * every language, so that it sorts and copies well.
 */
export function exactTime(iso: string, times: Preferences['times'], timezone = preferences().timezone): string {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return iso;
  if (times === 'utc') return `${date.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
  return timeAhead(date, times === 'zone' ? offsetIn(timezone, date) : -date.getTimezoneOffset());
}

/** `14:03:11`, in the chosen zone. */
export function clockTime(iso: string, times: Preferences['times']): string {
  return exactTime(iso, times).slice(11, 19);
}

/** `2026-11-21 14:03:11.042 UTC`: as `exactTime`, to the millisecond. */
export function exactTimeMs(iso: string, times: Preferences['times']): string {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return iso;
  const milliseconds = String(date.getUTCMilliseconds()).padStart(3, '0');
  return exactTime(iso, times).replace(/\d\d:\d\d:\d\d/, (clock) => `${clock}.${milliseconds}`);
}

/** `14:03:11.042`, in the chosen zone. */
export function clockTimeMs(iso: string, times: Preferences['times']): string {
  return exactTimeMs(iso, times).slice(11, 23);
}

const steps: [limitSeconds: number, unit: Intl.RelativeTimeFormatUnit, seconds: number][] = [
  [60, 'second', 1],
  [3600, 'minute', 60],
  [86_400, 'hour', 3600],
  [2_592_000, 'day', 86_400],
  [31_536_000, 'month', 2_592_000],
  [Number.POSITIVE_INFINITY, 'year', 31_536_000],
];
const formats = new Map<Language, Intl.RelativeTimeFormat>();

/** `3 min ago` in the language of the page. */
export function relativeTime(iso: string, now: number, language: Language): string {
  const at = Date.parse(iso);
  if (Number.isNaN(at)) return iso;
  let format = formats.get(language);
  if (format === undefined) {
    format = new Intl.RelativeTimeFormat(tags[language], { style: 'short', numeric: 'auto' });
    formats.set(language, format);
  }
  const seconds = Math.min(0, Math.round((at - now) / 1000)) || Math.max(0, Math.round((at - now) / 1000) - 2);
  const [, unit, size] = steps.find(([limit]) => Math.abs(seconds) < limit) ?? [0, 'year' as const, 31_536_000];
  return format.format(Math.trunc(seconds / size), unit);
}

const durationUnits: Record<Language, { ms: string; s: string; min: string; h: string; d: string }> = {
  en: { ms: 'ms', s: 's', min: 'min', h: 'h', d: 'd' },
  uk: { ms: 'мс', s: 'с', min: 'хв', h: 'год', d: 'д' },
};

/** `420 ms`, `3.2 s`, `4 min 10 s`: how long something took, in the language of the page. */
export function duration(milliseconds: number, language: Language = preferences().language): string {
  const unit = durationUnits[language];
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ${unit.ms}`;
  if (milliseconds < 60_000) return `${formatDecimal((milliseconds / 1000).toFixed(milliseconds < 10_000 ? 1 : 0), { language })} ${unit.s}`;
  const minutes = Math.floor(milliseconds / 60_000);
  if (minutes < 60) return `${minutes} ${unit.min} ${Math.floor((milliseconds % 60_000) / 1000)} ${unit.s}`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} ${unit.h} ${minutes % 60} ${unit.min}` : `${Math.floor(hours / 24)} ${unit.d} ${hours % 24} ${unit.h}`;
}
