import type { SignalSummary } from '#shared/contracts/http';
import { useTranslation } from 'react-i18next';
import { Mark } from '../../components/marks.tsx';
import { useReasonText } from '../../components/reason.ts';
import { usePreferences } from '../../data/preferences.ts';
import en from '../../locales/en.json';

type Outcome = keyof typeof en.signalOutcome;

/** What became of a signal, in a word. */
export function OutcomeMark({ signal }: { signal: SignalSummary }) {
  const { t } = useTranslation();
  if (signal.status === 'refused') return <Mark tone="error">{t('signalStatus.refused')}</Mark>;
  if (signal.status === 'pending') return <Mark tone="accent">{t('signalStatus.pending')}</Mark>;
  const word = signal.outcome !== null && signal.outcome in en.signalOutcome ? t(`signalOutcome.${signal.outcome as Outcome}`) : (signal.outcome ?? t(`signalStatus.${signal.status}`));
  if (signal.reason === 'slippage_exceeded') return <Mark tone="error">{word}</Mark>;
  return <Mark tone={signal.status === 'waiting' || signal.outcome === 'refused' || signal.outcome === 'queued' || signal.outcome === 'replaced' || signal.outcome === 'expired' ? 'warning' : 'profit'}>{word}</Mark>;
}

/** Why nothing came of a signal (yet): in English with the server's numbers, otherwise in the language of the page. */
export function useSignalReason(): (signal: SignalSummary) => string | null {
  const { language } = usePreferences();
  const reasonText = useReasonText();
  return (signal) => (language === 'en' ? (signal.detail ?? reasonText(signal.reason)) : (reasonText(signal.reason) ?? signal.detail));
}

/** `Long entry`, or why it was refused. */
export function useSignalSentence(): (signal: SignalSummary) => string {
  const { t } = useTranslation();
  const reasonOf = useSignalReason();
  return (signal) => {
    const reason = reasonOf(signal);
    if (signal.status === 'refused' || signal.status === 'waiting' || signal.reason === 'slippage_exceeded') return reason ?? '';
    const what = t(`signalKind.${signal.kind}`);
    return signal.side === null ? what : `${t(`side.${signal.side}`)} ${what.toLowerCase()}`;
  };
}
