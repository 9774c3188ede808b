import { CloudOutlined, ReloadOutlined } from '@ant-design/icons';
import { Alert, Button, Skeleton } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiProblem } from '../data/api-client.ts';
import { usePreferences } from '../data/preferences.ts';
import { clockTime } from '../data/times.ts';

/** What went wrong, in words a person can act on. */
export function useProblemText(): (error: unknown) => string {
  const { t } = useTranslation();
  return (error) => {
    if (!(error instanceof ApiProblem)) return t('problem.unexpected');
    if (error.code === 'network') return t('problem.network');
    if (error.status === 403 && error.code === 'forbidden') return t('problem.forbidden');
    if (error.status >= 500) return t('problem.server', { detail: error.message });
    return error.errors.length > 0 ? `${error.message} ${error.errors.map((each) => `${each.path}: ${each.message}`).join('; ')}` : error.message;
  };
}

export function EmptyState({ icon, title, children, action }: { icon?: ReactNode; title: ReactNode; children?: ReactNode; action?: ReactNode }) {
  return (
    <div className="empty-state">
      <div className="empty-icon">{icon ?? <CloudOutlined />}</div>
      <strong>{title}</strong>
      {children === undefined ? null : <p className="soft">{children}</p>}
      {action}
    </div>
  );
}

interface Asked<Data> {
  data: Data | undefined;
  error: unknown;
  isFetching: boolean;
  dataUpdatedAt: number;
  refetch: () => unknown;
}

/** Shows an answer of the server; while there is none a skeleton or the error, and above an old one how old it is. */
export function Answer<Data>({ of, children, rows = 6 }: { of: Asked<Data>; children: (data: Data) => ReactNode; rows?: number }) {
  const { t } = useTranslation();
  const { times } = usePreferences();
  const problemText = useProblemText();
  const again = (
    <Button size="small" icon={<ReloadOutlined />} loading={of.isFetching} onClick={() => void of.refetch()}>
      {t('action.tryAgain')}
    </Button>
  );
  if (of.data === undefined) {
    if (of.error) return <div className="state-pad"><Alert type="error" showIcon title={t('problem.title')} description={problemText(of.error)} action={again} /></div>;
    return <div className="state-pad"><Skeleton active title={false} paragraph={{ rows }} /></div>;
  }
  return (
    <>
      {of.error ? (
        <div className="state-pad">
          <Alert type="warning" showIcon title={t('problem.stale', { time: clockTime(new Date(of.dataUpdatedAt).toISOString(), times) })} description={problemText(of.error)} action={again} />
        </div>
      ) : null}
      {children(of.data)}
    </>
  );
}
