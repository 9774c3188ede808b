import type { MovedOrder, ReplanPosition } from '#shared/contracts/http';
import { ArrowRightOutlined } from '@ant-design/icons';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { SideMark } from '../../components/marks.tsx';
import { Num } from '../../components/numbers.tsx';
import { pairOf } from '../../components/symbol-words.ts';
import { useTpModeName } from '../positions/tp-mode.ts';

function Moved({ order }: { order: MovedOrder }) {
  const { t } = useTranslation();
  const { pyramid, leg, priceBefore, priceAfter } = order;
  const where = [pyramid === null ? null : pyramid === 0 ? t('ladder.first') : t('ladder.pyramid', { index: pyramid }), leg === null ? null : `DCA${leg}`].filter((each) => each !== null);
  return (
    <tr>
      <td className="soft">{where.length === 0 ? t('settings.wholePosition') : where.join(' · ')}</td>
      <td className="num">{priceBefore === null ? <span className="faint">{t('settings.noOrder')}</span> : <Num value={priceBefore} />}</td>
      <td><ArrowRightOutlined className="faint" aria-hidden="true" /></td>
      <td className="num">{priceAfter === null ? <span className="loss">{t('settings.withdrawn')}</span> : <b><Num value={priceAfter} /></b>}</td>
    </tr>
  );
}

/** Open positions that would be put on the new plan, with every take-profit that would rest elsewhere. */
export function ReplanList({ positions }: { positions: readonly ReplanPosition[] }) {
  const { t } = useTranslation();
  const modeName = useTpModeName();
  return (
    <ul className="replan-list">
      {positions.map(({ id, symbol, timeframe, side, accountName, tpModeBefore, tpModeAfter, orders }) => (
        <li key={id}>
          <div className="row wrap">
            <Link to={`/app/positions/${id}`} target="_blank"><b>{pairOf(symbol)}</b></Link><span className="faint">{timeframe}</span><SideMark side={side} /><span className="soft">{accountName}</span>
            {tpModeBefore === tpModeAfter ? null : <span className="soft">{modeName(tpModeBefore)} <ArrowRightOutlined className="faint" aria-hidden="true" /> <b>{modeName(tpModeAfter)}</b></span>}
          </div>
          {orders === null ? <p className="soft">{t('settings.ordersUnknown')}</p> : null}
          {orders?.length === 0 ? <p className="soft">{t('settings.ordersStay')}</p> : null}
          {orders === null || orders.length === 0 ? null : <table><tbody>{orders.map((order, index) => <Moved key={order.clientOrderId ?? `new ${index}`} order={order} />)}</tbody></table>}
        </li>
      ))}
    </ul>
  );
}
