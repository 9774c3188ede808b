import type { Delivery } from '#shared/contracts/http';
import { useTranslation } from 'react-i18next';
import { Mark } from '../../components/marks.tsx';
import { Precise } from '../../components/moments.tsx';
import { Panel } from '../../components/panel.tsx';
import { useReasonText } from '../../components/reason.ts';
import { EmptyState } from '../../components/states.tsx';
import { duration } from '../../data/times.ts';

/** What the sender was told: taken, taken before, or turned away. */
function Answered({ delivery }: { delivery: Delivery }) {
  const { t } = useTranslation();
  const reasonText = useReasonText();
  if (delivery.answer >= 400) return <><Mark tone="error">{delivery.answer}</Mark> <span className="soft">{delivery.detail ?? reasonText(delivery.code)}</span></>;
  const repeated = delivery.code === 'duplicate';
  return <><Mark tone={repeated ? 'quiet' : 'profit'}>{delivery.answer}</Mark> <span className="soft">{t(repeated ? 'delivery.repeated' : 'delivery.taken')}</span></>;
}

/** Delivery n of m: each time this alert arrived, and what was answered. Bodies that are the same are shown once. */
export function DeliveriesPanel({ deliveries }: { deliveries: readonly Delivery[] }) {
  const { t } = useTranslation();
  const first = deliveries[0];
  return (
    <Panel title={t('delivery.title', { count: deliveries.length })} flush>
      {first === undefined ? <EmptyState title={t('delivery.unknown')} /> : (
        <ol className="deliveries">
          {deliveries.map((delivery, index) => (
            <li key={delivery.id}>
              <div className="delivery-head">
                <b className="num">{t('delivery.of', { number: index + 1, total: deliveries.length })}</b>
                <Precise at={delivery.receivedAt} short={index > 0 && delivery.receivedAt.slice(0, 10) === first.receivedAt.slice(0, 10)} />
                <span className="step-took num">{index === 0 ? '' : `+${duration(Date.parse(delivery.receivedAt) - Date.parse(first.receivedAt))}`}</span>
              </div>
              <div><Answered delivery={delivery} /></div>
              {index > 0 && delivery.body === first.body ? null : <details><summary>{t('delivery.body')}</summary><pre className="mono delivery-body">{delivery.body}</pre></details>}
            </li>
          ))}
        </ol>
      )}
    </Panel>
  );
}
