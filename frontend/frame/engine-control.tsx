import { CaretRightOutlined, CheckCircleFilled, CloseCircleFilled, PauseCircleFilled, PauseOutlined } from '@ant-design/icons';
import { App, Button, Popconfirm, Tooltip } from 'antd';
import { useTranslation } from 'react-i18next';
import { useProblemText } from '../components/states.tsx';
import { usePauseOrResume, useStatus } from '../data/use-status.ts';

const icons = { running: <CheckCircleFilled />, paused: <PauseCircleFilled />, error: <CloseCircleFilled /> };

/** Is the engine running? With the button that pauses or resumes it. */
export function EngineControl() {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const problemText = useProblemText();
  const engine = useStatus().data?.engine;
  const change = usePauseOrResume();
  if (engine === undefined) return <span className="engine engine-unknown">{t('engine.unknown')}</span>;
  const run = (action: 'pause' | 'resume'): void => change.mutate(action, { onError: (error) => void message.error(problemText(error)) });
  return (
    <span className={`engine engine-${engine.state}`}>
      <Tooltip title={engine.reason ?? t(`engineMeaning.${engine.state}`)}>
        <span className="engine-state" role="status" tabIndex={0}>
          {icons[engine.state]}
          <span className="engine-word">{t(`engine.${engine.state}`)}</span>
        </span>
      </Tooltip>
      {engine.state === 'running' ? (
        <Popconfirm title={t('engine.pauseTitle')} description={<div style={{ maxWidth: 260 }}>{t('engine.pauseText')}</div>} okText={t('engine.pause')} cancelText={t('action.cancel')} onConfirm={() => run('pause')}>
          <Button size="small" type="text" icon={<PauseOutlined />} loading={change.isPending} aria-label={t('engine.pause')}>
            <span className="wide-only">{t('engine.pause')}</span>
          </Button>
        </Popconfirm>
      ) : (
        <Button size="small" type={engine.state === 'paused' ? 'primary' : 'text'} icon={<CaretRightOutlined />} loading={change.isPending} aria-label={t('engine.resume')} onClick={() => run('resume')}>
          <span className="wide-only">{t('engine.resume')}</span>
        </Button>
      )}
    </span>
  );
}
