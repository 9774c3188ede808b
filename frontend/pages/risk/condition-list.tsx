import type { RiskCondition, RiskGroupView } from '#shared/contracts/http';
import { CheckCircleFilled, CloseCircleFilled, MinusCircleOutlined, PauseCircleFilled } from '@ant-design/icons';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Exact, TimeAgo } from '../../components/moments.tsx';
import { Num } from '../../components/numbers.tsx';
import { baseOf } from '../../components/symbol-words.ts';
import { failing } from './condition-gap.ts';
import { useConditionText } from './condition-words.ts';
import { useIdleText, useStopText } from '../../components/risk-words.ts';

/** A condition of a group in words; with the reason where the engine leaves it alone after an offset with it has failed. */
export function useGroupConditionText(): (group: Pick<RiskGroupView, 'restsBecause'>, condition: RiskCondition, now: number) => string {
  const conditionText = useConditionText();
  const stopText = useStopText();
  return ({ restsBecause }, condition, now) => {
    const told = conditionText(condition, now);
    const why = condition.name === 'not_resting' && !condition.met && restsBecause !== null ? stopText(restsBecause.reason, restsBecause.figures) : null;
    return why === null ? told : `${told}: ${why}`;
  };
}

function Told({ icon, word, more, children }: { icon: ReactNode; word: string; more?: ReactNode; children?: ReactNode }) {
  return <span className="verdict">{icon}<span><b>{word}</b>{children}{more}</span></span>;
}

/** In a word whether a group may take a role, and if not what stands in the way first, with its figures. */
export function Verdict({ group, role, now, good }: { group: RiskGroupView; role: 'loser' | 'winner'; now: number; good: string }) {
  const { t } = useTranslation();
  const conditionText = useGroupConditionText();
  const idleText = useIdleText();
  const of = group[role];
  const unpaid = role === 'loser' ? group.loser.unpaid : null;
  if (of.eligible && unpaid !== null) return <Told icon={<PauseCircleFilled className="faint" />} word={t('risk.yesBut')}>: <span className="soft">{idleText(unpaid.reason, unpaid.figures, null)}</span></Told>;
  if (of.eligible) return <Told icon={<CheckCircleFilled className="profit" />} word={t('risk.yes')}>, <span className="soft">{good}</span></Told>;
  const [first, ...others] = failing(of.conditions);
  const more = others.length === 0 ? null : <span className="faint"> {t('risk.moreReasons', { count: others.length })}</span>;
  return <Told icon={<CloseCircleFilled className="faint" />} word={t('risk.no')} more={more}>{first === undefined ? null : <>: <span className="soft">{conditionText(group, first, now)}</span></>}</Told>;
}

function Conditions({ title, group, role, now }: { title: string; group: RiskGroupView; role: 'loser' | 'winner'; now: number }) {
  const { t } = useTranslation();
  const conditionText = useGroupConditionText();
  return (
    <section>
      <h3 className="faint">{title}</h3>
      <ul className="conditions">
        {group[role].conditions.map((condition) => {
          const mark = !condition.asked ? <MinusCircleOutlined className="faint" aria-label={t('risk.notAsked')} /> : condition.met ? <CheckCircleFilled className="profit" aria-label={t('risk.yes')} /> : <CloseCircleFilled className="loss" aria-label={t('risk.no')} />;
          return <li key={condition.name} className={condition.asked ? undefined : 'faint'}>{mark}<span>{conditionText(group, condition, now)}{condition.asked ? null : <span className="faint"> ({t('risk.notAsked')})</span>}</span></li>;
        })}
      </ul>
    </section>
  );
}

/** Everything a group was judged by, in both roles. */
export function GroupReasons({ group, now }: { group: RiskGroupView; now: number }) {
  const { t } = useTranslation();
  return (
    <div className="group-reasons">
      <Conditions title={t('risk.conditions')} group={group} role="loser" now={now} />
      <Conditions title={t('risk.conditionsWinner')} group={group} role="winner" now={now} />
      <dl>
        <div><dt>{t('risk.held')}</dt><dd><Num value={group.quantity} unit={baseOf(group.symbol)} /></dd></div>
        <div><dt>{t('risk.average')}</dt><dd><Num value={group.priceEntryAverage} /></dd></div>
        <div><dt>{t('risk.last')}</dt><dd><Num value={group.priceLast} fade /></dd></div>
        <div><dt>{t('risk.opened')}</dt><dd><TimeAgo at={group.openedAt} /></dd></div>
        {group.timer.fullSince === null ? null : <div><dt>{t('risk.timer')}</dt><dd><Exact at={group.timer.fullSince} short />{group.timer.expiresAt === null ? null : <> {'\u2192'} <Exact at={group.timer.expiresAt} short /></>}</dd></div>}
        <div><dt>{t('risk.offsetsTitle')}</dt><dd className="num">{group.winningOffsets.count} · <Num value={group.winningOffsets.totalUsd} decimals={2} unit="USD" /></dd></div>
      </dl>
    </div>
  );
}
