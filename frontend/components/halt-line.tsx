import type { HaltView } from '#shared/contracts/http';
import { FileExclamationOutlined, PauseCircleFilled, SafetyCertificateFilled, StopFilled } from '@ant-design/icons';
import { Alert, App, Button, Input, Modal } from 'antd';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useRearm } from '../data/use-halts.ts';
import en from '../locales/en.json';
import { TimeAgo } from './moments.tsx';
import { useProblemText } from './states.tsx';

const icons: Record<HaltView['kind'], ReactNode> = { paused: <PauseCircleFilled />, safe_mode: <SafetyCertificateFilled />, stop_file: <FileExclamationOutlined />, kill_switch: <StopFilled /> };

/** Safe mode and the kill switch are worse than a pause, also by colour. */
export const haltTone = ({ kind }: HaltView): 'warning' | 'error' => (kind === 'safe_mode' || kind === 'kill_switch' ? 'error' : 'warning');
export const haltKey = ({ scope, scopeId, kind }: HaltView): string => `${scope} ${scopeId} ${kind}`;

const codes = en.halt.code;

/** What stopped, of what, why, by whom and since when; with the button that ends it. */
export function HaltLine({ halt }: { halt: HaltView }) {
  const { t } = useTranslation();
  const code = halt.code !== null && halt.code in codes ? t(`halt.code.${halt.code as keyof typeof codes}`) : null;
  const who = halt.by ?? t(halt.kind === 'stop_file' ? 'halt.byFile' : 'halt.byEngine');
  return (
    <>
      {icons[halt.kind]}
      <span className="grow halt-text">
        <b>{t(`halt.kind.${halt.kind}`)}</b> · {halt.scope === 'global' ? t('halt.everything') : t('halt.account', { name: halt.accountName ?? halt.scopeId })}
        {': '}
        {code === null ? null : <>{code}. </>}
        <span className="soft">{code === null ? halt.reason : halt.reason.charAt(0).toUpperCase() + halt.reason.slice(1)}</span>
      </span>
      <span className="halt-who soft">{who} · <TimeAgo at={halt.createdAt} /></span>
      <RearmButton halt={halt} />
    </>
  );
}

function RearmButton({ halt }: { halt: HaltView }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const problemText = useProblemText();
  const [asking, setAsking] = useState(false);
  const [reason, setReason] = useState('');
  const rearm = useRearm();
  const needed = haltTone(halt) === 'error';
  const told = reason.trim();
  const ready = !halt.fileStands && (told !== '' || !needed);
  const run = (): void => {
    if (!ready) return;
    rearm.mutate({ halt, ...(told === '' ? {} : { reason: told }) }, {
      onSuccess: () => {
        setAsking(false);
        void message.success(t('halt.rearmed'));
      },
      onError: (error) => void message.error(problemText(error)),
    });
  };
  return (
    <>
      <Button size="small" onClick={() => setAsking(true)}>{t('halt.rearm')}</Button>
      <Modal open={asking} title={t('halt.rearmTitle', { kind: t(`halt.kind.${halt.kind}`) })} okText={t('halt.rearm')} cancelText={t('action.cancel')} okButtonProps={{ disabled: !ready, loading: rearm.isPending }} onOk={run} onCancel={() => setAsking(false)} afterClose={() => setReason('')} destroyOnHidden>
        <div className="column" style={{ gap: 14 }}>
          <p>{halt.scope === 'global' ? t('halt.rearmText') : t('halt.rearmTextAccount', { name: halt.accountName ?? halt.scopeId })}</p>
          {halt.kind === 'paused' ? <p className="soft">{t('halt.rearmHeld')}</p> : null}
          {halt.fileStands ? <Alert type="warning" showIcon title={t('halt.fileStands')} description={halt.reason} /> : null}
          <label className="column" style={{ gap: 6 }}>
            <span>{t(needed ? 'halt.reason' : 'halt.reasonOptional')}</span>
            <Input value={reason} maxLength={200} autoFocus onChange={(event) => setReason(event.target.value)} onPressEnter={run} />
          </label>
        </div>
      </Modal>
    </>
  );
}
