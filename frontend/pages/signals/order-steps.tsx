import type { OrderEvidence, OrderStep, OrderView } from '#shared/contracts/http';
import { useTranslation } from 'react-i18next';
import { Precise } from '../../components/moments.tsx';
import { duration } from '../../data/times.ts';

const toneOf: Partial<Record<OrderStep['step'], 'done' | 'trouble' | 'quiet'>> = { accepted: 'done', found: 'done', filled: 'done', refused: 'trouble', rejected: 'trouble', unknown: 'trouble', absent: 'trouble', cancelled: 'quiet', expired: 'quiet', withdrawn: 'quiet' };

/** What an order went through, each moment to the millisecond and with the time since the one before. */
export function OrderSteps({ evidence }: { evidence: OrderEvidence }) {
  const { t } = useTranslation();
  const { steps, handling } = evidence;
  const firstDay = steps[0]?.at.slice(0, 10);
  const filledAt = steps.findIndex(({ step }) => step === 'filled');
  const detailOf = ({ step, detail }: OrderStep, index: number): string | null => {
    if (step === 'accepted' && filledAt !== -1 && filledAt < index) return t('evidence.answerLate');
    if (step !== 'found' || detail === null) return detail;
    return detail === 'trades' ? t('evidence.byTrades') : t(`orderStatus.${detail as OrderView['status']}`).toLowerCase();
  };
  return (
    <>
      <ol className="steps" aria-label={t('evidence.steps')}>
        {steps.map((step, index) => {
          const detail = detailOf(step, index);
          return (
            <li key={`${step.step} ${step.at}`} className={`step-${toneOf[step.step] ?? 'plain'}`}>
              <Precise at={step.at} short={step.at.slice(0, 10) === firstDay} />
              <span className="step-took num">{step.afterMs === null ? '' : `+${duration(step.afterMs)}`}</span>
              <i aria-hidden="true" />
              <span><b>{t(`orderStep.${step.step}`)}</b>{detail === null ? null : <span className="soft step-detail">{detail}</span>}</span>
            </li>
          );
        })}
      </ol>
      {handling === null || handling.taken <= 1 ? null : <p className="soft">{t('evidence.taken', { count: handling.taken })}</p>}
      {handling?.note == null ? null : <p className="tone-warning-text">{t('evidence.waits', { note: handling.note })}</p>}
    </>
  );
}
