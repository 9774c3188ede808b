import type { RiskGroupView } from '#shared/contracts/http';
import { ForwardOutlined, PlayCircleOutlined, StopOutlined, UnlockOutlined } from '@ant-design/icons';
import { App, Button, Popconfirm, Space, Tooltip } from 'antd';
import { useTranslation } from 'react-i18next';
import { Mark } from '../../components/marks.tsx';
import { useProblemText } from '../../components/states.tsx';
import { usePreferences } from '../../data/preferences.ts';
import { exactTime } from '../../data/times.ts';
import { useRiskFlag, type RiskFlag } from '../../data/use-risk.ts';
import { useGroupText } from './group-name.tsx';
import { useRunNow } from './run-now.tsx';

/** That a person has taken a group out, once or for good. */
export function GroupFlags({ group }: { group: RiskGroupView }) {
  const { t } = useTranslation();
  const { times } = usePreferences();
  const { skippedAt, blockedAt } = group;
  if (skippedAt === null && blockedAt === null) return null;
  return (
    <span className="row wrap" style={{ gap: 4 }}>
      {blockedAt === null ? null : <Tooltip title={t('risk.blockedSince', { at: exactTime(blockedAt, times) })}><span tabIndex={0}><Mark tone="error">{t('risk.blocked')}</Mark></span></Tooltip>}
      {skippedAt === null ? null : <Tooltip title={t('risk.skippedSince', { at: exactTime(skippedAt, times) })}><span tabIndex={0}><Mark tone="warning">{t('risk.skipped')}</Mark></span></Tooltip>}
    </span>
  );
}

/** What a person can do with a group: have its loss offset at once, leave it out once, or for good. */
export function GroupActions({ group, run = false, inRow = false }: { group: RiskGroupView; run?: boolean; inRow?: boolean }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const problemText = useProblemText();
  const pair = useGroupText()(group);
  const flag = useRiskFlag();
  const runNow = useRunNow();
  const done: Record<RiskFlag, string> = { 'skip-once': t('risk.skipDone', { pair }), block: t('risk.blockDone', { pair }), unblock: t('risk.unblockDone', { pair }) };
  const set = (wish: RiskFlag): void => flag.mutate({ groupId: group.groupId, flag: wish }, {
    onSuccess: ({ status }) => void message.success(status === 'done' ? done[wish] : t('risk.flagRequested', { pair })),
    onError: (error) => void message.error(problemText(error)),
  });
  const busy = (wish: RiskFlag): boolean => flag.isPending && flag.variables.flag === wish;
  const blocked = group.blockedAt !== null;
  return (
    <Space size={2} wrap={!inRow} className={inRow ? 'in-row' : undefined}>
      {run ? (
        <Popconfirm disabled={blocked} title={t('risk.runGroupTitle', { pair })} description={<div style={{ maxWidth: 300 }}>{t('risk.runGroupText')}</div>} okText={t('risk.runGroup')} cancelText={t('action.cancel')} onConfirm={() => runNow.run(group)}>
          <Button size="small" icon={<PlayCircleOutlined />} disabled={blocked} loading={runNow.busy} aria-label={`${t('risk.runGroup')}: ${pair}`}>{t('risk.runGroup')}</Button>
        </Popconfirm>
      ) : null}
      <Tooltip title={t('risk.skipHelp')}><Button size="small" type="text" icon={<ForwardOutlined />} disabled={blocked || group.skippedAt !== null} loading={busy('skip-once')} aria-label={`${t('risk.skip')}: ${pair}`} onClick={() => set('skip-once')}><span className="short-label">{t('risk.skip')}</span></Button></Tooltip>
      {blocked
        ? <Tooltip title={t('risk.unblockHelp')}><Button size="small" type="text" icon={<UnlockOutlined />} loading={busy('unblock')} aria-label={`${t('risk.unblock')}: ${pair}`} onClick={() => set('unblock')}><span className="short-label">{t('risk.unblock')}</span></Button></Tooltip>
        : <Tooltip title={t('risk.blockHelp')}><Button size="small" type="text" icon={<StopOutlined />} loading={busy('block')} aria-label={`${t('risk.block')}: ${pair}`} onClick={() => set('block')}><span className="short-label">{t('risk.block')}</span></Button></Tooltip>}
    </Space>
  );
}
