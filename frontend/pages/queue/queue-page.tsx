import { HourglassOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { Panel, PageHead } from '../../components/panel.tsx';
import { PoolSlots } from '../../components/pool-slots.tsx';
import { Answer, EmptyState } from '../../components/states.tsx';
import { usePhone } from '../../components/use-layout.ts';
import { useQueue } from '../../data/use-queue.ts';
import { useStatus } from '../../data/use-status.ts';
import { QueueRules } from './queue-rules.tsx';
import { QueueCards, QueueTable } from './queue-table.tsx';
import './queue.css';

/** Entries that wait for a slot, in the order in which they will get one, and the rules that make this order. */
export function QueuePage() {
  const { t } = useTranslation();
  const phone = usePhone();
  const queue = useQueue();
  const pool = useStatus().data?.pool;
  const Rows = phone ? QueueCards : QueueTable;
  return (
    <div className="page">
      <PageHead title={t('nav.queue')} count={queue.data?.length}>
        {pool === undefined ? null : (
          <span className="pool-gauge">
            <span className="faint">{t('dashboard.pool')}</span> <b className={`num ${pool.used > pool.slots ? 'queue-over' : ''}`}>{pool.used} / {pool.slots}</b>
            <PoolSlots pool={pool} />
          </span>
        )}
      </PageHead>
      <Panel flush>
        <Answer of={queue}>
          {(rows) => rows.length === 0 ? (
            <EmptyState icon={<HourglassOutlined />} title={t('queue.none')} action={<Link to="/app/signals"><Button>{t('dashboard.allSignals')}</Button></Link>}>
              {pool === undefined ? null : pool.used < pool.slots ? t('queue.noneFree', { free: pool.slots - pool.used, slots: pool.slots }) : t('queue.noneText', { slots: pool.slots })}
            </EmptyState>
          ) : <Rows rows={[...rows].sort((a, b) => a.rank - b.rank)} pool={pool} />}
        </Answer>
      </Panel>
      <QueueRules />
    </div>
  );
}
