import type { RiskView } from '#shared/contracts/http';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { TimeAgo } from '../../components/moments.tsx';
import { Num } from '../../components/numbers.tsx';
import { Panel } from '../../components/panel.tsx';
import { quotesOf } from '../../components/symbol-words.ts';
import { usePreferences } from '../../data/preferences.ts';
import { duration } from '../../data/times.ts';
import { countdown, timeLeft } from './condition-gap.ts';
import { useIdleText } from '../../components/risk-words.ts';
import { WinningOffsets } from './winner-table.tsx';

function Rule({ name, children }: { name: ReactNode; children: ReactNode }) {
  return <div><dt>{name}</dt><dd>{children}</dd></div>;
}

/** What is there to pay with, what was looked at last, and the rules by which. */
export function RulesPanel({ view, now }: { view: RiskView; now: number }) {
  const { t } = useTranslation();
  const { language } = usePreferences();
  const idleText = useIdleText();
  const { rules, lastCycle, nextCycleAt } = view;
  const left = timeLeft(nextCycleAt, now);
  return (
    <Panel title={t('risk.rulesTitle')} extra={<Link to="/app/settings">{t('risk.toSettings')}</Link>} flush>
      <dl className="rule-list">
        <Rule name={t('risk.offsetsTitle')}><WinningOffsets winners={view.winners} /></Rule>
        <Rule name={t('risk.lastCycle')}>{lastCycle === null ? <span className="faint">{t('risk.never')}</span> : <><TimeAgo at={lastCycle.at} />{lastCycle.reason === null ? null : <div className="soft why">{idleText(lastCycle.reason, lastCycle.figures, lastCycle.words)}</div>}</>}</Rule>
        <Rule name={t('risk.nextCycle')}>{left === null ? <span className="faint">{'\u2013'}</span> : <span className="num">{left === 0 ? t('risk.due') : countdown(left)}</span>}</Rule>
        <Rule name={t('risk.ruleLoss')}><Num value={rules.lossThresholdPercent} unit="%" /></Rule>
        <Rule name={t('risk.ruleWait')}>{rules.waitMinutes === null ? t('risk.off') : <span className="num">{rules.waitMinutes} {t('unit.min')}</span>}</Rule>
        <Rule name={t('risk.ruleAge')}>{rules.ageMinutes === null ? t('risk.off') : <span className="num">{rules.ageMinutes} {t('unit.min')}</span>}</Rule>
        <Rule name={t('risk.ruleWinners')}><span className="num">{rules.winnersMax}</span></Rule>
        <Rule name={t('risk.ruleSlice')}><Num value={rules.closeNotionalMin} unit={quotesOf([...view.losers, ...view.winners, ...view.others]) ?? t('unit.quote')} /></Rule>
        <Rule name={t('risk.ruleEvery')}><span className="num">{duration(rules.everySeconds * 1000, language)}</span>{rules.onFill ? <span className="soft"> {t('risk.ruleFill')}</span> : null}</Rule>
        <Rule name={t('risk.ruleApproval')}>{t(rules.approvalRequired ? 'risk.ruleApprovalOn' : 'risk.ruleApprovalOff')}</Rule>
      </dl>
    </Panel>
  );
}
