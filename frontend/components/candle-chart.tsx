import type { CandleView } from '#shared/contracts/http';
import { CandlestickSeries, createChart, createSeriesMarkers, HistogramSeries, LineStyle, type IChartApi, type IPriceLine, type ISeriesApi, type ISeriesMarkersPluginApi, type SeriesMarker, type Time, type UTCTimestamp } from 'lightweight-charts';
import { useEffect, useRef } from 'react';
import { formatDecimal } from '../data/decimal.ts';
import { usePreferences } from '../data/preferences.ts';
import { offsetIn } from '../data/zoned-time.ts';
import { fontFamily } from '../theme/antd-theme.ts';
import { palettes } from '../theme/palette.ts';

/** A horizontal line with what it means. */
export interface ChartLine {
  price: string;
  title: string;
  tone: 'average' | 'entry' | 'take-profit' | 'stop' | 'quiet';
  strong?: boolean;
  /** False draws the line without its name. */
  label?: boolean;
}

/** Something that happened, drawn at its candle. */
export interface ChartMark {
  at: string;
  side: 'buy' | 'sell';
  text: string;
}

interface Parts {
  chart: IChartApi;
  candles: ISeriesApi<'Candlestick'>;
  volume: ISeriesApi<'Histogram'>;
  marks: ISeriesMarkersPluginApi<Time>;
  lines: IPriceLine[];
}

// More names than this lie on top of each other.
const markTextsMost = 6;

const seconds = (iso: string): number => Math.floor(Date.parse(iso) / 1000);

/** The open time of the candle in which something happened; the first one for what is older than the chart. */
function candleOf(times: readonly number[], at: number): number | undefined {
  let low = 0;
  let high = times.length - 1;
  if (high < 0 || at < (times[0] as number)) return undefined;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((times[middle] as number) <= at) low = middle;
    else high = middle - 1;
  }
  return times[low];
}

