import type { PositionDetail } from '#shared/contracts/http';
import type { TFunction } from 'i18next';
import type { ChartLine, ChartMark } from '../../components/candle-chart.tsx';
import { distancePercent, legName } from '../../components/leg-words.ts';

const waiting = new Set(['pending', 'open', 'partially_filled']);
const held = new Set(['filled', 'partially_filled']);

const labelled = 3;

/** Names only the lines closest to the price: more would cover each other and the candles. */
function labelNearest(lines: ChartLine[], priceLast: string | null): void {
  const distance = (line: ChartLine): number => Math.abs(distancePercent(priceLast ?? line.price, line.price));
  for (const tone of ['entry', 'take-profit'] as const) {
    const far = lines.filter((line) => line.tone === tone).sort((a, b) => distance(a) - distance(b)).slice(labelled);
    for (const line of far) line.label = false;
  }
}

/** Average, waiting legs, take-profits of held legs, stops: the lines of a position's chart. */
export function linesOf(position: PositionDetail, t: TFunction): ChartLine[] {
  if (position.status === 'closed') return position.priceEntryAverage === null ? [] : [{ price: position.priceEntryAverage, title: t('chart.average'), tone: 'quiet', strong: true }];
  const lines: ChartLine[] = [];
  for (const pyramid of position.pyramids) {
    for (const leg of pyramid.legs) {
      const name = legName(pyramid.index, leg.index, position.pyramids.length);
      if (waiting.has(leg.state) && leg.limitPrice !== null) lines.push({ price: leg.limitPrice, title: name, tone: 'entry' });
      if (held.has(leg.state) && leg.takeProfitPrice !== null) lines.push({ price: leg.takeProfitPrice, title: t('chart.takeProfit', { leg: name }), tone: 'take-profit' });
    }
  }
  for (const order of position.orders) {
    if (order.role === 'stop' && order.price !== null && (order.status === 'open' || order.status === 'partially_filled')) lines.push({ price: order.price, title: t('chart.stop'), tone: 'stop' });
  }
  if (position.stop !== null) lines.push({ price: position.stop.price, title: t(position.stop.watched ? 'chart.watchedStop' : 'chart.stop'), tone: 'stop' });
  // In the modes with one target every leg names the same price: one line is enough.
  const seen = new Set<string>();
  const distinct = lines.filter((line) => !seen.has(`${line.tone} ${line.price}`) && seen.add(`${line.tone} ${line.price}`));
  const targets = distinct.filter((line) => line.tone === 'take-profit');
  const common = targets.find((line) => line.price === position.target?.price);
  if (common !== undefined) common.title = t('chart.target');
  labelNearest(distinct, position.priceLast);
  if (position.target !== null && common === undefined) distinct.push({ price: position.target.price, title: t('chart.target'), tone: 'take-profit' });
  if (position.priceEntryAverage !== null) distinct.push({ price: position.priceEntryAverage, title: t('chart.average'), tone: 'average', strong: true });
  return distinct;
}

/** The fills of a position, to be marked at their candles: by the clock of the prices, which in a replay is not that of the exchange. */
export function marksOf(position: PositionDetail, t: TFunction): ChartMark[] {
  const orders = new Map(position.orders.map((order) => [order.clientOrderId, order]));
  return position.fills.flatMap((fill) => {
    const order = orders.get(fill.clientOrderId);
    const side = fill.side ?? order?.side;
    if (side === undefined) return [];
    const role = fill.role ?? order?.role ?? null;
    const name = order === undefined || order.pyramid === null || order.leg === null ? '' : legName(order.pyramid, order.leg, position.pyramids.length);
    return [{ at: fill.marketAt ?? fill.at, side, text: role === 'entry' ? name : `${role === null ? '' : t(`roleShort.${role}`)} ${name}`.trim() }];
  });
}
