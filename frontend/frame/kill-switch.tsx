import { StopOutlined } from '@ant-design/icons';
import { Alert, App, Button, Checkbox, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useProblemText } from '../components/states.tsx';
import { TypedConfirm } from '../components/typed-confirm.tsx';
import { useKillSwitch } from '../data/use-halts.ts';
import { usePositionsOpen } from '../data/use-positions.ts';
import { useStatus } from '../data/use-status.ts';
import { modeShown } from './trading-mode.ts';

const everything = '';

/** Stops new positions, cancels every entry, and closes what is held where that is wanted; after a word has been typed. */
export function KillSwitch() {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const problemText = useProblemText();
  const [asking, setAsking] = useState(false);
  const [accountId, setAccountId] = useState(everything);
  const [closing, setClosing] = useState(false);
  const positions = usePositionsOpen().data;
  const status = useStatus().data;
  const kill = useKillSwitch();
  const account = status?.accounts.find(({ id }) => id === accountId);
  const concerned = positions?.filter((each) => accountId === everything || each.accountId === accountId);
  const word = closing ? (account?.name ?? t('killSwitch.word')) : t('killSwitch.wordStop');
  const confirm = (): void =>
    // The server knows one word for everything, whatever the language of the page.
    kill.mutate({ ...(account === undefined ? {} : { accountId }), closePositions: closing, confirm: account?.name ?? 'CLOSE ALL' }, {
      onSuccess: (answer) => {
        setAsking(false);
        void message.success(t(closing ? 'killSwitch.closing' : 'killSwitch.stopping', { count: answer.positions }));
      },
      onError: (error) => void message.error(problemText(error)),
    });
  return (
    <>
      <Button danger icon={<StopOutlined />} onClick={() => setAsking(true)} aria-label={t('killSwitch.button')}>
        <span className="medium-only">{t('killSwitch.button')}</span>
      </Button>
      <TypedConfirm open={asking} title={t('killSwitch.title')} word={word} action={t(closing ? 'killSwitch.actionClose' : 'killSwitch.action')} busy={kill.isPending} onConfirm={confirm} onCancel={() => setAsking(false)}>
        <p>{t('killSwitch.text')}</p>
        <label className="column" style={{ gap: 6 }}>
          <span>{t('killSwitch.scope')}</span>
          <Select value={accountId} onChange={setAccountId} aria-label={t('killSwitch.scope')} options={[{ value: everything, label: t('killSwitch.everything') }, ...(status?.accounts ?? []).map(({ id, name }) => ({ value: id, label: name }))]} />
        </label>
        <Checkbox checked={closing} onChange={(event) => setClosing(event.target.checked)}>
          {concerned === undefined ? t('killSwitch.closeUnknown') : t('killSwitch.close', { count: concerned.length })}
          <div className="faint">{t('killSwitch.closeText')}</div>
        </Checkbox>
        {modeShown(status) === 'live' ? <Alert type="error" showIcon title={t('killSwitch.live')} /> : null}
      </TypedConfirm>
    </>
  );
}
