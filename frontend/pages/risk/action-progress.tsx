import type { RiskAction, RiskPlanView } from '#shared/contracts/http';
import { CheckOutlined, CloseOutlined } from '@ant-design/icons';
import { App, Button, Popconfirm, Space } from 'antd';
import { useTranslation } from 'react-i18next';
import { Exact } from '../../components/moments.tsx';
import { Missing, Num, Pnl } from '../../components/numbers.tsx';
import { Panel } from '../../components/panel.tsx';
import { useProblemText } from '../../components/states.tsx';
import { baseOf } from '../../components/symbol-words.ts';
import { useRiskApproval } from '../../data/use-risk.ts';
import { StepMark } from './action-marks.tsx';
import { countdown, timeLeft } from './condition-gap.ts';
import { FlowDrawing } from './flow-drawing.tsx';
import { GroupName } from './group-name.tsx';
import { PlanSentence, PlanShown } from './plan-panel.tsx';
import { drawnAction } from './risk-figures.ts';
import { useStopText } from '../../components/risk-words.ts';

/** The closes of an offset, winners first: as planned, and as they went. */
export function ActionSteps({ action }: { action: RiskAction }) {
  const { t } = useTranslation();
  const stopText = useStopText();
  return (
    <div className="scroll-x">
      <table className="step-table" aria-label={t('risk.progress')}>
        <thead><tr><th>{t('risk.step')}</th><th>{t('position.pair')}</th><th>{t('risk.role')}</th><th>{t('risk.status')}</th><th className="right">{t('risk.quantity')}</th><th className="right">{t('risk.planned')} <span className="unit">USD</span></th><th className="right">{t('risk.realised')} <span className="unit">USD</span></th><th className="right">{t('risk.feesPaid')} <span className="unit">USD</span></th><th className="right">{t('risk.price')}</th><th className="right">{t('risk.slipped')} <span className="unit">%</span></th><th className="right">{t('risk.when')}</th></tr></thead>
        <tbody>
          {action.steps.map((step, index) => (
            <tr key={step.step}>
              <td className="num faint">{index + 1}</td>
              <td><GroupName group={step} /></td>
              <td>{t(step.role === 'loser' ? 'risk.loser' : 'risk.winner')}</td>
              <td><StepMark state={step.state} />{step.reason === null ? null : <span className="soft"> {stopText(step.reason, step.figures, step.detail)}</span>}</td>
              <td className="right"><Num value={step.quantityClosed} /> <span className="faint num">{'/'} <Num value={step.quantityAsked ?? step.quantityPlanned} unit={baseOf(step.symbol)} /></span></td>
              <td className="right"><Pnl value={step.plannedUsd} /></td>
              <td className="right">{step.state === 'pending' || step.state === 'left_out' ? <Missing /> : <Pnl value={step.realisedUsd} />}</td>
              <td className="right"><Num value={step.feesUsd} decimals={2} /></td>
              <td className="right"><Num value={step.priceAverage} /></td>
              <td className="right"><Num value={step.slippagePercent} decimals={3} /></td>
              <td className="right soft"><Exact at={step.endedAt ?? step.askedAt} short /></td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function ApprovalButtons({ action }: { action: RiskAction }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const problemText = useProblemText();
  const approval = useRiskApproval();
  const give = (answer: 'approve' | 'reject'): void => approval.mutate({ actionId: action.id, answer }, {
    onSuccess: () => void message.success(t(answer === 'approve' ? 'risk.approved' : 'risk.rejectedDone')),
    onError: (error) => void message.error(problemText(error)),
  });
  const busy = (answer: 'approve' | 'reject'): boolean => approval.isPending && approval.variables.answer === answer;
  return (
    <Space size={6}>
      <Popconfirm title={t('risk.approveTitle')} description={<div style={{ maxWidth: 300 }}>{t('risk.approveText', { count: action.steps.length })}</div>} okText={t('risk.approve')} cancelText={t('action.cancel')} onConfirm={() => give('approve')}>
        <Button type="primary" size="small" icon={<CheckOutlined />} loading={busy('approve')}>{t('risk.approve')}</Button>
      </Popconfirm>
      <Button size="small" icon={<CloseOutlined />} loading={busy('reject')} onClick={() => give('reject')}>{t('risk.reject')}</Button>
    </Space>
  );
}

/** The offset that is being carried out, or that waits for a person: who pays for whom, and how far it is or what it should cost. */
export function RunningPanel({ action, projected, now }: { action: RiskAction; projected: RiskPlanView | null; now: number }) {
  const { t } = useTranslation();
  const waits = action.status === 'awaiting_approval';
  const left = timeLeft(action.approvalExpiresAt, now);
  const done = action.steps.filter(({ state }) => state !== 'pending' && state !== 'asked').length;
  const plan = drawnAction(action);
  return (
    <Panel
      className={waits ? 'running-panel approval' : 'running-panel'}
      title={<>{t(waits ? 'risk.planAwaits' : 'risk.planRunning')} {waits ? null : <span className="soft" role="status">{t('risk.stepsDone', { done, total: action.steps.length })}</span>}</>}
      extra={waits ? <>{left === null ? null : <span className="soft num" role="timer">{left === 0 ? t('risk.expired') : t('risk.expiresIn', { left: countdown(left) })}</span>}<ApprovalButtons action={action} /></> : undefined}
    >
      {waits && projected !== null ? <PlanShown plan={projected} /> : plan === null ? null : <><PlanSentence plan={plan} /><FlowDrawing plan={plan} /></>}
    </Panel>
  );
}
