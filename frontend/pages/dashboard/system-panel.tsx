import type { Status } from '#shared/contracts/http';
import { CheckCircleFilled, CloseCircleFilled, QuestionCircleFilled } from '@ant-design/icons';
import { venueName } from '../../components/symbol-words.ts';
import { useTranslation } from 'react-i18next';
import { TimeAgo } from '../../components/moments.tsx';
import { Panel } from '../../components/panel.tsx';

const icons = { up: <CheckCircleFilled className="profit" />, down: <CloseCircleFilled className="loss" />, unknown: <QuestionCircleFilled className="faint" /> };

function limitText(rateLimit: unknown): string | null {
  if (typeof rateLimit !== 'object' || rateLimit === null) return null;
  const known = Object.entries(rateLimit).filter(([, value]) => typeof value === 'number' || typeof value === 'string');
  return known.length === 0 ? null : known.map(([name, value]) => `${name} ${String(value)}`).join(' · ');
}

/** Venues, their rate limits, our processes and queues. */
export function SystemPanel({ status }: { status: Status }) {
  const { t } = useTranslation();
  const queued = Object.values(status.queues).reduce((sum, queue) => sum + queue.waiting + queue.active, 0);
  const failed = Object.values(status.queues).reduce((sum, queue) => sum + queue.failed, 0);
  return (
    <Panel title={t('system.title')} flush>
      <ul className="plain-list">
        {status.venues.map((venue) => (
          <li key={venue.venue} title={venue.detail}>
            {icons[venue.state]}<b>{venueName(venue.venue)}</b><span className="soft grow ellipsis">{t(`system.venue_${venue.state}`)}{limitText(venue.rateLimit) === null ? '' : ` · ${t('system.limit')} ${limitText(venue.rateLimit)}`}</span><span className="faint"><TimeAgo at={venue.checkedAt} /></span>
          </li>
        ))}
        {status.processes.map((process) => (
          <li key={process.name}>{icons[process.up ? 'up' : 'down']}<b>{process.name}</b><span className="soft grow">{t(process.up ? 'system.processUp' : 'system.processDown')}</span><span className="faint"><TimeAgo at={process.updatedAt} /></span></li>
        ))}
        <li>{icons[failed > 0 ? 'unknown' : 'up']}<b>{t('system.jobs')}</b><span className="soft grow">{t('system.jobsText', { queued, failed, backend: status.queueBackend === 'redis' ? 'Redis' : 'PostgreSQL' })}</span></li>
      </ul>
    </Panel>
  );
}
