import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { Num } from '../../components/numbers.tsx';
import { Panel } from '../../components/panel.tsx';
import { pairOf } from '../../components/symbol-words.ts';
import { useRisk } from '../../data/use-risk.ts';
import { LastOffset, RiskStateMark } from '../risk/risk-state.tsx';
import { useIdleText } from '../../components/risk-words.ts';

/** Is the risk engine active, idle or blocked, when did it last act, and what would it do next. */
export function RiskPanel() {
  const { t } = useTranslation();
  const idleText = useIdleText();
  const view = useRisk().data;
  if (view === undefined) return null;
  const { plan, running } = view;
  return (
    <Panel title={t('dashboard.risk')} extra={<Link to="/app/risk">{t('nav.risk')}</Link>} flush>
      <div className="panel-lead column">
        <div className="spread"><RiskStateMark status={view.status} /><LastOffset view={view} /></div>
        <span className="soft">
          {running !== null
            ? t(running.status === 'awaiting_approval' ? 'risk.planAwaits' : 'risk.planRunning')
            : plan === null
              ? idleText(view.reason, view.figures, view.words)
              : <>{t('risk.planTitle')}: <b>{pairOf(plan.loser.symbol)}</b> {t('dashboard.riskPlan', { count: plan.winners.length })} <Num value={plan.coveredUsd} decimals={2} unit="USD" /></>}
        </span>
      </div>
    </Panel>
  );
}
