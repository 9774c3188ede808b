import type { JournalLine } from '#shared/contracts/http';
import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Exact } from '../../components/moments.tsx';
import { EmptyState } from '../../components/states.tsx';
import { useJournalText } from './journal-words.ts';

const first = 60;

/** What happened to the group, latest first, in sentences; a day begins with its date. */
export function Journal({ lines, pyramids }: { lines: readonly JournalLine[]; pyramids: number }) {
  const { t } = useTranslation();
  const { text, tone } = useJournalText(pyramids);
  const [all, setAll] = useState(false);
  const sorted = [...lines].sort((a, b) => b.sequence - a.sequence);
  const shown = all ? sorted : sorted.slice(0, first);
  if (lines.length === 0) return <EmptyState title={t('journal.none')} />;
  return (
    <>
      <ol className="journal">
        {shown.map((line, index) => {
          const day = line.at.slice(0, 10);
          const newDay = index === 0 || shown[index - 1]?.at.slice(0, 10) !== day;
          return (
            <li key={line.sequence} className={`journal-${tone(line)}`}>
              {newDay ? <div className="journal-day">{day}</div> : null}
              <div className="journal-line"><span className="faint"><Exact at={line.at} short /></span><i aria-hidden="true" /><span>{text(line)}</span></div>
            </li>
          );
        })}
      </ol>
      {sorted.length > shown.length ? <div style={{ padding: '0 14px 14px' }}><Button onClick={() => setAll(true)}>{t('journal.all', { count: sorted.length })}</Button></div> : null}
    </>
  );
}
