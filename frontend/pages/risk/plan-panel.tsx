import type { RiskGroupView, RiskPlanView, RiskView } from '#shared/contracts/http';
import { SafetyCertificateOutlined } from '@ant-design/icons';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Missing, Num, Pnl } from '../../components/numbers.tsx';
import { Panel } from '../../components/panel.tsx';
import { EmptyState } from '../../components/states.tsx';
import { formatDecimal, signOf } from '../../data/decimal.ts';
import { usePreferences } from '../../data/preferences.ts';
import { failing } from './condition-gap.ts';
import { useGroupConditionText } from './condition-list.tsx';
import { FlowDrawing } from './flow-drawing.tsx';
import { GroupName, useGroupText } from './group-name.tsx';
import { coveredPercent, drawnPlan, netAfterCosts, obstacles, uncoveredUsd, type DrawnPlan } from './risk-figures.ts';
import { useIdleText, useNamesText } from '../../components/risk-words.ts';

/** Who pays for whom in one sentence: what the drawing shows, for those who hear the page. */
export function PlanSentence({ plan }: { plan: DrawnPlan }) {
  const { t } = useTranslation();
  const { language } = usePreferences();
  const groupText = useGroupText();
  const namesText = useNamesText();
  const rest = uncoveredUsd(plan);
  const values = { count: plan.winners.length, winners: namesText(plan.winners.map(groupText)), loser: groupText(plan.loser) };
  return (
    <p className="plan-sentence">
      {signOf(rest) === 0 ? t('risk.tellFull', values) : t('risk.tellPart', { ...values, percent: formatDecimal(coveredPercent(plan), { language }), rest: formatDecimal(rest, { language, decimals: 2 }) })}
    </p>
  );
}

function Figure({ label, children }: { label: ReactNode; children: ReactNode }) {
  return <div className="risk-figure"><dt className="faint">{label}</dt><dd>{children}</dd></div>;
}

function PlanFigures({ plan }: { plan: RiskPlanView }) {
  const { t } = useTranslation();
  const after = netAfterCosts(plan);
  return (
    <dl className="risk-figures">
      <Figure label={t('risk.required')}><Num value={plan.requiredUsd} decimals={2} unit="USD" /></Figure>
      <Figure label={t('risk.coveredUsd')}><Num value={plan.coveredUsd} decimals={2} unit="USD" /></Figure>
      <Figure label={t('risk.net')}><Pnl value={plan.netUsd} unit="USD" /></Figure>
      <Figure label={t('risk.fees')}>{plan.feesExpectedUsd === null ? <span className="faint">{t('risk.unknown')}</span> : <Num value={plan.feesExpectedUsd} decimals={2} unit="USD" />}</Figure>
      <Figure label={t('risk.slippage')}>{plan.slippageExpectedUsd === null ? <span className="faint">{t('risk.unknown')}</span> : <Num value={plan.slippageExpectedUsd} decimals={2} unit="USD" />}</Figure>
      <Figure label={t(plan.slippageExpectedUsd === null ? 'risk.netAfterFees' : 'risk.netAfter')}>{after === null ? <Missing /> : <Pnl value={after} unit="USD" />}</Figure>
    </dl>
  );
}

/** A plan that has not begun: who pays for whom, what it should come to, and whom it passes over. */
export function PlanShown({ plan }: { plan: RiskPlanView }) {
  const { t } = useTranslation();
  const idleText = useIdleText();
  return (
    <>
      <PlanSentence plan={drawnPlan(plan)} />
      <FlowDrawing plan={drawnPlan(plan)} />
      <PlanFigures plan={plan} />
      {plan.skipped.length === 0 ? null : (
        <p className="passed-over soft">{t('risk.passedOver')}: {plan.skipped.map((each, index) => <span key={each.groupId}>{index === 0 ? '' : '; '}<GroupName group={each} side={false} /> {idleText(each.reason, each.figures, each.words)}</span>)}</p>
      )}
    </>
  );
}

function Obstacles({ losers, now }: { losers: readonly RiskGroupView[]; now: number }) {
  const { t } = useTranslation();
  const conditionText = useGroupConditionText();
  const rows = obstacles(losers);
  if (rows.length === 0) return null;
  return (
    <div className="obstacles">
      <h3 className="faint">{t('risk.closest')}</h3>
      <ul>
        {rows.map(({ name, groups }) => {
          // They stand in the order of their loss: the first is the one a cycle would take.
          const [first] = groups;
          const condition = first === undefined ? undefined : failing(first.loser.conditions)[0];
          return first === undefined || condition === undefined ? null : (
            <li key={name}><span className="mark">{t('risk.nGroups', { count: groups.length })}</span><span><GroupName group={first} side={false} /> <span className="soft">{conditionText(first, condition, now)}</span></span></li>
          );
        })}
      </ul>
    </div>
  );
}

/** The plan a cycle would carry out now, drawn; or in words why there is none. */
export function PlanPanel({ view, now }: { view: RiskView; now: number }) {
  const { t } = useTranslation();
  const { language } = usePreferences();
  const idleText = useIdleText();
  const groupText = useGroupText();
  const { plan, losers, winners, others, rules } = view;
  // The reason is that of the first who would be paid for.
  const unpaid = losers.find((group) => group.loser.rank === 1 && group.loser.unpaid?.reason === view.reason);
  if (plan !== null) return <Panel title={t('risk.planTitle')} className="plan-panel"><PlanShown plan={plan} /></Panel>;
  const nothing = losers.length + winners.length + others.length === 0;
  return (
    <Panel title={t('risk.planNone')} className="plan-panel">
      {nothing ? (
        <EmptyState icon={<SafetyCertificateOutlined />} title={t('risk.noGroups')}>{t('risk.noGroupsText', { threshold: formatDecimal(rules.lossThresholdPercent.replace('-', ''), { language }) })}</EmptyState>
      ) : (
        <>
          <p className="plan-sentence">{unpaid === undefined ? null : <>{groupText(unpaid)}: </>}{losers.length === 0 ? t('risk.noLosers') : idleText(view.reason, view.figures, view.words)}.</p>
          {losers.length === 0 ? <p className="soft">{t('risk.noLosersText')}</p> : null}
          <Obstacles losers={losers} now={now} />
        </>
      )}
    </Panel>
  );
}
