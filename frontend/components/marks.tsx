import type { AccountMode, LegState, Position, PositionStatus } from '#shared/contracts/http';
import { useTranslation } from 'react-i18next';

/** Long or short by word and shape. */
export function SideMark({ side }: { side: Position['side'] }) {
  const { t } = useTranslation();
  return (
    <span className={`side-mark side-${side}`}>
      <svg viewBox="0 0 10 10" width="9" height="9" aria-hidden="true">
        <path d={side === 'long' ? 'M5 1 9.4 9H.6z' : 'M5 9 .6 1h8.8z'} fill="currentColor" />
      </svg>
      {t(`side.${side}`)}
    </span>
  );
}

const statusTone: Record<PositionStatus, string> = { waiting: 'warning', live: 'accent', partially_filled: 'accent', active: 'profit', closing: 'risk', closed: 'quiet' };

/** The state of a position group in words. */
export function StatusMark({ status }: { status: PositionStatus }) {
  const { t } = useTranslation();
  return <span className={`mark tone-${statusTone[status]}`}>{t(`positionStatus.${status}`)}</span>;
}

export const legTone: Record<LegState, string> = { pending: 'quiet', open: 'accent', partially_filled: 'accent', filled: 'text', tp_hit: 'profit', closed: 'quiet', cancelled: 'quiet', blocked: 'error' };

export function LegMark({ state }: { state: LegState }) {
  const { t } = useTranslation();
  return <span className={`mark tone-${legTone[state]}`}>{t(`legState.${state}`)}</span>;
}

/** PAPER, TESTNET or LIVE of one account. */
export function ModeMark({ mode }: { mode: AccountMode }) {
  const { t } = useTranslation();
  return <span className={`mode-mark mode-${mode}`}>{t(`mode.${mode}`)}</span>;
}

/** Words in a coloured frame. */
export function Mark({ tone, children }: { tone: 'quiet' | 'accent' | 'profit' | 'loss' | 'warning' | 'error' | 'risk' | 'text'; children: React.ReactNode }) {
  return <span className={`mark tone-${tone}`}>{children}</span>;
}
