import type { Pool, QueueEntry } from '#shared/contracts/http';
import { Table, type TableColumnsType } from 'antd';
import { useTranslation } from 'react-i18next';
import { Num, Pnl } from '../../components/numbers.tsx';
import { quoteOf } from '../../components/symbol-words.ts';
import { compareDecimals } from '../../data/decimal.ts';
import { QueueActions } from './queue-actions.tsx';
import { EntryPair, EntryPrices, WaitedMinutes, WaitsBecause } from './queue-cells.tsx';

/** Every figure of in a row with what can be done. */
export function QueueTable({ rows, pool }: { rows: readonly QueueEntry[]; pool: Pool | undefined }) {
  const { t } = useTranslation();
  const columns: TableColumnsType<QueueEntry> = [
    { title: t('queue.rank'), key: 'rank', width: 58, align: 'right', render: (_, row) => <b className="num">{row.rank}</b> },
    { title: t('queue.pair'), key: 'pair', width: 142, render: (_, row) => <EntryPair entry={row} /> },
    { title: t('queue.reason'), key: 'reason', render: (_, row) => <WaitsBecause entry={row} /> },
    { title: t('queue.entry'), key: 'entry', width: 114, align: 'right', render: (_, row) => <EntryPrices entry={row} /> },
    { title: <>{t('queue.loss')} <span className="unit">%</span></>, key: 'loss', width: 124, align: 'right', sorter: (a, b) => compareDecimals(a.lossPercent ?? '0', b.lossPercent ?? '0'), render: (_, row) => <Pnl value={row.lossPercent} fade /> },
    { title: t('queue.profit'), key: 'profit', width: 126, align: 'right', sorter: (a, b) => compareDecimals(a.expectedProfit ?? '0', b.expectedProfit ?? '0'), render: (_, row) => <Num value={row.expectedProfit} decimals={2} unit={quoteOf(row.symbol)} /> },
    { title: t('queue.replacements'), key: 'replacements', width: 92, align: 'right', sorter: (a, b) => a.replacementCount - b.replacementCount, render: (_, row) => <span className="num">{row.replacementCount}</span> },
    { title: <>{t('queue.waited')} <span className="unit">{t('unit.min')}</span></>, key: 'waited', width: 110, align: 'right', sorter: (a, b) => b.queuedAt.localeCompare(a.queuedAt), render: (_, row) => <WaitedMinutes since={row.queuedAt} /> },
    { title: <span className="visually-hidden">{t('action.actions')}</span>, key: 'actions', width: 224, align: 'right', render: (_, row) => <QueueActions entry={row} pool={pool} /> },
  ];
  return <Table<QueueEntry> className="queue-table" rowKey="id" size="small" pagination={false} columns={columns} dataSource={rows} tableLayout="fixed" scroll={{ x: 1200 }} showSorterTooltip={false} />;
}

/** The same on a phone: a card per entry, because nine columns do not fit. */
export function QueueCards({ rows, pool }: { rows: readonly QueueEntry[]; pool: Pool | undefined }) {
  const { t } = useTranslation();
  return (
    <ul className="queue-cards">
      {rows.map((row) => (
        <li key={row.id} data-row-key={row.id}>
          <div className="queue-card-head"><b className="num queue-rank" aria-label={`${t('queue.rank')} ${row.rank}`}>{row.rank}</b><div className="grow"><EntryPair entry={row} /></div><div className="queue-card-prices"><EntryPrices entry={row} /></div></div>
          <div className="queue-card-reason"><WaitsBecause entry={row} /></div>
          <dl>
            <div><dt>{t('queue.loss')} %</dt><dd><Pnl value={row.lossPercent} fade /></dd></div>
            <div><dt>{t('queue.profit')}</dt><dd><Num value={row.expectedProfit} decimals={2} unit={quoteOf(row.symbol)} /></dd></div>
            <div><dt>{t('queue.replacements')}</dt><dd className="num">{row.replacementCount}</dd></div>
            <div><dt>{t('queue.waited')}, {t('unit.min')}</dt><dd><WaitedMinutes since={row.queuedAt} /></dd></div>
          </dl>
          <QueueActions entry={row} pool={pool} />
        </li>
      ))}
    </ul>
  );
}
