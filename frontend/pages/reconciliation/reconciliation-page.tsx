import { AuditOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { PageHead, Panel } from '../../components/panel.tsx';
import { Answer, EmptyState } from '../../components/states.tsx';
import { usePhone } from '../../components/use-layout.ts';
import { useDifferences, useReconcileAccounts } from '../../data/use-reconciliation.ts';
import { AccountStates } from './account-states.tsx';
import { DifferenceCards, DifferenceTable } from './difference-table.tsx';
import { RunHistory } from './run-history.tsx';
import './reconciliation.css';

/** What the venues say against what we believe: what waits for a person, what was put right, and the reports. */
export function ReconciliationPage() {
  const { t } = useTranslation();
  const Rows = usePhone() ? DifferenceCards : DifferenceTable;
  const accounts = useReconcileAccounts();
  const open = useDifferences('open');
  const past = useDifferences('past');
  const openRows = open.data?.pages.flatMap((page) => page.data);
  const pastRows = past.data?.pages.flatMap((page) => page.data);
  return (
    <div className="page">
      <PageHead title={t('nav.reconciliation')} count={openRows?.length} />
      <p className="soft reconcile-lead">{t('reconcile.lead')}</p>
      <Panel title={t('reconcile.accounts')}>
        <Answer of={accounts} rows={3}>
          {(rows) => rows.length === 0 ? <EmptyState title={t('reconcile.noAccounts')} action={<Link to="/app/accounts"><Button>{t('nav.accounts')}</Button></Link>}>{t('reconcile.noAccountsText')}</EmptyState> : <AccountStates accounts={rows} />}
        </Answer>
      </Panel>
      <Panel title={t('reconcile.open')} flush>
        <Answer of={{ ...open, data: openRows }} rows={2}>
          {(rows) => rows.length === 0 ? <EmptyState icon={<AuditOutlined />} title={t('reconcile.noneOpen')}>{t('reconcile.noneOpenText')}</EmptyState> : <Rows rows={rows} />}
        </Answer>
      </Panel>
      <Panel title={t('reconcile.past')} flush>
        <Answer of={{ ...past, data: pastRows }} rows={3}>
          {(rows) => rows.length === 0 ? <EmptyState title={t('reconcile.nonePast')}>{t('reconcile.nonePastText')}</EmptyState> : (
            <>
              <Rows rows={rows} />
              {past.hasNextPage ? <div className="state-pad"><Button loading={past.isFetchingNextPage} onClick={() => void past.fetchNextPage()}>{t('action.more')}</Button></div> : null}
            </>
          )}
        </Answer>
      </Panel>
      <RunHistory />
    </div>
  );
}
