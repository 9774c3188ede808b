import { StopOutlined } from '@ant-design/icons';
import { Alert, App, Button, Checkbox } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useProblemText } from '../components/states.tsx';
import { TypedConfirm } from '../components/typed-confirm.tsx';
import { useCloseAll, usePositionsOpen } from '../data/use-positions.ts';
import { useStatus } from '../data/use-status.ts';
import { modeShown } from './trading-mode.ts';

/** Closes everything, after the word has been typed. */
export function KillSwitch() {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const problemText = useProblemText();
  const [asking, setAsking] = useState(false);
  const [pauseToo, setPauseToo] = useState(true);
  const positions = usePositionsOpen().data;
  const mode = modeShown(useStatus().data);
  const closeAll = useCloseAll();
  const confirm = (): void =>
    closeAll.mutate({ pauseFirst: pauseToo }, {
      onSuccess: (answer) => {
        setAsking(false);
        void message.success(t('killSwitch.requested', { count: answer.requested.length }));
      },
      onError: (error) => void message.error(problemText(error)),
    });
  return (
    <>
      <Button danger icon={<StopOutlined />} onClick={() => setAsking(true)} aria-label={t('killSwitch.button')}>
        <span className="medium-only">{t('killSwitch.button')}</span>
      </Button>
      <TypedConfirm open={asking} title={t('killSwitch.title')} word={t('killSwitch.word')} action={t('killSwitch.action')} busy={closeAll.isPending} onConfirm={confirm} onCancel={() => setAsking(false)}>
        <p>{positions === undefined ? t('killSwitch.textUnknown') : t('killSwitch.text', { count: positions.length })}</p>
        {mode === 'live' ? <Alert type="error" showIcon title={t('killSwitch.live')} /> : null}
        <Checkbox checked={pauseToo} onChange={(event) => setPauseToo(event.target.checked)}>
          {t('killSwitch.pauseToo')}
          <div className="faint">{t('killSwitch.pauseTooText')}</div>
        </Checkbox>
      </TypedConfirm>
    </>
  );
}
