import type { QueueEntry } from '#shared/contracts/http';
import { ArrowUpOutlined, DeleteOutlined, ForwardOutlined, HourglassOutlined } from '@ant-design/icons';
import { App, Button, Popconfirm, Space, Table, Tooltip, type TableColumnsType } from 'antd';
import { useTranslation } from 'react-i18next';
import { pairOf } from '../../components/symbol-words.ts';
import { SideMark } from '../../components/marks.tsx';
import { Exact } from '../../components/moments.tsx';
import { Missing, Num, Pnl } from '../../components/numbers.tsx';
import { Panel, PageHead } from '../../components/panel.tsx';
import { Answer, EmptyState, useProblemText } from '../../components/states.tsx';
import { useNow } from '../../data/use-now.ts';
import { usePreferences } from '../../data/preferences.ts';
import { exactTime } from '../../data/times.ts';
import { useQueue, useQueueAction, type QueueAction } from '../../data/use-queue.ts';
import { useStatus } from '../../data/use-status.ts';

/** Why an action is not to be had: in English with the server's numbers, otherwise in the language of the page. */
function useWhyNot(): (entry: QueueEntry, why: string | null) => string | null {
  const { t } = useTranslation();
  const { language } = usePreferences();
  return (entry, why) => (why === null || language === 'en' ? why : entry.reason === 'pool_full' ? t('queue.promoteFull') : t(`queueReason.${entry.reason}`));
}

function Actions({ entry }: { entry: QueueEntry }) {
  const { t } = useTranslation();
  const whyNot = useWhyNot();
  const { message } = App.useApp();
  const problemText = useProblemText();
  const act = useQueueAction();
  const run = (action: QueueAction): void => act.mutate({ id: entry.id, action }, { onSuccess: () => void message.success(t(`queue.${action}Asked`)), onError: (error) => void message.error(problemText(error)) });
  const busy = (action: QueueAction): boolean => act.isPending && act.variables.action === action;
  const pair = pairOf(entry.symbol);
  return (
    <Space size={4}>
      <Tooltip title={whyNot(entry, entry.promotableReason) ?? t(entry.reason === 'awaiting_confirmation' ? 'queue.confirmHelp' : 'queue.promoteHelp')}>
        <Button size="small" icon={<ArrowUpOutlined />} disabled={!entry.promotable} loading={busy('promote')} onClick={() => run('promote')}>{t('queue.promote')}</Button>
      </Tooltip>
      <Popconfirm disabled={!entry.forcible} title={t('queue.forceTitle', { pair })} description={<div style={{ maxWidth: 280 }}>{t('queue.forceText')}</div>} okText={t('queue.force')} cancelText={t('action.cancel')} onConfirm={() => run('force')}>
        <Tooltip title={whyNot(entry, entry.forcibleReason)}><Button size="small" icon={<ForwardOutlined />} disabled={!entry.forcible} loading={busy('force')}>{t('queue.force')}</Button></Tooltip>
      </Popconfirm>
      <Popconfirm title={t('queue.removeTitle', { pair })} okText={t('queue.remove')} okButtonProps={{ danger: true }} cancelText={t('action.cancel')} onConfirm={() => run('remove')}>
        <Button size="small" danger type="text" icon={<DeleteOutlined />} loading={busy('remove')} aria-label={t('queue.removeTitle', { pair })} />
      </Popconfirm>
    </Space>
  );
}

function WaitedMinutes({ since }: { since: string }) {
  const now = useNow(10_000);
  const { times } = usePreferences();
  return <Tooltip title={exactTime(since, times)}><span className="num">{Math.max(0, Math.floor((now - Date.parse(since)) / 60_000))}</span></Tooltip>;
}

/** Entries that wait for a slot, in the order in which they will get one. */
export function QueuePage() {
  const { t } = useTranslation();
  const queue = useQueue();
  const pool = useStatus().data?.pool;
  const columns: TableColumnsType<QueueEntry> = [
    { title: t('queue.rank'), key: 'rank', width: 60, align: 'right', render: (_, row) => <span className="num">{row.rank}</span> },
    { title: t('position.pair'), key: 'pair', width: 144, render: (_, row) => <><b>{pairOf(row.symbol)}</b> <span className="faint">{row.timeframe}</span>{row.continuation ? <div className="faint">{t('queue.continuation')}</div> : null}</> },
    { title: t('position.side'), key: 'side', width: 84, render: (_, row) => <SideMark side={row.side} /> },
    { title: t('queue.reason'), key: 'reason', width: 170, render: (_, row) => <>{t(`queueReason.${row.reason}`)}{row.expiresAt === null ? null : <div className="faint">{t('queue.until')} <Exact at={row.expiresAt} short /></div>}</> },
    { title: t('queue.entry'), key: 'entry', width: 124, align: 'right', render: (_, row) => <><Num value={row.entryPrice} /><div className="faint">{t('queue.nowAt')} <Num value={row.priceLast} fade /></div></> },
    { title: <>{t('queue.loss')} <span className="unit">%</span></>, key: 'loss', width: 90, align: 'right', render: (_, row) => (row.lossPercent === null ? <Missing /> : <Pnl value={row.lossPercent} />) },
    { title: t('queue.replacements'), key: 'replacements', width: 92, align: 'right', render: (_, row) => <span className="num">{row.replacementCount}</span> },
    { title: t('queue.profit'), key: 'profit', width: 124, align: 'right', render: (_, row) => <Num value={row.expectedProfit} decimals={2} /> },
    { title: <>{t('queue.waited')} <span className="unit">{t('unit.min')}</span></>, key: 'waited', width: 86, align: 'right', render: (_, row) => <WaitedMinutes since={row.queuedAt} /> },
    { title: <span className="visually-hidden">{t('action.actions')}</span>, key: 'actions', width: 236, align: 'right', render: (_, row) => <Actions entry={row} /> },
  ];
  return (
    <div className="page">
      <PageHead title={t('nav.queue')} count={queue.data?.length}>
        {pool === undefined ? null : <span className="soft num">{t('queue.pool', { used: pool.used, slots: pool.slots })}</span>}
      </PageHead>
      <Panel flush>
        <Answer of={queue}>
          {(rows) => rows.length === 0 ? (
            <EmptyState icon={<HourglassOutlined />} title={t('queue.none')}>{t('queue.noneText', { slots: pool?.slots ?? '' })}</EmptyState>
          ) : (
            <Table rowKey="id" size="small" pagination={false} columns={columns} dataSource={[...rows].sort((a, b) => a.rank - b.rank)} scroll={{ x: 1130 }} footer={() => <span className="faint">{t('queue.asOf')} <Exact at={new Date(queue.dataUpdatedAt).toISOString()} short /></span>} />
          )}
        </Answer>
      </Panel>
    </div>
  );
}