/** Candles with the lines and marks of one position. Drawing needs pixels, so prices become numbers here and nowhere else. */
export function CandleChart({ candles, lines, marks, priceLast, decimals, label }: { candles: readonly CandleView[]; lines: readonly ChartLine[]; marks: readonly ChartMark[]; priceLast: string | null; decimals: number; label: string }) {
  const { theme, language, times: zone, timezone } = usePreferences();
  const box = useRef<HTMLDivElement>(null);
  const parts = useRef<Parts | null>(null);
  const fitted = useRef(false);
  // The library knows only UTC; for local times the candles are moved by the offset.
  const shift = zone === 'utc' ? 0 : (zone === 'local' ? -new Date().getTimezoneOffset() : offsetIn(timezone, new Date())) * 60;
  const range = useRef<{ low: number; high: number } | null>(null);

  useEffect(() => {
    if (box.current === null) return undefined;
    const p = palettes[theme];
    const chart = createChart(box.current, {
      autoSize: true,
      layout: { background: { color: p.surface }, textColor: p.textSoft, fontFamily, fontSize: 11, attributionLogo: true, panes: { separatorColor: p.line } },
      grid: { vertLines: { color: p.line }, horzLines: { color: p.line } },
      rightPriceScale: { borderColor: p.line, scaleMargins: { top: 0.06, bottom: 0.16 } },
      timeScale: { borderColor: p.line, timeVisible: true, secondsVisible: false, rightOffset: 6 },
      localization: { priceFormatter: (price: number) => formatDecimal(price.toFixed(decimals), { decimals, language }) },
      crosshair: { mode: 0, vertLine: { color: p.textFaint, labelBackgroundColor: p.raised }, horzLine: { color: p.textFaint, labelBackgroundColor: p.raised } },
    });
    const series = chart.addSeries(CandlestickSeries, {
      upColor: p.profit, downColor: p.loss, wickUpColor: p.profit, wickDownColor: p.loss, borderVisible: false,
      priceFormat: { type: 'price', precision: decimals, minMove: 1 / 10 ** decimals },
      // The ladder belongs into the picture also where price has not been yet.
      autoscaleInfoProvider: (original: () => { priceRange: { minValue: number; maxValue: number } | null } | null) => {
        const info = original();
        if (info?.priceRange == null || range.current === null) return info;
        return { ...info, priceRange: { minValue: Math.min(info.priceRange.minValue, range.current.low), maxValue: Math.max(info.priceRange.maxValue, range.current.high) } };
      },
    });
    const volume = chart.addSeries(HistogramSeries, { priceScaleId: 'volume', priceFormat: { type: 'volume' }, lastValueVisible: false, priceLineVisible: false });
    chart.priceScale('volume').applyOptions({ scaleMargins: { top: 0.88, bottom: 0 } });
    parts.current = { chart, candles: series, volume, marks: createSeriesMarkers(series, []), lines: [] };
    fitted.current = false;
    return () => {
      parts.current = null;
      chart.remove();
    };
  }, [theme, language, decimals]);

  useEffect(() => {
    const drawn = parts.current;
    if (drawn === null || candles.length === 0) return;
    const p = palettes[theme];
    const data = candles.map((each) => ({ time: (seconds(each.time) + shift) as UTCTimestamp, open: Number(each.open), high: Number(each.high), low: Number(each.low), close: Number(each.close) }));
    drawn.candles.setData(data);
    drawn.volume.setData(candles.map((each) => ({ time: (seconds(each.time) + shift) as UTCTimestamp, value: Number(each.volume), color: Number(each.close) >= Number(each.open) ? `${p.profit}44` : `${p.loss}44` })));
    if (!fitted.current) {
      drawn.chart.timeScale().setVisibleLogicalRange({ from: Math.max(0, data.length - 130), to: data.length + 5 });
      fitted.current = true;
    }
  }, [candles, theme, language, shift, decimals]);

  useEffect(() => {
    const last = candles[candles.length - 1];
    if (parts.current === null || last === undefined || priceLast === null) return;
    const price = Number(priceLast);
    parts.current.candles.update({ time: (seconds(last.time) + shift) as UTCTimestamp, open: Number(last.open), high: Math.max(Number(last.high), price), low: Math.min(Number(last.low), price), close: price });
  }, [priceLast, candles, shift, theme, language, decimals]);

  useEffect(() => {
    const drawn = parts.current;
    if (drawn === null) return;
    const p = palettes[theme];
    const colour: Record<ChartLine['tone'], string> = { average: p.accentText, entry: p.textSoft, 'take-profit': p.profit, stop: p.loss, quiet: p.textFaint };
    for (const line of drawn.lines) drawn.candles.removePriceLine(line);
    drawn.lines = lines.map((line) =>
      drawn.candles.createPriceLine({ price: Number(line.price), title: line.label === false ? '' : line.title, color: colour[line.tone], lineWidth: line.strong === true ? 2 : 1, lineStyle: line.strong === true ? LineStyle.Solid : line.tone === 'take-profit' ? LineStyle.Dotted : LineStyle.Dashed, axisLabelVisible: line.label !== false }),
    );
    const prices = lines.map((line) => Number(line.price));
    range.current = prices.length === 0 ? null : { low: Math.min(...prices), high: Math.max(...prices) };
    drawn.chart.priceScale('right').applyOptions({ autoScale: true });
  }, [lines, theme, language, decimals]);

  useEffect(() => {
    const drawn = parts.current;
    if (drawn === null) return;
    const p = palettes[theme];
    const times = candles.map((each) => seconds(each.time));
    // One arrow per candle and side: several fills in one candle share it.
    const groups = new Map<string, { time: number; side: ChartMark['side']; texts: string[] }>();
    for (const mark of marks) {
      const time = candleOf(times, seconds(mark.at));
      if (time === undefined) continue;
      const group = groups.get(`${time} ${mark.side}`) ?? { time, side: mark.side, texts: [] };
      if (!group.texts.includes(mark.text)) group.texts.push(mark.text);
      groups.set(`${time} ${mark.side}`, group);
    }
    const placed = [...groups.values()].map(({ time, side, texts }): SeriesMarker<Time> => ({
      time: (time + shift) as UTCTimestamp,
      position: side === 'buy' ? 'belowBar' : 'aboveBar',
      shape: side === 'buy' ? 'arrowUp' : 'arrowDown',
      color: side === 'buy' ? p.accentText : p.warning,
      text: groups.size > markTextsMost ? '' : texts.length > 2 ? `${texts[0] ?? ''} +${texts.length - 1}` : texts.join(', '),
    }));
    drawn.marks.setMarkers(placed.sort((a, b) => Number(a.time) - Number(b.time)));
  }, [marks, candles, theme, language, shift, decimals]);

  return <div ref={box} className="candle-chart" role="img" aria-label={label} />;
}
