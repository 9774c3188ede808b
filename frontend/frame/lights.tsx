import { ApiOutlined, DisconnectOutlined, LineChartOutlined, LoadingOutlined, NodeIndexOutlined, PlaySquareOutlined } from '@ant-design/icons';
import { Tooltip } from 'antd';
import { venueName } from '../components/symbol-words.ts';
import { useTranslation } from 'react-i18next';
import { useNow } from '../data/use-now.ts';
import { useConnection } from '../data/connection.ts';
import { usePreferences } from '../data/preferences.ts';
import { duration, exactTime, relativeTime } from '../data/times.ts';
import { useStatus } from '../data/use-status.ts';
import { priceLight } from './price-light.ts';

const sourceIcons = { live: <LineChartOutlined />, replay: <PlaySquareOutlined />, synthetic: <NodeIndexOutlined /> };

/** Where the prices come from, in a word; why and how old on hover. */
export function PriceSourceLight() {
  const { t } = useTranslation();
  const { language, times } = usePreferences();
  const now = useNow();
  const prices = useStatus().data?.prices;
  if (prices === undefined) return null;
  const shown = priceLight(prices, now);
  if (shown === undefined) return <span className="light light-warning" tabIndex={0}><LineChartOutlined /><span className="medium-only">{t('prices.none')}</span></span>;
  const { source, tone, age } = shown;
  // A replay's minute is told as the candle file has it, whatever zone the page shows.
  const word = t(`prices.${shown.word}`, { duration: duration(age), at: source.lastPriceAt === null ? '' : exactTime(source.lastPriceAt, 'utc').slice(0, 16) });
  const detail = prices.map((each) => (
    <div key={each.venue} style={{ marginBottom: 6 }}>
      <b>{venueName(each.venue)}</b>: {t(`pricesMeaning.${each.source}`)} {each.reason}
      <div>{each.lastPriceAt === null ? t('prices.never') : each.source === 'replay' ? t('prices.lastReplayed', { time: exactTime(each.lastPriceAt, times) }) : t('prices.last', { time: relativeTime(each.lastPriceAt, now, language) })}</div>
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
