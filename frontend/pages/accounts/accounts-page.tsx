import type { Account, AccountTest } from '#shared/contracts/http';
import { CheckCircleFilled, DeleteOutlined, EditOutlined, FireOutlined, PlusOutlined, StopFilled, WalletOutlined } from '@ant-design/icons';
import { Alert, App, Button, Popconfirm, Space, Spin, Switch } from 'antd';
import { useState } from 'react';
import { venueName } from '../../components/symbol-words.ts';
import { useTranslation } from 'react-i18next';
import { ModeMark } from '../../components/marks.tsx';
import { TimeAgo } from '../../components/moments.tsx';
import { Num } from '../../components/numbers.tsx';
import { Panel, PageHead } from '../../components/panel.tsx';
import { Answer, EmptyState, useProblemText } from '../../components/states.tsx';
import { TypedConfirm } from '../../components/typed-confirm.tsx';
import { useAccounts, useDeleteAccount, useEditAccount, useEnableLive, useTestAccount } from '../../data/use-accounts.ts';
import { AccountDialog } from './account-dialog.tsx';
import './accounts.css';

function TestResult({ result }: { result: AccountTest }) {
  const { t } = useTranslation();
  const type = result.status === 'ok' ? 'success' : result.status === 'failed' ? 'error' : 'info';
  return (
    <Alert
      type={type}
      showIcon
      title={t(`account.test_${result.status}`)}
      description={<>
        {result.status === 'ok' ? null : <div>{result.detail}</div>}
        {result.balances.length === 0 ? null : <div className="balances">{result.balances.slice(0, 8).map((each) => <span key={each.asset}><b>{each.asset}</b> <Num value={each.free} /> <span className="faint">/ <Num value={each.total} /></span></span>)}</div>}
      </>}
    />
  );
}

function AccountCard({ account, onEdit }: { account: Account; onEdit: () => void }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const problemText = useProblemText();
  const [asking, setAsking] = useState(false);
  const test = useTestAccount();
  const remove = useDeleteAccount();
  const edit = useEditAccount();
  const enableLive = useEnableLive();
  const onError = (error: unknown): void => void message.error(problemText(error));
  return (
    <Panel
      className={`account-card account-${account.mode}`}
      title={<span className="row"><ModeMark mode={account.mode} />{account.name}</span>}
      extra={<label className="row soft"><Switch size="small" checked={account.enabled} loading={edit.isPending} aria-label={t('account.enabled')} onChange={(enabled) => edit.mutate({ id: account.id, change: { enabled } }, { onError })} />{t(account.enabled ? 'account.on' : 'account.off')}</label>}
    >
      <div className="column" style={{ gap: 14 }}>
        <div className="account-facts">
          <div><span className="faint">{t('account.venue')}</span><span>{venueName(account.venue)} · {t(`market.${account.market}`)}</span></div>
          <div><span className="faint">{t('account.key')}</span><span className="mono">{account.apiKey === '' ? '\u2013' : account.apiKey}</span></div>
          <div><span className="faint">{t('account.created')}</span><span><TimeAgo at={account.createdAt} /></span></div>
        </div>
        <div className="row">{account.tradable ? <CheckCircleFilled className="profit" /> : <StopFilled className="faint" />}<span className={account.tradable ? '' : 'soft'}>{account.tradable ? t('account.tradable') : (account.tradableReason ?? t('account.notTradable'))}</span></div>
        {test.isPending ? <div className="row soft"><Spin size="small" /> {t('account.testing')}</div> : null}
        {test.data === undefined || test.isPending ? null : <TestResult result={test.data} />}
        <Space size={6} wrap>
          <Button onClick={() => test.mutate(account.id, { onError })} disabled={test.isPending}>{t('account.test')}</Button>
          <Button icon={<EditOutlined />} onClick={onEdit}>{t('action.edit')}</Button>
          {account.mode === 'live' && account.liveEnabledAt === null ? <Button danger icon={<FireOutlined />} onClick={() => setAsking(true)}>{t('account.enableLive')}</Button> : null}
          <Popconfirm title={t('account.deleteTitle', { name: account.name })} description={<div style={{ maxWidth: 280 }}>{t('account.deleteText')}</div>} okText={t('action.delete')} okButtonProps={{ danger: true }} cancelText={t('action.cancel')} onConfirm={() => remove.mutateAsync(account.id).catch(onError)}>
            <Button danger type="text" icon={<DeleteOutlined />} loading={remove.isPending} aria-label={t('account.deleteTitle', { name: account.name })} />
          </Popconfirm>
        </Space>
      </div>
      <TypedConfirm open={asking} title={t('account.liveTitle', { name: account.name })} word={account.name} action={t('account.enableLive')} busy={enableLive.isPending} onCancel={() => setAsking(false)} onConfirm={() => enableLive.mutate({ id: account.id, name: account.name }, { onSuccess: () => setAsking(false), onError })}>
        <Alert type="error" showIcon title={t('account.liveText')} />
      </TypedConfirm>
    </Panel>
  );
}

/** Exchange accounts: add, edit, test, switch off, delete, enable live trading. */
export function AccountsPage() {
  const { t } = useTranslation();
  const accounts = useAccounts();
  const [dialog, setDialog] = useState<{ account: Account | null } | null>(null);
  return (
    <div className="page">
      <PageHead title={t('nav.accounts')} count={accounts.data?.length}>
        <Button type="primary" icon={<PlusOutlined />} onClick={() => setDialog({ account: null })}>{t('account.add')}</Button>
      </PageHead>
      <Answer of={accounts}>
        {(rows) => rows.length === 0 ? (
          <Panel flush><EmptyState icon={<WalletOutlined />} title={t('account.none')} action={<Button type="primary" onClick={() => setDialog({ account: null })}>{t('account.add')}</Button>}>{t('account.noneText')}</EmptyState></Panel>
        ) : (
          <div className="account-list">{rows.map((account) => <AccountCard key={account.id} account={account} onEdit={() => setDialog({ account })} />)}</div>
        )}
      </Answer>
      {dialog === null ? null : <AccountDialog account={dialog.account} onClose={() => setDialog(null)} />}
    </div>
  );
}
