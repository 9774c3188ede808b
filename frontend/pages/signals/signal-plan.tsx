import type { LadderPlan, OrderView } from '#shared/contracts/http';
import { Alert } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useDetailWords } from '../../components/detail-words.ts';
import { Mark, SideMark } from '../../components/marks.tsx';
import { Missing, Num } from '../../components/numbers.tsx';
import { Panel } from '../../components/panel.tsx';
import { decimalsOf, formatDecimal, signOf, sumDecimals } from '../../data/decimal.ts';
import { usePreferences } from '../../data/preferences.ts';
import { OrderStatusMark } from '../positions/position-tables.tsx';
import { balanceLeft, sentLegs } from './plan-figures.ts';

const checkWords = { trim: 'plan.checkTrim', refuse: 'plan.checkRefuse', off: 'plan.checkOff' } as const;

interface Props {
  plan: LadderPlan;
  orders: readonly OrderView[];
  refused: boolean;
  /** What a leg's quantity is of. */
  base: string;
}

/** What became of a leg's order; before there is one, that it is planned. */
function LegOrder({ order }: { order: OrderView | undefined }) {
  const { t } = useTranslation();
  return order === undefined ? <Mark tone="quiet">{t('plan.sends')}</Mark> : <OrderStatusMark order={order} />;
}

function Figure({ label, children }: { label: ReactNode; children: ReactNode }) {
  return <div><dt>{label}</dt><dd>{children}</dd></div>;
}

/** What the ladder needs against what is free, and by how much the one exceeds the other. */
function Cover({ plan }: { plan: LadderPlan }) {
  const { t } = useTranslation();
  const { language } = usePreferences();
  const left = balanceLeft(plan);
  const amount = (value: string): string => formatDecimal(value, { language, decimals: 2 });
  return (
    <>
      <Figure label={t('plan.needed')}>{plan.needed === null ? <span className="soft">{t('plan.unknown')}</span> : <Num value={plan.needed} decimals={2} unit={plan.asset} />}</Figure>
      <Figure label={t('plan.free')}>
        {plan.free === null ? <span className="soft">{t('plan.unknown')}</span> : <Num value={plan.free} decimals={2} unit={plan.asset} />}
        {left === null ? null : signOf(left) < 0 ? <small className="loss">{t('plan.short', { amount: amount(left.slice(1)), asset: plan.asset })}</small> : <small className="faint">{t('plan.spare', { amount: amount(left), asset: plan.asset })}</small>}
      </Figure>
    </>
  );
}

function Legs({ plan, orders, refused, base }: Props) {
  const { t } = useTranslation();
  const { language } = usePreferences();
  const words = useDetailWords();
  const sent = refused ? [] : sentLegs(plan);
  const digits = (read: (leg: LadderPlan['legs'][number]) => string | null): number => Math.max(0, ...plan.legs.map((leg) => decimalsOf(read(leg) ?? '')));
  const [price, quantity] = [digits((leg) => leg.price), digits((leg) => leg.quantity)];
  return (
    <div className="scroll-x">
      <table className="plan-table">
        <thead>
          <tr><th scope="col">{t('leg.id')}</th><th scope="col" className="right">{t('plan.price')} <span className="unit">{plan.asset}</span></th><th scope="col" className="right">{t('plan.quantity')} <span className="unit">{base}</span></th><th scope="col" className="right">{t('plan.legNotional')} <span className="unit">{plan.asset}</span></th><th scope="col" className="right">{t('plan.weight')} <span className="unit">%</span></th><th scope="col" className="right">{t('plan.target')} <span className="unit">%</span></th><th scope="col" className="plan-order">{t('plan.order')}</th></tr>
        </thead>
        <tbody>
          {plan.legs.map((leg) => (
            <tr key={leg.index} className={leg.blocked === null ? '' : 'plan-blocked'}>
              <th scope="row"><b>DCA{leg.index}</b></th>
              <td data-label={`${t('plan.price')}, ${plan.asset}`} className="right"><Num value={leg.price} decimals={price} /></td>
              <td data-label={`${t('plan.quantity')}, ${base}`} className="right"><Num value={leg.quantity} decimals={quantity} /></td>
              <td data-label={`${t('plan.legNotional')}, ${plan.asset}`} className="right"><Num value={leg.notional} decimals={2} /></td>
              <td data-label={`${t('plan.weight')}, %`} className="right"><Num value={leg.weightPercent} /></td>
              <td data-label={`${t('plan.target')}, %`} className="right"><span className="num">+{formatDecimal(leg.tpPercent, { language })}</span></td>
              <td className="plan-order">{leg.blocked !== null ? <><Mark tone="error">{t('legState.blocked')}</Mark> <span className="soft">{words(leg.blocked)}</span></> : refused ? <Missing /> : <LegOrder order={orders.find(({ role, leg: index }) => role === 'entry' && index === leg.index)} />}</td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr><th scope="row" colSpan={3}>{t('plan.total')}: {t('plan.legsOf', { sent: sent.length, total: plan.legs.length })}</th><td className="right"><Num value={sumDecimals(sent.map((leg) => leg.notional))} decimals={2} /></td><td className="right"><Num value={sumDecimals(sent.map((leg) => leg.weightPercent))} /></td><td colSpan={2} /></tr>
        </tfoot>
      </table>
    </div>
  );
}

/** The ladder as it was planned when the signal was decided, of a refused signal too. */
export function SignalPlan({ plan, orders, refused, base }: Props) {
  const { t } = useTranslation();
  const { language } = usePreferences();
  const words = useDetailWords();
  return (
    <Panel title={t('plan.title', { index: plan.pyramid })} extra={<>{refused ? <Mark tone="warning">{t('plan.notExecuted')}</Mark> : null}<SideMark side={plan.side} /></>} flush>
      {plan.warnings.map((warning) => <Alert key={warning.code} className="plan-warning" type="warning" showIcon title={t(`planWarning.${warning.code}`)} description={words(warning.detail)} />)}
      <dl className="plan-figures">
        <Figure label={t('plan.entryPrice')}><Num value={plan.entryPrice} /> <small className="faint">{t(plan.orderType === 'market' ? 'settingChoice.market' : 'settingChoice.limit')}</small></Figure>
        <Figure label={t('plan.capital')}><Num value={plan.capital} decimals={2} unit={plan.asset} /></Figure>
        <Figure label={t('plan.notional')}><Num value={plan.notional} decimals={2} unit={plan.asset} /></Figure>
        <Cover plan={plan} />
        <Figure label={t('plan.leverage')}>{plan.leverage === null ? <span className="soft">{t('plan.unknown')}</span> : <span className="num">{formatDecimal(plan.leverage, { language })}×</span>}</Figure>
        <Figure label={t('plan.check')}><span className="plan-check">{t(checkWords[plan.check])}</span></Figure>
      </dl>
      {plan.orderType === 'market' ? <p className="plan-note soft">{t('plan.estimated')}</p> : null}
      <Legs plan={plan} orders={orders} refused={refused} base={base} />
    </Panel>
  );
}
