import type { PositionDetail } from '#shared/contracts/http';
import { EyeOutlined } from '@ant-design/icons';
import { Spin, Tabs, Tooltip } from 'antd';
import { lazy, Suspense, useMemo, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { useCloseReason } from '../../components/close-reason.ts';
import { CloseButton } from '../../components/confirm-close.tsx';
import { baseOf, pairOf } from '../../components/symbol-words.ts';
import { LegLadder } from '../../components/leg-ladder.tsx';
import { distancePercent } from '../../components/leg-words.ts';
import { ModeMark, SideMark, StatusMark } from '../../components/marks.tsx';
import { Exact, TimeAgo } from '../../components/moments.tsx';
import { Num, Pnl } from '../../components/numbers.tsx';
import { Panel } from '../../components/panel.tsx';
import { Answer, EmptyState } from '../../components/states.tsx';
import { ApiProblem } from '../../data/api-client.ts';
import { decimalsOf, formatDecimal } from '../../data/decimal.ts';
import { usePreferences } from '../../data/preferences.ts';
import { useCandles, usePosition } from '../../data/use-positions.ts';
import { linesOf, marksOf } from './chart-of-position.ts';
import { Journal } from './journal.tsx';
import './position.css';
import { FillsTable, OrdersTable } from './position-tables.tsx';
import { PyramidsTable } from './pyramids-table.tsx';
import { useTpModeName } from './tp-mode.ts';

const CandleChart = lazy(() => import('../../components/candle-chart.tsx').then((module) => ({ default: module.CandleChart })));

function Figure({ label, children }: { label: ReactNode; children: ReactNode }) {
  return <div className="figure"><span className="faint">{label}</span><span className="figure-value">{children}</span></div>;
}

/** How far the last price is from a level, with its sign. */
function Away({ from, to }: { from: string | null; to: string }) {
  const { t } = useTranslation();
  const { language } = usePreferences();
  return from === null ? null : <small className="soft num">{t('position.away', { percent: `${formatDecimal(distancePercent(from, to).toFixed(2), { language, signed: true })} %` })}</small>;
}

function Figures({ position }: { position: PositionDetail }) {
  const { t } = useTranslation();
  const tpModeName = useTpModeName();
  const { language } = usePreferences();
  const price = position.priceDecimals ?? undefined;
  return (
    <div className="figures panel">
      {position.status === 'closed' ? null : <Figure label={`${t('position.unrealised')}, ${position.quoteAsset}`}><Pnl value={position.pnlUnrealised} fade /> <small><Pnl value={position.pnlUnrealisedPercent} unit="%" /></small></Figure>}
      <Figure label={`${t('position.realised')}, ${position.quoteAsset}`}><Pnl value={position.pnlRealised} fade /></Figure>
      {position.status === 'closed' ? null : <Figure label={`${t('position.quantity')}, ${baseOf(position.symbol)}`}><Num value={position.quantity} decimals={position.quantityDecimals ?? undefined} fade /></Figure>}
      {position.status === 'closed' ? null : <Figure label={`${t('position.value')}, ${position.quoteAsset}`}><Num value={position.value} decimals={2} /></Figure>}
      <Figure label={t('position.average')}><Num value={position.priceEntryAverage} decimals={price} /></Figure>
      <Figure label={t('position.base')}><Num value={position.baseEntryPrice} decimals={price} /></Figure>
      <Figure label={t('position.last')}><Num value={position.priceLast} decimals={price} fade /></Figure>
      <Figure label={t('position.pyramids')}><span className="num">{position.pyramidCount + 1} / {position.maxPyramids}</span></Figure>
      <Figure label={t('position.legs')}><span className="num">{position.legsFilled} / {position.legsTotal}</span></Figure>
      <Figure label={t('position.tpMode')}>{tpModeName(position.tpMode)}</Figure>
      {position.target === null ? null : <Figure label={`${t('position.targetCommon')}, +${formatDecimal(position.target.percent, { language, decimals: 2 })} %`}><Num value={position.target.price} decimals={price} /> <Away from={position.priceLast} to={position.target.price} /></Figure>}
      {position.stop === null || position.status === 'closed' ? null : <Figure label={t('position.stop')}><Num value={position.stop.price} decimals={price} /> <Away from={position.priceLast} to={position.stop.price} />{position.stop.watched ? <Tooltip title={t('position.stopWatchedHelp')}><span className="figure-note" tabIndex={0}><EyeOutlined /> {t('position.stopWatched')}</span></Tooltip> : null}</Figure>}
      <Figure label={`${t('position.fees')}, ${position.quoteAsset}`}><Num value={position.feesPaid} decimals={4} /></Figure>
    </div>
  );
}

function Head({ position }: { position: PositionDetail }) {
  const { t } = useTranslation();
  const closeReason = useCloseReason();
  return (
    <div className="page-head">
      <h1><Link to="/app/positions" className="crumb">{t('nav.positions')}</Link> {pairOf(position.symbol)} <span className="faint">{position.timeframe}</span></h1>
      <SideMark side={position.side} />
      <StatusMark status={position.status} />
      <span className="row" style={{ gap: 6 }}><ModeMark mode={position.mode} /><span className="soft">{position.accountName}</span></span>
      <span className="grow" />
      <span className="soft">{position.closedAt === null ? <>{t('position.opened')} <TimeAgo at={position.openedAt} /></> : <>{t('position.closed')} <Exact at={position.closedAt} />{position.closeReason === null ? '' : `, ${closeReason(position.closeReason)}`}</>}</span>
      <CloseButton position={position} />
    </div>
  );
}

function PositionView({ position }: { position: PositionDetail }) {
  const { t } = useTranslation();
  const candles = useCandles(position);
  const lines = useMemo(() => linesOf(position, t), [position, t]);
  const marks = useMemo(() => marksOf(position, t), [position, t]);
  const decimals = position.priceDecimals ?? decimalsOf(position.priceLast ?? '0.00');
  const price = position.priceDecimals ?? undefined;
  const quantity = position.quantityDecimals ?? undefined;
  return (
    <>
      <Head position={position} />
      <Figures position={position} />
      <div className="position-grid">
        <Panel flush className="chart-panel">
          <Answer of={candles} rows={12}>
            {(data) => data.length === 0 ? <EmptyState title={t('chart.none')}>{t('chart.noneText')}</EmptyState> : (
              <Suspense fallback={<div className="candle-chart page-wait"><Spin /></div>}>
                <CandleChart candles={data} lines={lines} marks={marks} priceLast={position.status === 'closed' ? null : position.priceLast} decimals={decimals} label={t('chart.label', { pair: pairOf(position.symbol), timeframe: position.timeframe })} />
              </Suspense>
            )}
          </Answer>
        </Panel>
        <Panel title={t('ladder.title')} flush className="ladder-panel"><LegLadder position={position} /></Panel>
      </div>
      <Panel title={t('leg.title')} flush><PyramidsTable position={position} /></Panel>
      <Panel flush>
        <Tabs
          className="panel-tabs"
          items={[
            { key: 'journal', label: t('journal.title'), children: <Journal lines={position.journal} pyramids={position.pyramids.length} /> },
            { key: 'orders', label: `${t('order.title')} ${position.orders.length}`, children: <OrdersTable orders={position.orders} decimals={price} quantityDecimals={quantity} pyramids={position.pyramids.length} /> },
            { key: 'fills', label: `${t('fill.title')} ${position.fills.length}`, children: <FillsTable fills={position.fills} decimals={price} quantityDecimals={quantity} /> },
          ]}
        />
      </Panel>
    </>
  );
}

/** One position: chart, ladder, orders, fills, and its journal as a story. */
export function PositionPage() {
  const { t } = useTranslation();
  const { id = '' } = useParams();
  const position = usePosition(id);
  if (position.error instanceof ApiProblem && position.error.status === 404) return <EmptyState title={t('position.unknown')} action={<Link to="/app/positions">{t('nav.positions')}</Link>} />;
  return <div className="page"><Answer of={position} rows={14}>{(data) => <PositionView position={data} />}</Answer></div>;
}
