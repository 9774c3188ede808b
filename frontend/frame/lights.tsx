import { ApiOutlined, DisconnectOutlined, LineChartOutlined, LoadingOutlined, NodeIndexOutlined, PlaySquareOutlined } from '@ant-design/icons';
import type { PriceSource } from '#shared/contracts/http';
import { Tooltip } from 'antd';
import { venueName } from '../components/instrument.ts';
import { useTranslation } from 'react-i18next';
import { useNow } from '../data/clock.ts';
import { useConnection } from '../data/connection.ts';
import { usePreferences } from '../data/preferences.ts';
import { duration, relativeTime } from '../data/times.ts';
import { useStatus } from '../data/use-status.ts';

const sourceIcons = { live: <LineChartOutlined />, replay: <PlaySquareOutlined />, synthetic: <NodeIndexOutlined /> };

const oldAfterMs = 30_000;

/** The source a trader must know of first: one that fell back or is silent before one that works. */
function worst(sources: readonly PriceSource[], now: number): { source: PriceSource; old: boolean; age: number } | undefined {
  const rank = (each: { source: PriceSource; old: boolean }): number => (each.old ? 0 : each.source.fallback ? 1 : each.source.source !== 'live' ? 2 : 3);
  return sources
    .map((source) => {
      const age = source.lastPriceAt === null ? Number.POSITIVE_INFINITY : now - Date.parse(source.lastPriceAt);
      return { source, age, old: !source.connected || age > oldAfterMs };
    })
    .sort((a, b) => rank(a) - rank(b))[0];
}

/** Where the prices come from, in a word; why and how old on hover. */
export function PriceSourceLight() {
  const { t } = useTranslation();
  const { language } = usePreferences();
  const now = useNow();
  const prices = useStatus().data?.prices;
  if (prices === undefined) return null;
  const shown = worst(prices, now);
  if (shown === undefined) return <span className="light light-warning" tabIndex={0}><LineChartOutlined /><span className="medium-only">{t('prices.none')}</span></span>;
  const { source, old, age } = shown;
  const tone = old || source.fallback ? 'warning' : source.source === 'live' ? 'profit' : 'accent';
  const word = old ? (Number.isFinite(age) ? t('prices.old', { duration: duration(age) }) : t('prices.none')) : source.fallback ? t('prices.fallback') : t(`prices.${source.source}`);
  const detail = prices.map((each) => (
    <div key={each.venue} style={{ marginBottom: 6 }}>
      <b>{venueName(each.venue)}</b>: {t(`pricesMeaning.${each.source}`)} {each.reason}
      <div>{each.lastPriceAt === null ? t('prices.never') : t('prices.last', { time: relativeTime(each.lastPriceAt, now, language) })}</div>
    </div>
  ));
  return (
    <Tooltip title={detail}>
      <span className={`light light-${tone}`} role="status" tabIndex={0} aria-label={`${t('prices.label')}: ${word}`}>
        {sourceIcons[source.source]}
        <span className="medium-only">{word}</span>
      </span>
    </Tooltip>
  );
}

/** Is the page connected to the server? */
export function ConnectionLight() {
  const { t } = useTranslation();
  const { state } = useConnection();
  const icon = state === 'live' ? <ApiOutlined /> : state === 'lost' ? <DisconnectOutlined /> : <LoadingOutlined />;
  return (
    <Tooltip title={t(`connectionMeaning.${state}`)}>
      <span className={`light light-${state === 'live' ? 'profit' : state === 'lost' ? 'error' : 'quiet'}`} role="status" tabIndex={0} aria-label={`${t('connection.label')}: ${t(`connection.${state}`)}`}>
        {icon}
        <span className="wide-only">{t(`connection.${state}`)}</span>
      </span>
    </Tooltip>
  );
}
