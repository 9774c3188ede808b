import type { Leg, PositionDetail, Pyramid } from '#shared/contracts/http';
import { RightOutlined } from '@ant-design/icons';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useDetailWords } from '../../components/detail-words.ts';
import { legName } from '../../components/leg-words.ts';
import { LegMark } from '../../components/marks.tsx';
import { Missing, Num } from '../../components/numbers.tsx';
import { formatDecimal, signOf, sumDecimals } from '../../data/decimal.ts';
import { filledSize, legProgress } from '../../data/progress-of-leg.ts';
import { usePreferences } from '../../data/preferences.ts';
import './pyramids-table.css';

const columnCount = 10;
const everFilled = (leg: Leg): boolean => signOf(leg.quantityFilled) > 0;

function LegRow({ leg, pyramid, position }: { leg: Leg; pyramid: number; position: PositionDetail }) {
  const { t } = useTranslation();
  const { language } = usePreferences();
  const words = useDetailWords();
  const price = position.priceDecimals ?? undefined;
  const quantity = position.quantityDecimals ?? undefined;
  const progress = legProgress(position.side, leg, position.priceLast);
  const name = legName(pyramid, leg.index, position.pyramids.length);
  return (
    <>
      <tr className={`leg-row leg-${leg.state}`}>
        <th scope="row"><b>DCA{leg.index}</b> <span className="faint num">{signOf(leg.gapPercent) === 0 ? '' : `${formatDecimal(leg.gapPercent, { language })} %`}</span></th>
        <td data-label={t('leg.state')}><LegMark state={leg.state} /></td>
        <td data-label={t('leg.weight')} className="right"><Num value={leg.weightPercent} /> <span className="faint">%</span></td>
        <td data-label={t('leg.limit')} className="right soft"><Num value={leg.limitPrice} decimals={price} /></td>
        <td data-label={t('leg.fillPrice')} className="right"><Num value={leg.priceFillAverage} decimals={price} /></td>
        <td data-label={t('leg.filledValue')} className="right">{everFilled(leg) ? <Num value={filledSize(leg)} decimals={2} /> : <Missing />}</td>
        <td data-label={t('leg.filledQuantity')} className="right"><Num value={leg.quantityFilled} decimals={quantity} fade /> <span className="faint">/ <Num value={leg.quantity} decimals={quantity} /></span></td>
        <td data-label={t('leg.tp')} className="right">{leg.tpPercent === null ? t('leg.tpGlobal') : <span className="num">+{formatDecimal(leg.tpPercent, { language })} %</span>}</td>
        <td data-label={t('leg.tpPrice')} className="right"><Num value={leg.takeProfitPrice} decimals={price} /></td>
        <td data-label={t('leg.progress')}>
          {progress === null ? <Missing /> : (
            <span className="leg-progress">
              <span className="bar" role="progressbar" aria-valuenow={progress} aria-valuemin={0} aria-valuemax={100} aria-label={`${name}: ${t('ladder.progress')}`}><i style={{ width: `${progress}%` }} /></span>
              <span className="num">{progress} %</span>
            </span>
          )}
        </td>
      </tr>
      {leg.reason === null ? null : <tr className="leg-why"><td colSpan={columnCount}>{words(leg.reason)}</td></tr>}
    </>
  );
}

function PyramidRows({ pyramid, position }: { pyramid: Pyramid; position: PositionDetail }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(true);
  const price = position.priceDecimals ?? undefined;
  const size = sumDecimals(pyramid.legs.map((leg) => filledSize(leg) ?? '0'));
  return (
    <tbody>
      <tr className="pyramid-row">
        <th colSpan={columnCount} scope="rowgroup">
          <div className="pyramid-head">
            <button type="button" aria-expanded={open} aria-label={t('leg.toggle', { index: pyramid.index })} onClick={() => setOpen(!open)}><RightOutlined rotate={open ? 90 : 0} /> <b>{t('pyramid.name', { index: pyramid.index })}</b>{pyramid.index === 0 ? <span className="faint">{t('pyramid.first')}</span> : null}</button>
            <span><span className="faint">{t('pyramid.base')}</span> <Num value={pyramid.entryPrice} decimals={price} /></span>
            {pyramid.priceAverage === null ? null : <span><span className="faint">{t('pyramid.average')}</span> <Num value={pyramid.priceAverage} decimals={price} /></span>}
            <span><span className="faint">{t('pyramid.filled')}</span> <span className="num">{pyramid.legs.filter(everFilled).length} / {pyramid.legs.length}</span></span>
            <span><span className="faint">{t('pyramid.size')}</span> <Num value={size} decimals={2} unit={position.quoteAsset} /></span>
          </div>
        </th>
      </tr>
      {open ? pyramid.legs.map((leg) => <LegRow key={leg.index} leg={leg} pyramid={pyramid.index} position={position} />) : null}
    </tbody>
  );
}

/** Pyramids, and beneath each its legs with every figure of. */
export function PyramidsTable({ position }: { position: PositionDetail }) {
  const { t } = useTranslation();
  return (
    <div className="scroll-x">
      <table className="legs-table">
        <thead>
          <tr>
            <th scope="col">{t('leg.id')}</th><th scope="col">{t('leg.state')}</th><th scope="col" className="right">{t('leg.weight')}</th><th scope="col" className="right">{t('leg.limit')}</th><th scope="col" className="right">{t('leg.fillPrice')}</th>
            <th scope="col" className="right">{t('leg.filledValue')} <span className="unit">{position.quoteAsset}</span></th><th scope="col" className="right">{t('leg.filledQuantity')} <span className="unit">{position.instrument?.base}</span></th>
            <th scope="col" className="right">{t('leg.tp')}</th><th scope="col" className="right">{t('leg.tpPrice')}</th><th scope="col">{t('leg.progress')}</th>
          </tr>
        </thead>
        {position.pyramids.map((pyramid) => <PyramidRows key={pyramid.index} pyramid={pyramid} position={position} />)}
      </table>
    </div>
  );
}
