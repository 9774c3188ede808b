import type { RiskEligibility, RiskGroupView } from '#shared/contracts/http';
import { CheckCircleFilled, CloseCircleFilled, MinusCircleOutlined, PauseCircleFilled } from '@ant-design/icons';
import { useTranslation } from 'react-i18next';
import { Exact, TimeAgo } from '../../components/moments.tsx';
import { Num } from '../../components/numbers.tsx';
import { baseOf } from '../../components/symbol-words.ts';
import { usePreferences } from '../../data/preferences.ts';
import { clockTime } from '../../data/times.ts';
import { failing } from './condition-gap.ts';
import { useConditionText } from './condition-words.ts';
import { useStopText } from './risk-words.ts';

/** That the engine leaves a group alone for a while after an offset with it failed, and why; null where it does not. To the engine it is then skipped. */
export function useRestText(): (group: RiskGroupView) => string | null {
  const { t } = useTranslation();
  const { times } = usePreferences();
  const stopText = useStopText();
  return ({ skippedAt, restsUntil, restsBecause }) => (restsUntil === null || skippedAt !== null ? null : t('risk.restsUntil', { at: clockTime(restsUntil, times), reason: stopText(null, restsBecause) ?? '' }));
}

/** In a word whether a group may take a role, and if not what stands in the way first, with its figures. */
export function Verdict({ group, role, now, good }: { group: RiskGroupView; role: 'loser' | 'winner'; now: number; good: string }) {
  const { t } = useTranslation();
  const conditionText = useConditionText();
  const of = group[role];
  const [first, ...more] = failing(of.conditions);
  const rest = useRestText()(group);
  if (rest !== null && first?.name === 'not_skipped') return <span className="verdict"><PauseCircleFilled className="faint" /><span><b>{t('risk.notYet')}</b>: <span className="soft">{rest}</span></span></span>;
  if (of.eligible) return <span className="verdict"><CheckCircleFilled className="profit" /><span><b>{t('risk.yes')}</b>, <span className="soft">{good}</span></span></span>;
  return (
    <span className="verdict">
      <CloseCircleFilled className="faint" />
      <span><b>{t('risk.no')}</b>{first === undefined ? null : <>: <span className="soft">{conditionText(first, now)}</span></>}{more.length === 0 ? null : <span className="faint"> {t('risk.moreReasons', { count: more.length })}</span>}</span>
    </span>
  );
}

function Conditions({ title, of, rest, now }: { title: string; of: RiskEligibility; rest: string | null; now: number }) {
  const { t } = useTranslation();
  const conditionText = useConditionText();
  return (
    <section>
      <h3 className="faint">{title}</h3>
      <ul className="conditions">
        {of.conditions.map((condition) => {
          const mark = !condition.asked ? <MinusCircleOutlined className="faint" aria-label={t('risk.notAsked')} /> : condition.met ? <CheckCircleFilled className="profit" aria-label={t('risk.yes')} /> : <CloseCircleFilled className="loss" aria-label={t('risk.no')} />;
          return <li key={condition.name} className={condition.asked ? undefined : 'faint'}>{mark}<span>{condition.name === 'not_skipped' && rest !== null ? rest : conditionText(condition, now)}{condition.asked ? null : <span className="faint"> ({t('risk.notAsked')})</span>}</span></li>;
        })}
      </ul>
    </section>
  );
}

/** Everything a group was judged by, in both roles. */
export function GroupReasons({ group, now }: { group: RiskGroupView; now: number }) {
  const { t } = useTranslation();
  const rest = useRestText()(group);
  return (
    <div className="group-reasons">
      <Conditions title={t('risk.conditions')} of={group.loser} rest={rest} now={now} />
      <Conditions title={t('risk.conditionsWinner')} of={group.winner} rest={rest} now={now} />
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
