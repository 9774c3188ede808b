import { PlayCircleOutlined } from '@ant-design/icons';
import { App, Button, Tooltip } from 'antd';
import { useTranslation } from 'react-i18next';
import { useProblemText } from '../../components/states.tsx';
import { useRiskRun } from '../../data/use-risk.ts';
import { useConditionText } from './condition-words.ts';
import { useGroupText, type Named } from './group-name.tsx';
import { useIdleText } from '../../components/risk-words.ts';

/** Asks for a cycle and tells what came of it. */
export function useRunNow(): { run: (group: Named | null) => void; busy: boolean } {
  const { t } = useTranslation();
  const conditionText = useConditionText();
  const { message } = App.useApp();
  const problemText = useProblemText();
  const idleText = useIdleText();
  const groupText = useGroupText();
  const cycle = useRiskRun();
  const run = (group: Named | null): void => cycle.mutate(group?.groupId ?? null, {
    onSuccess: ({ status, reason, words, figures, failed, action }) => {
      const why = failed.length === 0 ? idleText(reason, figures, words) : failed.map((condition) => conditionText({ ...condition, met: false }, Date.now())).join('; ');
      if (status === 'requested') void message.info(t('risk.ranRequested'));
      else if (action !== null && action.status !== 'running') void message.info(`${t('risk.ranAction')}: ${t(`riskActionStatus.${action.status}`)}`, 6);
      else if (status === 'running') void message.success(t('risk.ranRunning'));
      else if (group !== null) void message.info(t('risk.ranGroupNone', { pair: groupText(group), why }), 6);
      else void message.info(t('risk.ranDone', { words: why }), 6);
    },
    onError: (error) => void message.error(problemText(error)),
  });
  return { run, busy: cycle.isPending };
}

/** A normal cycle, now (R-601). */
export function RunCycleButton() {
  const { t } = useTranslation();
  const { run, busy } = useRunNow();
  return <Tooltip title={t('risk.runHelp')}><Button type="primary" icon={<PlayCircleOutlined />} loading={busy} onClick={() => run(null)}>{t('risk.run')}</Button></Tooltip>;
}
