import type { ReconcileRun } from '#shared/contracts/http';
import { Button, Table, type TableColumnsType } from 'antd';
import { useTranslation } from 'react-i18next';
import { Panel } from '../../components/panel.tsx';
import { Mark } from '../../components/marks.tsx';
import { Exact } from '../../components/moments.tsx';
import { Answer, EmptyState } from '../../components/states.tsx';
import { useReconcileRuns } from '../../data/use-reconciliation.ts';
import { RunSummary } from './account-states.tsx';

const tones = { running: 'accent', clean: 'profit', differences: 'warning', failed: 'error' } as const;

/** Reports of the past; looks in between that found nothing leave none. */
export function RunHistory() {
  const { t } = useTranslation();
  const runs = useReconcileRuns();
  const rows = runs.data?.pages.flatMap((page) => page.data);
  const columns: TableColumnsType<ReconcileRun> = [
    { title: t('reconcile.when'), key: 'when', width: 196, render: (_, row) => <Exact at={row.startedAt} /> },
    { title: t('reconcile.account'), key: 'account', width: 140, ellipsis: true, render: (_, row) => row.accountName },
    { title: t('reconcile.why'), key: 'why', width: 150, render: (_, row) => t(`reconcileOccasion.${row.occasion}`) },
    { title: t('reconcile.result'), key: 'status', width: 132, render: (_, row) => <Mark tone={tones[row.status]}>{t(`reconcileStatus.${row.status}`)}</Mark> },
    { title: t('reconcile.report'), key: 'report', render: (_, row) => <RunSummary run={row} /> },
  ];
  return (
    <Panel title={t('reconcile.reports')} flush>
      <Answer of={{ ...runs, data: rows }}>
        {(found) => found.length === 0 ? <EmptyState title={t('reconcile.noReports')}>{t('reconcile.noReportsText')}</EmptyState> : (
          <>
            <Table<ReconcileRun> rowKey="id" size="small" pagination={false} columns={columns} dataSource={found} scroll={{ x: 860 }} />
            {runs.hasNextPage ? <div className="state-pad"><Button loading={runs.isFetchingNextPage} onClick={() => void runs.fetchNextPage()}>{t('action.more')}</Button></div> : null}
          </>
        )}
      </Answer>
    </Panel>
  );
}
