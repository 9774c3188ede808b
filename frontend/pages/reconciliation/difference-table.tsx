import type { ReconcileDifference } from '#shared/contracts/http';
import { Table, type TableColumnsType } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { Mark } from '../../components/marks.tsx';
import { TimeAgo } from '../../components/moments.tsx';
import { pairOf } from '../../components/symbol-words.ts';
import { DifferenceActions } from './difference-actions.tsx';
import { useDifferenceWords } from './difference-words.ts';

const tones: Record<ReconcileDifference['state'], 'warning' | 'accent' | 'profit' | 'quiet' | 'risk'> = { asks: 'warning', acting: 'accent', done: 'profit', adopted: 'accent', closed: 'risk', ignored: 'quiet', gone: 'quiet' };

/** What differs, with both sides' figures, and the group it is about. */
function What({ difference }: { difference: ReconcileDifference }) {
  const { t } = useTranslation();
  const words = useDifferenceWords();
  const { groupId, clientOrderId, accountName } = difference;
  return (
    <div className="reconcile-what">
      <b>{words.title(difference)}</b>
      <div>{words.text(difference)}</div>
      <div className="faint">
        {accountName}
        {groupId === null ? null : <> · <Link to={`/app/positions/${groupId}`}>{t('reconcile.toPosition')}</Link></>}
        {clientOrderId === null ? null : <> · <span className="mono">{clientOrderId}</span></>}
      </div>
    </div>
  );
}

/** What was done, by whom where a person decided. */
function Done({ difference }: { difference: ReconcileDifference }) {
  const { t } = useTranslation();
  const words = useDifferenceWords();
  const { state, decidedBy, detail } = difference;
  return (
    <div className="reconcile-done">
      <Mark tone={tones[state]}>{t(`reconcileState.${state}`)}</Mark>
      <div>{words.done(difference)}</div>
      {decidedBy === null ? null : <div className="faint">{t('reconcile.by', { person: decidedBy })}</div>}
      {detail === null || state === 'done' ? null : <div className="faint">{detail}</div>}
    </div>
  );
}

/** A row per difference. */
export function DifferenceTable({ rows }: { rows: readonly ReconcileDifference[] }) {
  const { t } = useTranslation();
  const words = useDifferenceWords();
  const columns: TableColumnsType<ReconcileDifference> = [
    { title: t('reconcile.pair'), key: 'pair', width: 116, render: (_, row) => <b className="nowrap">{pairOf(row.symbol)}</b> },
    { title: t('reconcile.what'), key: 'what', render: (_, row) => <What difference={row} /> },
    { title: t('reconcile.ours'), key: 'ours', width: 116, align: 'right', render: (_, row) => <span className="num">{words.figure(row.ours)}</span> },
    { title: t('reconcile.venues'), key: 'venue', width: 116, align: 'right', render: (_, row) => <span className="num">{words.figure(row.venue)}</span> },
    { title: t('reconcile.done'), key: 'done', width: 230, render: (_, row) => <Done difference={row} /> },
    { title: t('reconcile.found'), key: 'found', width: 112, render: (_, row) => <TimeAgo at={row.firstSeenAt} /> },
    { title: <span className="visually-hidden">{t('action.actions')}</span>, key: 'actions', width: 218, align: 'right', render: (_, row) => <DifferenceActions difference={row} /> },
  ];
  return <Table<ReconcileDifference> className="reconcile-table" rowKey="id" size="small" pagination={false} columns={columns} dataSource={rows} tableLayout="fixed" scroll={{ x: 1080 }} />;
}

/** The same on a phone. */
export function DifferenceCards({ rows }: { rows: readonly ReconcileDifference[] }) {
  const { t } = useTranslation();
  const words = useDifferenceWords();
  return (
    <ul className="reconcile-cards">
      {rows.map((row) => (
        <li key={row.id} data-row-key={row.id}>
          <div className="spread"><b>{pairOf(row.symbol)}</b><span className="faint"><TimeAgo at={row.firstSeenAt} /></span></div>
          <What difference={row} />
          <dl><div><dt>{t('reconcile.ours')}</dt><dd className="num">{words.figure(row.ours)}</dd></div><div><dt>{t('reconcile.venues')}</dt><dd className="num">{words.figure(row.venue)}</dd></div></dl>
          <Done difference={row} />
          <DifferenceActions difference={row} />
        </li>
      ))}
    </ul>
  );
}
