import { useTranslation } from 'react-i18next';
import { HaltLine, haltKey, haltTone } from '../components/halt-line.tsx';
import { useStatus } from '../data/use-status.ts';

/** On every page, for as long as new positions are stopped: what, why, by whom, since when, and how it ends. */
export function HaltStrip() {
  const { t } = useTranslation();
  const halts = useStatus().data?.halts ?? [];
  if (halts.length === 0) return null;
  return (
    <div role="region" aria-label={t('halt.label')} aria-live="polite">
      {halts.map((halt) => <div key={haltKey(halt)} className={`strip strip-${haltTone(halt)} halt`}><HaltLine halt={halt} /></div>)}
    </div>
  );
}
