import { selectionOf } from '#shared/contracts/selection-in-use';
import type { Settings } from '#shared/contracts/settings';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { Panel } from '../../components/panel.tsx';
import { formatDecimal } from '../../data/decimal.ts';
import { usePreferences, type Language } from '../../data/preferences.ts';
import { duration } from '../../data/times.ts';
import { useConfig } from '../../data/use-config.ts';

/** A configured time: whole minutes do not name their seconds. */
const configured = (ms: number, language: Language): string => duration(ms, language).replace(/ 0 \S+$/, '');

/** What decides who goes first and who leaves, in words, as the applied settings say it. */
export function QueueRules() {
  const { t } = useTranslation();
  const { language } = usePreferences();
  const settings = useConfig().data?.active as Settings | undefined;
  if (settings === undefined) return null;
  const { waiting_rule: waiting, execution_pool: pool, intake } = settings;
  const rules = selectionOf(settings);
  const facts = [
    waiting.queue_replace_same_symbol ? t('queueRules.replaces') : t('queueRules.keeps'),
    waiting.expires_after_minutes > 0 ? t('queueRules.expires', { duration: configured(waiting.expires_after_minutes * 60_000, language) }) : t('queueRules.forEver'),
    ...(waiting.price_band_percent > 0 ? [t('queueRules.band', { percent: formatDecimal(String(waiting.price_band_percent), { language }) })] : []),
    ...(intake.confirm_entries ? [t('queueRules.confirm', { duration: configured(intake.confirmation_ttl_seconds * 1000, language) })] : []),
    ...(pool.queue_limit > 0 ? [t('queueRules.limit', { count: pool.queue_limit })] : []),
  ];
  return (
    <Panel title={t('queueRules.title')} extra={<Link to="/app/settings#setting-waiting_rule.selection_priority">{t('queueRules.change')}</Link>}>
      {rules.length === 0 ? <p className="soft">{t('queueRules.none')}</p> : <ol className="queue-rules">{rules.map((rule) => <li key={rule}>{t(`queueRules.${rule}`)}</li>)}</ol>}
      <p className="soft queue-facts">{facts.join(' ')}</p>
    </Panel>
  );
}
