import type { FillView, OrderView } from '#shared/contracts/http';
import { Table, Tooltip, type TableColumnsType } from 'antd';
import { useTranslation } from 'react-i18next';
import { Mark } from '../../components/marks.tsx';
import { Exact } from '../../components/moments.tsx';
import { Missing, Num } from '../../components/numbers.tsx';
import { formatDecimal, signOf } from '../../data/decimal.ts';
import { usePreferences } from '../../data/preferences.ts';
import en from '../../locales/en.json';
import { legName } from '../../components/leg-words.ts';

const tones: Record<string, 'accent' | 'profit' | 'warning' | 'error' | 'quiet'> = { open: 'accent', partially_filled: 'accent', sending: 'warning', ready: 'warning', filled: 'profit', unknown: 'warning', rejected: 'error', abandoned: 'error', expired: 'quiet', cancelled: 'quiet', cancelling: 'warning' };

export function OrderStatusMark({ order }: { order: Pick<OrderView, 'status' | 'reason'> }) {
  const { t } = useTranslation();
  return <Tooltip title={order.reason}><span><Mark tone={tones[order.status] ?? 'quiet'}>{t(`orderStatus.${order.status}`)}</Mark></span></Tooltip>;
}

/** What a market order lost (plus) or gained (minus) against the price expected of it: colour and sign, never colour alone. */
function Slippage({ order, decimals }: { order: Pick<OrderView, 'slippagePercent' | 'priceExpected'>; decimals: number | undefined }) {
  const { t } = useTranslation();
  const { language } = usePreferences();
  if (order.slippagePercent === null || order.priceExpected === null) return <Missing />;
  const tone = { '1': 'loss', '0': 'soft', '-1': 'profit' }[signOf(order.slippagePercent)];
  return <Tooltip title={t('order.expected', { price: formatDecimal(order.priceExpected, { decimals, language }) })}><span className={`num ${tone}`}>{formatDecimal(order.slippagePercent, { decimals: 2, language, signed: true })}</span></Tooltip>;
}

const right = { align: 'right' as const };

/** The orders of a group; without `position`, of anything. */
export function OrdersTable({ orders, decimals, quantityDecimals, pyramids = 2 }: { orders: readonly OrderView[]; decimals?: number | undefined; quantityDecimals?: number | undefined; pyramids?: number }) {
  const { t } = useTranslation();
  const columns: TableColumnsType<OrderView> = [
    { title: t('order.created'), key: 'created', width: 190, render: (_, row) => <Exact at={row.createdAt} /> },
    { title: t('order.role'), key: 'role', width: 150, render: (_, row) => <>{t(`orderRole.${row.role}`)} {row.pyramid !== null && row.leg !== null ? <span className="faint">{legName(row.pyramid, row.leg, pyramids)}</span> : null}</> },
    { title: t('order.side'), key: 'side', render: (_, row) => <span className={row.side === 'buy' ? 'profit' : 'loss'}>{t(`orderSide.${row.side}`)}</span> },
    { title: t('order.type'), key: 'type', render: (_, row) => (row.type in en.orderType ? t(`orderType.${row.type as 'limit'}`) : row.type) },
    { title: t('order.price'), key: 'price', ...right, render: (_, row) => <Num value={row.price} decimals={decimals} /> },
    { title: t('order.quantity'), key: 'quantity', ...right, render: (_, row) => <Num value={row.quantity} decimals={quantityDecimals} /> },
    { title: t('order.filled'), key: 'filled', ...right, render: (_, row) => <Num value={row.quantityFilled} decimals={quantityDecimals} fade /> },
    { title: t('order.fillPrice'), key: 'fillPrice', ...right, render: (_, row) => <Num value={row.priceFillAverage} decimals={decimals} /> },
    { title: <Tooltip title={t('order.slippageHelp')}><span>{t('order.slippage')} <span className="unit">%</span></span></Tooltip>, key: 'slippage', ...right, render: (_, row) => <Slippage order={row} decimals={decimals} /> },
    { title: t('order.status'), key: 'status', render: (_, row) => <OrderStatusMark order={row} /> },
    { title: t('order.reason'), key: 'reason', ellipsis: true, render: (_, row) => (row.reason === null ? <Missing /> : <span title={row.reason}>{row.reason}</span>) },
    { title: t('order.id'), key: 'id', width: 170, render: (_, row) => <Tooltip title={row.venueOrderId === null ? t('order.noVenueId') : `${t('order.venueId')} ${row.venueOrderId}`}><span className="mono faint">{row.clientOrderId}</span></Tooltip> },
  ];
  return <Table rowKey="clientOrderId" size="small" pagination={orders.length > 50 ? { pageSize: 50, showSizeChanger: false } : false} columns={columns} dataSource={[...orders].sort((a, b) => b.createdAt.localeCompare(a.createdAt))} scroll={{ x: 1280 }} locale={{ emptyText: t('order.none') }} />;
}

export function FillsTable({ fills, decimals, quantityDecimals }: { fills: readonly FillView[]; decimals?: number | undefined; quantityDecimals?: number | undefined }) {
  const { t } = useTranslation();
  const columns: TableColumnsType<FillView> = [
    { title: t('fill.at'), key: 'at', width: 190, render: (_, row) => <Exact at={row.at} /> },
    { title: t('order.role'), key: 'role', render: (_, row) => (row.role === null ? <Missing /> : t(`orderRole.${row.role}`)) },
    { title: t('order.side'), key: 'side', render: (_, row) => (row.side === null ? <Missing /> : <span className={row.side === 'buy' ? 'profit' : 'loss'}>{t(`orderSide.${row.side}`)}</span>) },
    { title: t('order.price'), key: 'price', ...right, render: (_, row) => <Num value={row.price} decimals={decimals} /> },
    { title: t('order.quantity'), key: 'quantity', ...right, render: (_, row) => <Num value={row.quantity} decimals={quantityDecimals} /> },
    { title: t('fill.fee'), key: 'fee', ...right, render: (_, row) => <Num value={row.fee} unit={row.feeAsset} /> },
    { title: t('fill.trade'), key: 'trade', render: (_, row) => <span className="mono faint">{row.tradeId}</span> },
    { title: t('order.id'), key: 'order', render: (_, row) => <span className="mono faint">{row.clientOrderId}</span> },
  ];
  return <Table rowKey={(row) => `${row.clientOrderId} ${row.tradeId}`} size="small" pagination={fills.length > 50 ? { pageSize: 50, showSizeChanger: false } : false} columns={columns} dataSource={[...fills].sort((a, b) => b.at.localeCompare(a.at))} scroll={{ x: 900 }} locale={{ emptyText: t('fill.none') }} />;
}
