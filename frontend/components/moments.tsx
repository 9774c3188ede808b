import { Tooltip } from 'antd';
import { useNow } from '../data/use-now.ts';
import { usePreferences } from '../data/preferences.ts';
import { clockTime, clockTimeMs, exactTime, exactTimeMs, relativeTime } from '../data/times.ts';
import { Missing } from './numbers.tsx';

/** `3 min ago`, with the exact time on hover. */
export function TimeAgo({ at }: { at: string | null | undefined }) {
  const { language, times } = usePreferences();
  const now = useNow();
  if (at === null || at === undefined) return <Missing />;
  return (
    <Tooltip title={exactTime(at, times)}>
      <time dateTime={at} className="nowrap">
        {relativeTime(at, now, language)}
      </time>
    </Tooltip>
  );
}

/** The exact time; `short` leaves the day to the hover. */
export function Exact({ at, short = false }: { at: string | null | undefined; short?: boolean }) {
  const { language, times } = usePreferences();
  if (at === null || at === undefined) return <Missing />;
  return (
    <Tooltip title={short ? exactTime(at, times) : relativeTime(at, Date.now(), language)}>
      <time dateTime={at} className="num">
        {short ? clockTime(at, times) : exactTime(at, times)}
      </time>
    </Tooltip>
  );
}

/** The exact time to the millisecond, for evidence; `short` leaves the day to the hover. */
export function Precise({ at, short = false }: { at: string | null | undefined; short?: boolean }) {
  const { language, times } = usePreferences();
  if (at === null || at === undefined) return <Missing />;
  return (
    <Tooltip title={short ? exactTimeMs(at, times) : relativeTime(at, Date.now(), language)}>
      <time dateTime={at} className="num">
        {short ? clockTimeMs(at, times) : exactTimeMs(at, times)}
      </time>
    </Tooltip>
  );
}
