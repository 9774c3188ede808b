import { CloseCircleFilled, DisconnectOutlined, DownOutlined, UpOutlined, WarningFilled } from '@ant-design/icons';
import { App, Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useLogText } from '../components/log-words.ts';
import { Exact } from '../components/moments.tsx';
import { useProblemText } from '../components/states.tsx';
import { useNow } from '../data/use-now.ts';
import { useConnection } from '../data/connection.ts';
import { usePreferences } from '../data/preferences.ts';
import { clockTime, duration } from '../data/times.ts';
import { useAcknowledge, useStatus } from '../data/use-status.ts';

/** Says since when the page is out of date, while it is. */
export function ConnectionStrip() {
  const { t } = useTranslation();
  const { times } = usePreferences();
  const { state, since } = useConnection();
  const now = useNow();
  if (state !== 'lost') return null;
  return (
    <div className="strip strip-error" role="alert">
      <DisconnectOutlined />
      <span>{t('connection.stale', { time: clockTime(new Date(since).toISOString(), times) })}</span>
      <span className="soft num">{t('connection.trying', { duration: duration(Math.max(0, Math.round((now - since) / 1000) * 1000) || 1000) })}</span>
    </div>
  );
}

/** Severe alerts stay here, on every page, until somebody has acknowledged them. */
export function AlertStrip() {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const problemText = useProblemText();
  const logText = useLogText();
  const [open, setOpen] = useState(false);
  const acknowledge = useAcknowledge();
  const alerts = useStatus().data?.alerts ?? [];
  if (alerts.length === 0) return null;
  const shown = open ? alerts : alerts.slice(0, 1);
  return (
    <div className="alert-strip" role="region" aria-label={t('alerts.label')} aria-live="polite">
      {shown.map((alert, index) => (
        <div key={alert.id} className={`strip strip-${alert.severity === 'warn' ? 'warning' : 'error'}`}>
          {alert.severity === 'warn' ? <WarningFilled /> : <CloseCircleFilled />}
          <Exact at={alert.at} short />
          <span className="grow strip-text">{logText(alert)}</span>
          {index === 0 && alerts.length > 1 ? (
            <Button size="small" type="text" icon={open ? <UpOutlined /> : <DownOutlined />} onClick={() => setOpen(!open)}>
              {open ? t('alerts.fewer') : t('alerts.more', { count: alerts.length - 1 })}
            </Button>
          ) : null}
          <Button size="small" loading={acknowledge.isPending && acknowledge.variables === alert.id} onClick={() => acknowledge.mutate(alert.id, { onError: (error) => void message.error(problemText(error)) })}>
            {t('alerts.acknowledge')}
          </Button>
        </div>
      ))}
    </div>
  );
}

/** Settings that are allowed and dangerous, for as long as they are so. */
export function WarningStrip() {
  const { t } = useTranslation();
  const warnings = useStatus().data?.warnings ?? [];
  if (warnings.length === 0) return null;
  return (
    <div role="region" aria-label={t('warnings.label')}>
      {warnings.map(({ code, path }) => (
        <div key={code} className="strip strip-warning">
          <WarningFilled />
          <span className="grow">{t(`warnings.${code}`)}</span>
          <Link to={`/app/settings#setting-${path}`}>{t('warnings.change')}</Link>
        </div>
      ))}
    </div>
  );
}
