import type { Delivery } from '#shared/contracts/http';
import { Table, type TableColumnsType } from 'antd';
import { useTranslation } from 'react-i18next';
import { Mark } from '../../components/marks.tsx';
import { Exact } from '../../components/moments.tsx';
import { Answer, EmptyState } from '../../components/states.tsx';
import { useRefusedDeliveries } from '../../data/use-signals.ts';

/** What arrived at our address and was turned away, with the answer the sender got. */
export function RefusedDeliveries() {
  const { t } = useTranslation();
  const deliveries = useRefusedDeliveries();
  const columns: TableColumnsType<Delivery> = [
    { title: t('signal.received'), key: 'at', width: 196, render: (_, row) => <Exact at={row.receivedAt} /> },
    { title: t('delivery.answer'), key: 'answer', width: 90, render: (_, row) => <Mark tone="error">{row.answer}</Mark> },
    { title: t('signal.reason'), key: 'detail', render: (_, row) => row.detail ?? row.code ?? '\u2013' },
    { title: t('delivery.type'), key: 'type', width: 170, ellipsis: true, render: (_, row) => <span className="faint">{row.contentType ?? '\u2013'}</span> },
  ];
  return (
    <Answer of={deliveries}>
      {(rows) => rows.length === 0 ? <EmptyState title={t('delivery.none')}>{t('delivery.noneText')}</EmptyState> : (
        <Table rowKey="id" size="small" pagination={false} columns={columns} dataSource={rows} scroll={{ x: 640 }} expandable={{ expandedRowRender: (row) => <pre className="mono delivery-body">{row.body}</pre>, rowExpandable: (row) => row.body !== '' }} />
      )}
    </Answer>
  );
}
