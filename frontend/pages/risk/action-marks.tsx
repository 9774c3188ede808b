import type { RiskActionStatus, RiskStepState } from '#shared/contracts/http';
import { useTranslation } from 'react-i18next';
import { Mark } from '../../components/marks.tsx';

type Tone = 'quiet' | 'accent' | 'profit' | 'warning' | 'error';
const actionTone: Record<RiskActionStatus, Tone> = { awaiting_approval: 'warning', running: 'accent', completed: 'profit', partly: 'warning', stopped: 'error', rejected: 'quiet', expired: 'quiet' };
const stepTone: Record<RiskStepState, Tone> = { pending: 'quiet', asked: 'accent', done: 'profit', failed: 'error', left_out: 'quiet' };

/** How far an offset is, or how it ended. */
export function ActionMark({ status }: { status: RiskActionStatus }) {
  const { t } = useTranslation();
  return <Mark tone={actionTone[status]}>{t(`riskActionStatus.${status}`)}</Mark>;
}

/** How far one close of an offset is. */
export function StepMark({ state }: { state: RiskStepState }) {
  const { t } = useTranslation();
  return <Mark tone={stepTone[state]}>{t(`riskStep.${state}`)}</Mark>;
}
