import type { HaltView } from '#shared/contracts/http';
import { useTranslation } from 'react-i18next';
import { HaltLine, haltKey, haltTone } from '../../components/halt-line.tsx';
import { Panel } from '../../components/panel.tsx';

/** What may not be traded now, first thing on the dashboard. */
export function HaltsPanel({ halts }: { halts: readonly HaltView[] }) {
  const { t } = useTranslation();
  if (halts.length === 0) return null;
  return (
    <Panel title={t('halt.label')} flush>
      <ul className="plain-list">
        {halts.map((halt) => <li key={haltKey(halt)} className={`halt halt-${haltTone(halt)}`}><HaltLine halt={halt} /></li>)}
      </ul>
      <p className="panel-lead soft">{t('halt.meaning')}</p>
    </Panel>
  );
}
