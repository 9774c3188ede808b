import { CaretRightOutlined, CheckCircleFilled, CloseCircleFilled, PauseCircleFilled, PauseOutlined } from '@ant-design/icons';
import { App, Button, Popconfirm, Tooltip } from 'antd';
import { useTranslation } from 'react-i18next';
import { useProblemText } from '../components/states.tsx';
import { usePause, useRearm } from '../data/use-halts.ts';
import { useStatus } from '../data/use-status.ts';

const icons = { running: <CheckCircleFilled />, paused: <PauseCircleFilled />, error: <CloseCircleFilled /> };

/** Is the engine running? With the button that pauses or resumes it. */
export function EngineControl() {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const problemText = useProblemText();
  const status = useStatus().data;
  const engine = status?.engine;
  const pause = usePause();
  const resume = useRearm();
  if (engine === undefined) return <span className="engine engine-unknown">{t('engine.unknown')}</span>;
  const onError = (error: Error): void => void message.error(problemText(error));
  // Other halts ask for more than a click: they are ended where they are told of, under the top bar.
  const paused = status?.halts.find(({ scope, kind }) => scope === 'global' && kind === 'paused');
  return (
    <span className={`engine engine-${engine.state}`}>
      <Tooltip title={engine.reason ?? t(`engineMeaning.${engine.state}`)}>
        <span className="engine-state" role="status" tabIndex={0}>
          {icons[engine.state]}
          <span className="engine-word">{t(`engine.${engine.state}`)}</span>
        </span>
      </Tooltip>
      {paused === undefined ? (
        <Popconfirm title={t('engine.pauseTitle')} description={<div style={{ maxWidth: 260 }}>{t('engine.pauseText')}</div>} okText={t('engine.pause')} cancelText={t('action.cancel')} onConfirm={() => pause.mutate(undefined, { onError })}>
          <Button size="small" type="text" icon={<PauseOutlined />} loading={pause.isPending} aria-label={t('engine.pause')}>
            <span className="wide-only">{t('engine.pause')}</span>
          </Button>
        </Popconfirm>
      ) : (
        <Button size="small" type={engine.state === 'paused' ? 'primary' : 'text'} icon={<CaretRightOutlined />} loading={resume.isPending} aria-label={t('engine.resume')} onClick={() => resume.mutate({ halt: paused }, { onError })}>
          <span className="wide-only">{t('engine.resume')}</span>
        </Button>
      )}
    </span>
  );
}
