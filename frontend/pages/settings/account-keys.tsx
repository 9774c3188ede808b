import type { Account } from '#shared/contracts/http';
import { EditOutlined, PlusOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ModeMark } from '../../components/marks.tsx';
import { Answer } from '../../components/states.tsx';
import { venueName } from '../../components/symbol-words.ts';
import { useAccounts } from '../../data/use-accounts.ts';
import { AccountDialog } from '../accounts/account-dialog.tsx';

/** Keys, secrets and passphrases, which stay with the exchange accounts: none is ever part of the configuration. */
export function AccountKeys() {
  const { t } = useTranslation();
  const accounts = useAccounts();
  const [dialog, setDialog] = useState<{ account: Account | null } | null>(null);
  const set = (account: Account): string => (account.mode === 'paper' ? '\u2013' : t('accountKeys.set'));
  return (
    <section className="settings-panel" aria-label={t('accountKeys.title')}>
      <div className="spread wrap"><h3>{t('accountKeys.title')}</h3><Button icon={<PlusOutlined />} onClick={() => setDialog({ account: null })}>{t('account.add')}</Button></div>
      <Answer of={accounts} rows={2}>
        {(rows) => (
          <div className="scroll-x">
            <table className="plain-table">
              <thead><tr><th>{t('account.name')}</th><th>{t('account.venue')}</th><th>{t('account.key')}</th><th>{t('account.secret')}</th><th><span className="visually-hidden">{t('action.actions')}</span></th></tr></thead>
              <tbody>
                {rows.map((account) => (
                  <tr key={account.id}>
                    <td><span className="row"><ModeMark mode={account.mode} />{account.name}</span></td>
                    <td>{venueName(account.venue)} · {t(`market.${account.market}`)}</td>
                    <td className="mono">{account.apiKey === '' ? '\u2013' : account.apiKey}</td>
                    <td className="soft">{set(account)}</td>
                    <td className="right"><Button size="small" type="text" icon={<EditOutlined />} aria-label={t('account.editTitle', { name: account.name })} onClick={() => setDialog({ account })} /></td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </Answer>
      {dialog === null ? null : <AccountDialog account={dialog.account} onClose={() => setDialog(null)} />}
    </section>
  );
}
