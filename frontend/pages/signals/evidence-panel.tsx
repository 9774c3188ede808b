import type { OrderEvidence, OrderView, SignalChain } from '#shared/contracts/http';
import { Button, Table, type TableColumnsType } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { CopyId } from '../../components/copy-field.tsx';
import { legName } from '../../components/leg-words.ts';
import { Missing, Num } from '../../components/numbers.tsx';
import { Panel } from '../../components/panel.tsx';
import { EmptyState } from '../../components/states.tsx';
import { baseOf, quoteOf } from '../../components/symbol-words.ts';
import { usePhone } from '../../components/use-layout.ts';
import { decimalsOf } from '../../data/decimal.ts';
import { OrderStatusMark } from '../positions/position-tables.tsx';
import { OrderProof } from './order-proof.tsx';
import './evidence.css';

interface Row {
  order: OrderView;
  evidence: OrderEvidence;
}

const troubled = new Set<OrderEvidence['steps'][number]['step']>(['unknown', 'refused', 'rejected', 'absent']);
const openAtFirst = 2;

/** What went wrong, or is not known, is open; so is everything where there is little. */
const firstOpen = (rows: readonly Row[]): string[] => rows.filter(({ evidence }) => rows.length <= openAtFirst || evidence.steps.some(({ step }) => troubled.has(step))).map(({ order }) => order.clientOrderId);

function Purpose({ row: { order, evidence } }: { row: Row }) {
  const { t } = useTranslation();
  return (
    <>
      {t(`orderRole.${order.role}`)} {order.pyramid !== null && order.leg !== null ? <span className="faint">{legName(order.pyramid, order.leg, order.pyramid + 1)}</span> : null}
      {evidence.attempts === 1 ? null : <span className="soft attempt num">{t('evidence.attemptOf', { number: evidence.attempt, total: evidence.attempts })}</span>}
    </>
  );
}

function useColumns(rows: readonly Row[], phone: boolean): TableColumnsType<Row> {
  const { t } = useTranslation();
  const symbol = rows[0]?.order.symbol ?? '';
  const digits = (read: (order: OrderView) => string | null): number => Math.max(0, ...rows.map(({ order }) => decimalsOf(read(order) ?? '')));
  const [price, quantity] = [digits((order) => order.price), digits((order) => order.quantity)];
  const head = (words: string, unit: string) => <>{words} <span className="unit">{unit}</span></>;
  const right = { align: 'right' as const };
  const number = { title: t('evidence.order'), key: 'number', width: phone ? 58 : 64, render: (_: unknown, { evidence }: Row) => <span className="num nowrap">{t('evidence.of', { number: evidence.number, total: evidence.total })}</span> };
  const status = { title: t('order.status'), key: 'status', width: phone ? 96 : 108, render: (_: unknown, { order }: Row) => <OrderStatusMark order={order} /> };
  const asked = (order: OrderView) => (order.price === null ? <span className="soft">{t('orderType.market')}</span> : <Num value={order.price} decimals={price} />);
  if (phone) {
    return [
      number,
      { title: t('order.role'), key: 'purpose', render: (_, row) => <Purpose row={row} /> },
      { title: head(t('order.price'), quoteOf(symbol)), key: 'price', ...right, render: (_, { order }) => <>{asked(order)}<div className="soft"><Num value={order.quantity} decimals={quantity} unit={baseOf(symbol)} /></div></> },
      status,
    ];
  }
  return [
    number,
    { title: t('order.role'), key: 'purpose', width: 146, render: (_, row) => <Purpose row={row} /> },
    { title: t('order.side'), key: 'side', width: 80, render: (_, { order }) => <span className={order.side === 'buy' ? 'profit' : 'loss'}>{t(`orderSide.${order.side}`)}</span> },
    { title: head(t('order.price'), quoteOf(symbol)), key: 'price', width: 100, ...right, render: (_, { order }) => asked(order) },
    { title: head(t('order.quantity'), baseOf(symbol)), key: 'quantity', width: 104, ...right, render: (_, { order }) => <Num value={order.quantity} decimals={quantity} /> },
    { title: head(t('order.filled'), baseOf(symbol)), key: 'filled', width: 104, ...right, render: (_, { order }) => <Num value={order.quantityFilled} decimals={quantity} fade /> },
    { title: head(t('order.fillPrice'), quoteOf(symbol)), key: 'fillPrice', width: 144, ...right, render: (_, { order }) => <Num value={order.priceFillAverage} decimals={price > 0 ? price : undefined} /> },
    status,
    { title: t('evidence.clientId'), key: 'client', width: 182, render: (_, { order }) => <CopyId text={order.clientOrderId} label={t('evidence.clientId')} /> },
    { title: t('evidence.venueId'), key: 'venue', width: 116, render: (_, { order }) => (order.venueOrderId === null ? <Missing /> : <CopyId text={order.venueOrderId} label={t('evidence.venueId')} />) },
  ];
}

/** Every order of a signal with its proof: order n of m, its ids here and at the venue, its time line and its fills. */
export function EvidencePanel({ signal }: { signal: SignalChain }) {
  const { t } = useTranslation();
  const phone = usePhone();
  const rows = signal.orders.flatMap((order, index): Row[] => { const evidence = signal.evidence[index]; return evidence === undefined ? [] : [{ order, evidence }]; });
  const [chosen, setChosen] = useState<readonly string[] | null>(null);
  const open = chosen ?? firstOpen(rows);
  const columns = useColumns(rows, phone);
  if (rows.length === 0) return <Panel title={t('evidence.title')}><EmptyState title={t(signal.status === 'pending' || signal.status === 'waiting' ? 'evidence.notYet' : 'evidence.none')} /></Panel>;
  const all = open.length >= rows.length;
  return (
    <Panel title={<>{t('evidence.title')} <span className="count num">{rows.length}</span></>} extra={<Button size="small" onClick={() => setChosen(all ? [] : rows.map(({ order }) => order.clientOrderId))}>{t(all ? 'evidence.foldAll' : 'evidence.openAll')}</Button>} flush>
      <Table
        className="evidence-table"
        rowKey={({ order }) => order.clientOrderId}
        size="small"
        pagination={rows.length > 50 ? { pageSize: 50, showSizeChanger: false } : false}
        columns={columns}
        dataSource={rows}
        {...(phone ? {} : { scroll: { x: 1192 } })}
        expandable={{
          expandedRowKeys: open,
          columnWidth: phone ? 30 : 44,
          ...(phone ? {} : { fixed: 'left' as const }),
          onExpand: (expanded, { order }) => setChosen(expanded ? [...open, order.clientOrderId] : open.filter((each) => each !== order.clientOrderId)),
          expandedRowRender: ({ order, evidence }) => <OrderProof order={order} evidence={evidence} fills={signal.fills.filter(({ clientOrderId }) => clientOrderId === order.clientOrderId)} />,
        }}
      />
    </Panel>
  );
}
