import type { FillView, OrderEvidence, OrderView } from '#shared/contracts/http';
import { useTranslation } from 'react-i18next';
import { CopyId } from '../../components/copy-field.tsx';
import { Precise } from '../../components/moments.tsx';
import { Num } from '../../components/numbers.tsx';
import { baseOf, quoteOf } from '../../components/symbol-words.ts';
import { decimalsOf, formatDecimal, signOf } from '../../data/decimal.ts';
import { usePreferences } from '../../data/preferences.ts';
import { exactTime } from '../../data/times.ts';
import { OrderSteps } from './order-steps.tsx';

const over = new Set<OrderView['status']>(['rejected', 'cancelled', 'expired', 'abandoned']);

/** Every trade of one order, as the venue numbered it. */
function OrderFills({ order, fills }: { order: OrderView; fills: readonly FillView[] }) {
  const { t } = useTranslation();
  if (fills.length === 0) return <p className="soft">{t(over.has(order.status) ? 'evidence.noFills' : 'fill.none')}</p>;
  const digits = (read: (fill: FillView) => string): number => Math.max(...fills.map((fill) => decimalsOf(read(fill))));
  const [price, quantity, fee] = [digits((fill) => fill.price), digits((fill) => fill.quantity), digits((fill) => fill.fee)];
  const assets = new Set(fills.map(({ feeAsset }) => feeAsset));
  const feeAsset = assets.size === 1 ? [...assets][0] : undefined;
  return (
    <div className="scroll-x" tabIndex={0} role="region" aria-label={t('fill.title')}>
      <table className="fills-table">
        <thead>
          <tr>
            <th scope="col">{t('evidence.fill')}</th>
            <th scope="col">{t('fill.at')}</th>
            <th scope="col" className="right">{t('order.price')} <span className="unit">{quoteOf(order.symbol)}</span></th>
            <th scope="col" className="right">{t('order.quantity')} <span className="unit">{baseOf(order.symbol)}</span></th>
            <th scope="col" className="right">{t('fill.fee')} {feeAsset === undefined ? null : <span className="unit">{feeAsset}</span>}</th>
            <th scope="col">{t('fill.trade')}</th>
          </tr>
        </thead>
        <tbody>
          {fills.map((fill, index) => (
            <tr key={fill.tradeId}>
              <th scope="row" className="num">{t('evidence.of', { number: index + 1, total: fills.length })}</th>
              <td><Precise at={fill.at} short={fill.at.slice(0, 10) === order.createdAt.slice(0, 10)} /></td>
              <td className="right"><Num value={fill.price} decimals={price} /></td>
              <td className="right"><Num value={fill.quantity} decimals={quantity} /></td>
              <td className="right"><Num value={fill.fee} decimals={fee} unit={feeAsset === undefined ? fill.feeAsset : undefined} /></td>
              <td><CopyId text={fill.tradeId} label={t('fill.trade')} /></td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** What a market order lost (plus) or gained (minus) against the price expected of it. */
function Slippage({ order }: { order: OrderView }) {
  const { t } = useTranslation();
  const { language } = usePreferences();
  if (order.slippagePercent === null || order.priceExpected === null) return null;
  const tone = { '1': 'loss', '0': 'soft', '-1': 'profit' }[signOf(order.slippagePercent)];
  return <div><dt>{t('order.slippage')}</dt><dd><span className={`num ${tone}`}>{formatDecimal(order.slippagePercent, { decimals: 2, language, signed: true })}{'\u00a0'}%</span> <span className="soft">{t('order.expected', { price: formatDecimal(order.priceExpected, { language }) })}</span></dd></div>;
}

/** Everything that is known of one order: its names here and there, its time line, its trades. */
export function OrderProof({ order, evidence, fills }: { order: OrderView; evidence: OrderEvidence; fills: readonly FillView[] }) {
  const { t } = useTranslation();
  const { times } = usePreferences();
  return (
    <div className="order-proof">
      <section>
        <h3>{t('evidence.steps')} <span className="faint num">{exactTime(order.createdAt, times).slice(0, 10)}</span></h3>
        <OrderSteps evidence={evidence} />
      </section>
      <section>
        <h3>{t('evidence.names')}</h3>
        <dl className="proof-list">
          <div><dt>{t('evidence.clientId')}</dt><dd><CopyId text={order.clientOrderId} label={t('evidence.clientId')} /></dd></div>
          <div><dt>{t('evidence.venueId')}</dt><dd>{order.venueOrderId === null ? <span className="soft">{t(fills.length > 0 ? 'evidence.venueIdUntold' : 'order.noVenueId')}</span> : <CopyId text={order.venueOrderId} label={t('evidence.venueId')} />}</dd></div>
          <div><dt>{t('evidence.attempt')}</dt><dd className="num">{t('evidence.of', { number: evidence.attempt, total: evidence.attempts })}</dd></div>
          <Slippage order={order} />
          {order.reason === null ? null : <div><dt>{t('order.reason')}</dt><dd>{order.reason}</dd></div>}
        </dl>
        <h3>{t('fill.title')} {fills.length === 0 ? null : <span className="faint">{t('evidence.venueClock')}</span>}</h3>
        <OrderFills order={order} fills={fills} />
      </section>
    </div>
  );
}
