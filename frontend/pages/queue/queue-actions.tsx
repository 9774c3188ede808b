import type { Pool, QueueAnswer, QueueEntry } from '#shared/contracts/http';
import type { Settings } from '#shared/contracts/settings';
import { DeleteOutlined } from '@ant-design/icons';
import { App, Button, Popconfirm, Tooltip } from 'antd';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { useDetailWords } from '../../components/detail-words.ts';
import { useProblemText } from '../../components/states.tsx';
import { pairOf } from '../../components/symbol-words.ts';
import { ApiProblem } from '../../data/api-client.ts';
import { useConfig } from '../../data/use-config.ts';
import { useQueueAction, type QueueAction } from '../../data/use-queue.ts';
import en from '../../locales/en.json';
import { slotsAfterForce } from './queue-words.ts';

type Outcome = keyof typeof en.signalOutcome;

/** Does what a person wishes of an entry, and says what came of it. */
function useWish(entry: QueueEntry) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const problemText = useProblemText();
  const words = useDetailWords();
  const navigate = useNavigate();
  const act = useQueueAction();
  const pair = pairOf(entry.symbol);
  const said = ({ status, outcome, groupId, detail }: QueueAnswer): React.ReactNode => {
    if (status === 'requested') return t('queue.requested', { pair });
    if (outcome === 'queued') return detail === null ? t('queue.confirmed', { pair }) : `${t('queue.confirmed', { pair })}: ${words(detail)}`;
    const what = outcome !== null && outcome in en.signalOutcome ? t(`signalOutcome.${outcome as Outcome}`) : (outcome ?? t('queue.requested', { pair }));
    // Messages are drawn above the router, where a `Link` has nothing to hold on to.
    return <>{pair}: {what}{groupId === null ? null : <Button type="link" size="small" onClick={() => void navigate(`/app/positions/${groupId}`)}>{t('signal.toPosition')}</Button>}</>;
  };
  const failed = (error: unknown): string => (error instanceof ApiProblem && error.status === 409 ? `${pair}: ${words(error.message.replace(/\.$/, ''))}` : problemText(error));
  return {
    pair,
    // Not the callbacks of `mutate`: the row may have left the page before the answer comes.
    run: (action: QueueAction): void => void act.mutateAsync({ id: entry.id, action }).then((answer) => message.success(said(answer), 4), (error: unknown) => message.error(failed(error), 6)),
    busy: (action: QueueAction): boolean => act.isPending && act.variables.action === action,
  };
}

/** Promote or confirm, force, remove. What cannot be had is disabled, with the reason beside it and for screen readers. */
export function QueueActions({ entry, pool }: { entry: QueueEntry; pool: Pool | undefined }) {
  const { t } = useTranslation();
  const words = useDetailWords();
  const id = useId();
  const { pair, run, busy } = useWish(entry);
  const confirms = entry.reason === 'awaiting_confirmation';
  const whyNotPromote = entry.promotableReason === null ? null : words(entry.promotableReason);
  const whyNotForce = entry.forcibleReason === null ? null : words(entry.forcibleReason);
  const counts = (useConfig().data?.active as Settings | undefined)?.execution_pool;
  const after = pool === undefined || counts === undefined ? null : slotsAfterForce(entry, pool, counts);
  return (
    <span className="queue-actions">
      <Tooltip title={whyNotPromote ?? t(confirms ? 'queue.confirmHelp' : 'queue.promoteHelp')}>
        <Button size="small" type={entry.promotable ? 'primary' : 'default'} disabled={!entry.promotable} loading={busy('promote')} onClick={() => run('promote')} aria-describedby={whyNotPromote === null ? undefined : `${id}promote`}>{t(confirms ? 'queue.confirm' : 'queue.promote')}</Button>
      </Tooltip>
      <Popconfirm
        disabled={!entry.forcible}
        placement="bottomRight"
        title={t('queue.forceTitle', { pair })}
        description={<div style={{ maxWidth: 290 }}>{after === null || pool === undefined ? t('queue.forceText') : <>{t('queue.forceText')} <b className="num">{t('queue.forceAfter', { used: after, slots: pool.slots })}</b></>}</div>}
        okText={t('queue.forceNow')}
        cancelText={t('action.cancel')}
        onConfirm={() => run('force')}
      >
        <Tooltip title={whyNotForce}>
          <Button size="small" disabled={!entry.forcible} loading={busy('force')} aria-describedby={whyNotForce === null ? undefined : `${id}force`}>{t('queue.force')}</Button>
        </Tooltip>
      </Popconfirm>
      <Popconfirm placement="bottomRight" title={t('queue.removeTitle', { pair })} description={t('queue.removeText')} okText={t('queue.remove')} okButtonProps={{ danger: true }} cancelText={t('action.cancel')} onConfirm={() => run('remove')}>
        <Button size="small" danger type="text" icon={<DeleteOutlined />} loading={busy('remove')} aria-label={t('queue.removeTitle', { pair })} />
      </Popconfirm>
      {whyNotPromote === null ? null : <span id={`${id}promote`} className="visually-hidden">{whyNotPromote}</span>}
      {whyNotForce === null ? null : <span id={`${id}force`} className="visually-hidden">{whyNotForce}</span>}
    </span>
  );
}
