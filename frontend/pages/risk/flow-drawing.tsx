import type { RiskPlanView } from '#shared/contracts/http';
import { useTranslation } from 'react-i18next';
import { Pnl } from '../../components/numbers.tsx';
import { baseOf } from '../../components/symbol-words.ts';
import { formatDecimal, signOf } from '../../data/decimal.ts';
import { usePreferences } from '../../data/preferences.ts';
import { GroupName } from './group-name.tsx';
import { bandPath, offsetFlow, shareOf } from './offset-flow.ts';
import { coveredPercent, uncoveredUsd } from './risk-figures.ts';

const width = 100;
const nodeWidth = 6;
const portion = (part: number, whole: number): string => `${(100 * part) / whole}%`;

function Closes({ close }: { close: { symbol: string; quantity: string; closeQuantity: string; whole: boolean } }) {
  const { t } = useTranslation();
  const { language } = usePreferences();
  const quantity = formatDecimal(close.closeQuantity, { language });
  return <span className="soft num ellipsis">{close.whole ? t('risk.closesAll', { quantity, base: baseOf(close.symbol) }) : t('risk.closesOf', { quantity, held: formatDecimal(close.quantity, { language }), base: baseOf(close.symbol) })}</span>;
}

/** A plan as a picture: each winner's slice, as thick as it is worth, flows into the loss it pays for. All its figures stand as text beside it. */
export function FlowDrawing({ plan }: { plan: RiskPlanView }) {
  const { t } = useTranslation();
  const { language } = usePreferences();
  const { loser, winners, requiredUsd } = plan;
  const flow = offsetFlow(winners.map(({ groupId, realisedUsd }) => ({ groupId, usd: realisedUsd })), requiredUsd, { lossHeight: 160, rowLeast: 82, gap: 8 });
  const usd = (value: string): string => formatDecimal(value, { language, decimals: 2 });
  const rest = uncoveredUsd(plan);
  return (
    <div className="flow-frame">
      <div className="flow-heads faint"><span>{t('risk.pays')}</span><span>{t('risk.paidFor')}</span></div>
      <div className="flow" style={{ height: `calc(${flow.height}px * var(--tr-text-size, 1))` }}>
        <ol className="flow-winners">
          {winners.map((winner, index) => (
            <li key={winner.groupId} style={{ top: portion(flow.rows[index]?.top ?? 0, flow.height), height: portion(flow.rows[index]?.height ?? 0, flow.height) }}>
              <GroupName group={winner} />
              <span className="flow-figure"><Pnl value={winner.realisedUsd} unit="USD" /> <span className="faint num">{t('risk.ofProfit', { profit: usd(winner.profitUsd) })}</span></span>
              <span className="flow-share" aria-hidden="true"><i style={{ width: portion(shareOf(winner.realisedUsd, winner.profitUsd), 1) }} /></span>
              <Closes close={winner} />
            </li>
          ))}
        </ol>
        <svg className="flow-ribbons" viewBox={`0 0 ${width} ${flow.height}`} preserveAspectRatio="none" aria-hidden="true">
          {flow.bands.map((band) => <path key={band.groupId} d={bandPath(band, width)} className="flow-band" />)}
          {flow.bands.map((band) => <rect key={band.groupId} x={0} y={band.left} width={nodeWidth} height={band.thickness} className="flow-node" />)}
        </svg>
        <div className="flow-bar" aria-hidden="true" style={{ marginTop: `calc(${flow.loss.top}px * var(--tr-text-size, 1))`, height: portion(flow.loss.height, flow.height) }}>
          {flow.bands.map((band) => <i key={band.groupId} style={{ height: portion(band.thickness, flow.loss.height) }} />)}
        </div>
        <div className="flow-loser">
          <GroupName group={loser} />
          <span className="flow-figure"><Pnl value={loser.lossUsd} unit="USD" /> <Pnl value={loser.lossPercent} unit="%" /></span>
          <Closes close={loser} />
          <span className="flow-cover profit num">{t('risk.covered', { percent: formatDecimal(coveredPercent(plan), { language }) })}</span>
          {signOf(rest) > 0 ? <span className="loss num">{t('risk.uncovered', { usd: `${usd(rest)} USD` })}</span> : null}
        </div>
      </div>
    </div>
  );
}
