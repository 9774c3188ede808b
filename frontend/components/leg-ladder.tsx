import type { Leg, LegState, PositionDetail } from '#shared/contracts/http';
import { CheckOutlined, CloseOutlined, StopOutlined } from '@ant-design/icons';
import { Tooltip } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { compareDecimals, formatDecimal, signOf } from '../data/decimal.ts';
import { legProgress } from '../data/progress-of-leg.ts';
import { usePreferences } from '../data/preferences.ts';
import { useDetailWords } from './detail-words.ts';
import { distancePercent, legName } from './leg-words.ts';
import './ladder.css';
import { LegMark } from './marks.tsx';
import { Num } from './numbers.tsx';

const nodeIcon: Partial<Record<LegState, ReactNode>> = { tp_hit: <CheckOutlined />, closed: <CheckOutlined />, cancelled: <CloseOutlined />, blocked: <StopOutlined /> };

function LegRung({ leg, pyramid, position }: { leg: Leg; pyramid: number; position: PositionDetail }) {
  const { t } = useTranslation();
  const { language } = usePreferences();
  const price = leg.priceFillAverage ?? leg.limitPrice;
  const held = signOf(leg.quantityFilled) > 0 && (leg.state === 'filled' || leg.state === 'partially_filled');
  const waiting = leg.state === 'open' || leg.state === 'pending';
  const percent = (value: string, signed = false): string => `${formatDecimal(value, { language, signed })}%`;
  const progress = legProgress(position.side, leg, position.priceLast);
  const words = useDetailWords();
  const away = waiting && leg.limitPrice !== null && position.priceLast !== null ? distancePercent(position.priceLast, leg.limitPrice) : null;
  const filledPart = leg.state === 'partially_filled' ? Math.min(100, (100 * Number(leg.quantityFilled)) / Number(leg.quantity)) : null;
  return (
    <li className={`rung rung-${leg.state}`}>
      <span className="rung-node" style={filledPart === null ? undefined : { background: `conic-gradient(var(--tr-accent-text) ${filledPart}%, var(--tr-surface) 0)` }}>{nodeIcon[leg.state]}</span>
      <div className="rung-body">
        <div className="spread">
          <span><b>DCA{leg.index}</b> <span className="faint num">{leg.gapPercent === '0' ? '' : `${percent(leg.gapPercent)} · `}{t('ladder.weight', { percent: percent(leg.weightPercent) })}</span></span>
          <b><Num value={price} decimals={position.priceDecimals ?? undefined} /></b>
        </div>
        <div className="spread">
          <Tooltip title={leg.reason === null ? null : words(leg.reason)}><span><LegMark state={leg.state} /></span></Tooltip>
          <span className="soft num">
            {waiting && away !== null ? t('ladder.away', { percent: percent(away.toFixed(2), true) }) : <><Num value={held ? leg.quantityFilled : leg.quantity} decimals={position.quantityDecimals ?? undefined} /> {position.instrument?.base}</>}
          </span>
        </div>
        {leg.takeProfitPrice !== null && held ? (
          <div className="rung-target">
            <div className="bar" role="progressbar" aria-valuenow={progress ?? 0} aria-valuemin={0} aria-valuemax={100} aria-label={`${legName(pyramid, leg.index, position.pyramids.length)}: ${t('ladder.progress')}`}><i style={{ width: `${progress ?? 0}%` }} /></div>
            <span className="num soft">{progress === null ? '' : `${progress}%`}</span>
            <span className="num profit">{leg.tpPercent === null ? t('position.targetCommon') : t('ladder.target')} <Num value={leg.takeProfitPrice} decimals={position.priceDecimals ?? undefined} /></span>
          </div>
        ) : null}
        {leg.reason !== null && (leg.state === 'blocked' || leg.state === 'pending' || leg.state === 'cancelled') ? <div className="rung-reason">{words(leg.reason)}</div> : null}
      </div>
    </li>
  );
}

/** The legs of a position as a drawn column, highest price on top, with the last price standing where it is between them. */
export function LegLadder({ position }: { position: PositionDetail }) {
  const { t } = useTranslation();
  const last = position.status === 'closed' ? null : position.priceLast;
  return (
    <div className="ladder">
      {[...position.pyramids].reverse().map((pyramid) => {
        const legs = [...pyramid.legs].sort((a, b) => compareDecimals(b.priceFillAverage ?? b.limitPrice ?? '0', a.priceFillAverage ?? a.limitPrice ?? '0'));
        const below = last === null ? -1 : legs.findIndex((leg) => compareDecimals(leg.priceFillAverage ?? leg.limitPrice ?? '0', last) < 0);
        const at = last === null ? -1 : below === -1 ? legs.length : below;
        const marker = last === null ? null : <li key="last" className="rung-last"><span>{t('ladder.last')}</span><b><Num value={last} decimals={position.priceDecimals ?? undefined} fade /></b></li>;
        return (
          <section key={pyramid.index}>
            <h3>{pyramid.index === 0 ? t('ladder.first') : t('ladder.pyramid', { index: pyramid.index })} <span className="faint">{t('ladder.entryAt')} <Num value={pyramid.entryPrice} decimals={position.priceDecimals ?? undefined} />{pyramid.priceAverage === null || position.pyramids.length === 1 ? null : <>, {t('ladder.average')} <Num value={pyramid.priceAverage} decimals={position.priceDecimals ?? undefined} /></>}</span></h3>
            <ol>
              {legs.flatMap((leg, index) => [...(index === at && marker !== null ? [marker] : []), <LegRung key={leg.index} leg={leg} pyramid={pyramid.index} position={position} />])}
              {at === legs.length ? marker : null}
            </ol>
          </section>
        );
      })}
    </div>
  );
}
