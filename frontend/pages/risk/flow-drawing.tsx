import { useTranslation } from 'react-i18next';
import { Pnl } from '../../components/numbers.tsx';
import { baseOf } from '../../components/symbol-words.ts';
import { usePhone } from '../../components/use-layout.ts';
import { formatDecimal, signOf } from '../../data/decimal.ts';
import { usePreferences } from '../../data/preferences.ts';
import { StepMark } from './action-marks.tsx';
import { GroupName } from './group-name.tsx';
import { bandPath, offsetFlow, shareOf } from './offset-flow.ts';
import { coveredPercent, uncoveredUsd, type DrawnClose, type DrawnPlan } from './risk-figures.ts';

const width = 100;
const nodeWidth = 6;
const portion = (part: number, whole: number): string => `${(100 * part) / whole}%`;

function Closes({ close: { symbol, closeQuantity, whole, held } }: { close: DrawnClose }) {
  const { t } = useTranslation();
  const { language } = usePreferences();
  const quantity = formatDecimal(closeQuantity, { language });
  const base = baseOf(symbol);
  if (whole) return <span className="soft">{t('risk.closesAll', { quantity, base })}</span>;
  return <span className="soft">{held === null ? t('risk.closes', { quantity, base }) : t('risk.closesOf', { quantity, held: formatDecimal(held.quantity, { language }), base })}</span>;
}

/** A plan as a picture: each winner's slice, as thick as it is worth, flows into the loss it pays for. All its figures stand as text beside it. */
export function FlowDrawing({ plan }: { plan: DrawnPlan }) {
  const { t } = useTranslation();
  const { language } = usePreferences();
  const phone = usePhone();
  const { loser, winners, requiredUsd } = plan;
  const flow = offsetFlow(winners, requiredUsd, { lossHeight: 160, rowLeast: phone ? 104 : 82, gap: 8 });
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
              <span className="flow-figure"><Pnl value={winner.usd} unit="USD" />{winner.held === null ? null : <> <span className="faint num">{t('risk.ofProfit', { profit: usd(winner.held.usd) })}</span></>}</span>
              {winner.held === null ? null : <span className="flow-share" aria-hidden="true"><i style={{ width: portion(shareOf(winner.usd, winner.held.usd), 1) }} /></span>}
              <Closes close={winner} />
              {winner.state === null ? null : <span><StepMark state={winner.state} /></span>}
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
          <span className="flow-figure"><Pnl value={loser.held?.usd ?? `-${requiredUsd}`} unit="USD" />{loser.held === null ? null : <> <Pnl value={loser.held.percent} unit="%" /></>}</span>
          <Closes close={loser} />
          {loser.state === null ? null : <span><StepMark state={loser.state} /></span>}
          <span className="flow-cover profit num">{t('risk.covered', { percent: formatDecimal(coveredPercent(plan), { language }) })}</span>
          {signOf(rest) > 0 ? <span className="loss">{t('risk.uncovered', { usd: `${usd(rest)} USD` })}</span> : null}
        </div>
      </div>
    </div>
  );
}
