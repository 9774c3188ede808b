import type { ReconcileAccount, ReconcileRun } from '#shared/contracts/http';
import { CheckCircleFilled, ClockCircleOutlined, ExclamationCircleFilled, QuestionCircleFilled } from '@ant-design/icons';
import { Alert, App, Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { ModeMark } from '../../components/marks.tsx';
import { TimeAgo } from '../../components/moments.tsx';
import { useProblemText } from '../../components/states.tsx';
import { venueName } from '../../components/symbol-words.ts';
import { useReconcileNow } from '../../data/use-reconciliation.ts';

/** What one comparison came to, in a sentence. */
export function RunSummary({ run }: { run: ReconcileRun }) {
  const { t } = useTranslation();
  if (run.status === 'failed') return <span className="loss">{t('reconcile.runFailed', { detail: run.detail ?? '' })}</span>;
  const looked = t('reconcile.runLooked', { orders: run.ordersCompared, positions: run.positionsCompared });
  return <span>{looked} {run.differences === 0 ? <span className="profit">{t('reconcile.runClean')}</span> : <b>{t('reconcile.runFound', { differences: run.differences, mended: run.mended })}</b>}</span>;
}

function StateIcon({ account }: { account: ReconcileAccount }) {
  if (account.failures > 0) return <ExclamationCircleFilled className="reconcile-bad" />;
  if (account.asking > 0) return <QuestionCircleFilled className="reconcile-asks" />;
  return account.lastRun === null ? <ClockCircleOutlined className="faint" /> : <CheckCircleFilled className="reconcile-good" />;
}

/** How each account stands: the last report, that of the last start, and whether its entries wait. */
export function AccountStates({ accounts }: { accounts: readonly ReconcileAccount[] }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const problemText = useProblemText();
  const now = useReconcileNow();
  const compare = (accountId: string): void => void now.mutateAsync(accountId).then(() => message.success(t('reconcile.asked'), 3), (error: unknown) => message.error(problemText(error), 6));
  return (
    <ul className="reconcile-accounts">
      {accounts.map((account) => (
        <li key={account.accountId}>
          <div className="spread">
            <span className="row"><StateIcon account={account} /><b>{account.accountName}</b><span className="faint">{venueName(account.exchange)} {t(`market.${account.market}`)}</span><ModeMark mode={account.mode} /></span>
            <Button size="small" loading={now.isPending && now.variables === account.accountId} onClick={() => compare(account.accountId)}>{t('reconcile.compareNow')}</Button>
          </div>
          {account.entriesHeld === null ? null : <Alert type="warning" showIcon title={t('reconcile.entriesHeld')} />}
          <dl>
            <div><dt>{t('reconcile.last')}</dt><dd>{account.lastRun === null ? <span className="faint">{t('reconcile.never')}</span> : <><RunSummary run={account.lastRun} /> <span className="faint"><TimeAgo at={account.lastRun.endedAt} /></span></>}</dd></div>
            <div><dt>{t('reconcile.atStart')}</dt><dd>{account.startRun === null ? <span className="faint">{t('reconcile.never')}</span> : <><RunSummary run={account.startRun} /> <span className="faint"><TimeAgo at={account.startRun.endedAt} /></span></>}</dd></div>
          </dl>
        </li>
      ))}
    </ul>
  );
}
