import type { SignalChain, SignalIntent } from '#shared/contracts/http';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useDetailWords } from '../../components/detail-words.ts';
import { SideMark } from '../../components/marks.tsx';
import { Precise } from '../../components/moments.tsx';
import { Missing, Num } from '../../components/numbers.tsx';
import { Panel } from '../../components/panel.tsx';
import { useReasonText } from '../../components/reason.ts';
import { baseOf, pairOf, quoteOf } from '../../components/symbol-words.ts';
import { multiplyDecimals } from '../../data/decimal.ts';
import { duration } from '../../data/times.ts';
import { OutcomeMark } from './signal-words.tsx';

function Line({ name, children }: { name: ReactNode; children: ReactNode }) {
  return <div><dt>{name}</dt><dd>{children}</dd></div>;
}

function Size({ intent: { size, symbol } }: { intent: SignalIntent }) {
  const { t } = useTranslation();
  if (size === null) return <Missing />;
  return <Num value={size.amount} unit={size.type === 'contracts' ? t('intent.contracts') : size.type === 'base' ? baseOf(symbol) : quoteOf(symbol)} />;
}

function Understood({ intent }: { intent: SignalIntent }) {
  const { t } = useTranslation();
  const quote = quoteOf(intent.symbol);
  return (
    <dl className="proof-list">
      <Line name={t('signal.kind')}>{t(`signalKind.${intent.kind}`)} {intent.side === null ? null : <SideMark side={intent.side} />} <span className="soft">{pairOf(intent.symbol)} {intent.timeframe}</span></Line>
      <Line name={t('signal.price')}><Num value={intent.price} unit={quote} /></Line>
      {intent.kind === 'reduce' ? <Line name={t('intent.reduce')}>{intent.reduceFraction === null ? <Missing /> : <Num value={multiplyDecimals(intent.reduceFraction, '100')} unit="%" />}</Line> : <Line name={t('intent.size')}><Size intent={intent} /></Line>}
      {intent.stopLoss === null ? null : <Line name={t('intent.stop')}><Num value={intent.stopLoss} unit={quote} /></Line>}
      {intent.takeProfit === null ? null : <Line name={t('intent.target')}><Num value={intent.takeProfit} unit={quote} /></Line>}
      {intent.slippageMaxPercent === null ? null : <Line name={t('intent.slippage')}><Num value={intent.slippageMaxPercent} unit="%" /></Line>}
      {intent.executionMode === null ? null : <Line name={t('intent.mode')}>{t(`executionMode.${intent.executionMode}`)}</Line>}
    </dl>
  );
}

function Decided({ signal }: { signal: SignalChain }) {
  const { t } = useTranslation();
  const reasonText = useReasonText();
  const words = useDetailWords();
  const { decision, decidedAt, receivedAt, detail } = signal;
  const reason = reasonText(signal.reason);
  return (
    <dl className="proof-list">
      <Line name={t('signal.outcome')}><OutcomeMark signal={signal} /></Line>
      <Line name={t('intent.decidedAt')}>{decidedAt === null ? <span className="soft">{t('chain.notYet')}</span> : <><Precise at={decidedAt} short /> <span className="step-took num">+{duration(Math.max(0, Date.parse(decidedAt) - Date.parse(receivedAt)))}</span></>}</Line>
      {reason === null ? null : <Line name={t('signal.reason')}>{reason}{detail === null ? null : <div className="soft">{words(detail)}</div>}</Line>}
      {decision === null || decision.attempts <= 1 ? null : <Line name={t('evidence.attempt')}><span className="num">{decision.attempts}</span></Line>}
    </dl>
  );
}

/** What was understood of the alert, and what was decided about it. */
export function IntentPanel({ signal }: { signal: SignalChain }) {
  const { t } = useTranslation();
  return (
    <Panel title={t('intent.title')}>
      <div className="order-proof">
        <section><h3>{t('intent.understood')}</h3>{signal.intent === null ? <p className="soft">{t('intent.unknown')}</p> : <Understood intent={signal.intent} />}</section>
        <section><h3>{t('intent.decided')}</h3><Decided signal={signal} /></section>
      </div>
    </Panel>
  );
}
