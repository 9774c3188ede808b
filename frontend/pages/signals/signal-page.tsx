import type { ChainStep, SignalChain } from '#shared/contracts/http';
import { Alert, Descriptions } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { CopyId } from '../../components/copy-field.tsx';
import { useDetailWords } from '../../components/detail-words.ts';
import { baseOf, pairOf } from '../../components/symbol-words.ts';
import { SideMark } from '../../components/marks.tsx';
import { Exact } from '../../components/moments.tsx';
import { Missing } from '../../components/numbers.tsx';
import { Panel } from '../../components/panel.tsx';
import { useReasonText } from '../../components/reason.ts';
import { Answer, EmptyState } from '../../components/states.tsx';
import { ApiProblem } from '../../data/api-client.ts';
import { plainText } from '../../data/plain-text.ts';
import { duration } from '../../data/times.ts';
import { useSignal } from '../../data/use-signals.ts';
import { DeliveriesPanel } from './deliveries-panel.tsx';
import { EvidencePanel } from './evidence-panel.tsx';
import { IntentPanel } from './intent-panel.tsx';
import { SignalPlan } from './signal-plan.tsx';
import { OutcomeMark } from './signal-words.tsx';
import './signals.css';

const wayOf: ChainStep['step'][] = ['delivered', 'decided', 'ordered', 'sent', 'accepted', 'filled'];

/** The way from the delivery to the first fill, each step with the time since the one before; a fill carries the venue's clock and may lie before our knowing of the acceptance. */
function Chain({ signal }: { signal: SignalChain }) {
  const { t } = useTranslation();
  const first = new Map<ChainStep['step'], ChainStep>();
  for (const step of signal.steps) {
    const known = first.get(step.step);
    if (known === undefined || step.afterMs < known.afterMs) first.set(step.step, step);
  }
  const ends = signal.status === 'refused' || signal.kind !== 'entry';
  const way = wayOf.filter((step) => first.has(step) || !ends);
  return (
    <ol className="chain">
      {way.map((name, index) => {
        const step = first.get(name);
        const before = index === 0 ? undefined : first.get(way[index - 1] as ChainStep['step']);
        return (
          <li key={name} className={step === undefined ? 'chain-open' : 'chain-done'}>
            <span className="chain-took num">{step !== undefined && before !== undefined && step.afterMs >= before.afterMs ? `+${duration(step.afterMs - before.afterMs)}` : ''}</span>
            <i aria-hidden="true" />
            <b>{t(`chain.${name}`)}</b>
            <span className="faint">{step === undefined ? t('chain.notYet') : <><Exact at={step.at} short />{index === 0 ? null : <div className="num">{t('chain.after', { duration: duration(step.afterMs) })}</div>}</>}</span>
          </li>
        );
      })}
      {signal.status === 'refused' ? <li className="chain-refused"><span className="chain-took" /><i aria-hidden="true" /><b>{t('signalStatus.refused')}</b><span className="faint">{t('chain.end')}</span></li> : null}
    </ol>
  );
}

function fieldsOf(payload: unknown, path = ''): [string, string][] {
  if (typeof payload !== 'object' || payload === null) return path === '' ? [] : [[path, plainText(payload)]];
  return Object.entries(payload).flatMap(([key, value]) => fieldsOf(value, path === '' ? key : `${path}.${key}`));
}

function SignalView({ signal }: { signal: SignalChain }) {
  const { t } = useTranslation();
  const reasonText = useReasonText();
  const words = useDetailWords();
  const reason = reasonText(signal.reason);
  return (
    <>
      <div className="page-head">
        <h1><Link to="/app/signals" className="crumb">{t('nav.signals')}</Link> {pairOf(signal.symbol)} <span className="faint">{signal.timeframe}</span></h1>
        <span>{t(`signalKind.${signal.kind}`)}</span>
        {signal.side === null ? null : <SideMark side={signal.side} />}
        <OutcomeMark signal={signal} />
        <span className="grow" />
        {signal.groupId === null ? null : <Link to={`/app/positions/${signal.groupId}`}>{t('signal.toPosition')}</Link>}
      </div>
      {signal.status === 'refused' ? <Alert type="error" showIcon title={reason ?? t('signal.refused')} description={signal.detail === null ? undefined : words(signal.detail)} /> : null}
      {signal.status === 'waiting' ? <Alert type="warning" showIcon title={reason ?? t('signal.waiting')} description={signal.detail === null ? undefined : words(signal.detail)} /> : null}
      {signal.reason === 'slippage_exceeded' ? <Alert type="error" showIcon title={reason} description={signal.detail === null ? undefined : words(signal.detail)} /> : null}
      {signal.decision?.error == null ? null : <Alert type="error" showIcon title={t('signal.decisionFault', { count: signal.decision.attempts })} description={signal.decision.error} />}
      <Panel title={t('chain.title')}><Chain signal={signal} /></Panel>
      <div className="signal-proofs">
        <IntentPanel signal={signal} />
        <DeliveriesPanel deliveries={signal.deliveries} />
      </div>
      {signal.plan !== null ? <SignalPlan plan={signal.plan} orders={signal.orders} refused={signal.status === 'refused'} base={baseOf(signal.symbol)} /> : signal.kind === 'entry' && signal.status === 'refused' ? <p className="soft">{t('plan.none')}</p> : null}
      <EvidencePanel signal={signal} />
      <div className="signal-grid">
        <Panel title={t('signal.facts')}>
          <Descriptions column={1} size="small" items={[
            { key: 'received', label: t('signal.received'), children: <Exact at={signal.receivedAt} /> },
            { key: 'alertAt', label: t('signal.alertAt'), children: <Exact at={signal.alertAt} /> },
            { key: 'alert', label: t('signal.alert'), children: signal.alertName ?? <Missing /> },
            { key: 'message', label: t('signal.message'), children: signal.alertMessage ?? <Missing /> },
            { key: 'trade', label: t('signal.trade'), children: signal.tradeId ?? <Missing /> },
            { key: 'id', label: t('signal.id'), children: <CopyId text={signal.id} label={t('signal.id')} /> },
          ]} />
        </Panel>
        <Panel title={t('signal.payload')} flush>
          <table className="field-table"><tbody>{fieldsOf(signal.payload).map(([name, value]) => <tr key={name}><th scope="row">{name}</th><td className="mono">{value}</td></tr>)}</tbody></table>
        </Panel>
      </div>
    </>
  );
}

/** One signal: from the delivery to its fills, or to the reason why nothing came of it. */
export function SignalPage() {
  const { t } = useTranslation();
  const { id = '' } = useParams();
  const signal = useSignal(id);
  if (signal.error instanceof ApiProblem && signal.error.status === 404) return <EmptyState title={t('signal.unknown')} action={<Link to="/app/signals">{t('nav.signals')}</Link>} />;
  return <div className="page"><Answer of={signal}>{(data) => <SignalView signal={data} />}</Answer></div>;
}
