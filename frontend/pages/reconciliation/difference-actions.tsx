import type { DifferenceDecision, ReconcileDifference } from '#shared/contracts/http';
import { App, Button, Popconfirm } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useProblemText } from '../../components/states.tsx';
import { pairOf } from '../../components/symbol-words.ts';
import { useDecideDifference } from '../../data/use-reconciliation.ts';
import { useDifferenceWords } from './difference-words.ts';

/** What can be decided: of a found position to adopt, close or ignore it. Each says first what it does. Only what waits for a person has them. */
export function DifferenceActions({ difference }: { difference: ReconcileDifference }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const problemText = useProblemText();
  const { figure } = useDifferenceWords();
  const decide = useDecideDifference();
  if (difference.state !== 'asks' || difference.decision !== null) return null;
  const pair = pairOf(difference.symbol);
  const values = { pair, order: difference.clientOrderId ?? '', deployment: difference.venue ?? '', quantity: figure(difference.amount), side: difference.side === null ? '' : t(`side.${difference.side}`).toLowerCase() };
  // Not the callbacks of `mutate`: the row may have left the page before the answer comes.
  const run = (decision: DifferenceDecision): void => void decide.mutateAsync({ id: difference.id, decision }).then(() => message.success(t(difference.kind === 'orphan_position' ? `reconcile.decided_${decision}` : 'reconcile.decided', { pair }), 4), (error: unknown) => message.error(problemText(error), 6));
  const button = (decision: DifferenceDecision, more: { type?: 'primary'; danger?: boolean } = {}, words: DifferenceDecision | 'accept' | 'cancelOrder' | 'leaveOrder' = decision): ReactNode => (
    <Popconfirm
      key={decision}
      placement="bottomRight"
      title={t(`reconcile.${words}Title`, values)}
      description={<div className="reconcile-confirm">{t(`reconcile.${words}Text`, values)}</div>}
      okText={t(`reconcile.${words}`)}
      okButtonProps={more.danger === true ? { danger: true } : {}}
      cancelText={t('action.cancel')}
      onConfirm={() => run(decision)}
    >
      <Button size="small" {...more} loading={decide.isPending && decide.variables.decision === decision}>{t(`reconcile.${words}`)}</Button>
    </Popconfirm>
  );
  const { kind } = difference;
  if (kind === 'other_deployment') return <span className="reconcile-actions">{button('ignore', {}, 'accept')}</span>;
  if (kind === 'orphan_order') return <span className="reconcile-actions">{button('close', { danger: true }, 'cancelOrder')}{button('ignore', {}, 'leaveOrder')}</span>;
  return <span className="reconcile-actions">{button('adopt', { type: 'primary' })}{button('close', { danger: true })}{button('ignore')}</span>;
}
