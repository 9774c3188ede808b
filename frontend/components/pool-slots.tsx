import type { Pool } from '#shared/contracts/http';
import { useTranslation } from 'react-i18next';
import './pool-slots.css';

const drawnMost = 40;

/** The slots of the pool, drawn one by one while they can be told apart; those above the limit in the colour of a warning. */
export function PoolSlots({ pool }: { pool: Pool }) {
  const { t } = useTranslation();
  const most = Math.max(pool.slots, pool.used);
  return (
    <span className="slots" role="img" aria-label={t('dashboard.poolUsed', { used: pool.used, slots: pool.slots })}>
      {most <= drawnMost
        ? Array.from({ length: most }, (_, index) => <i key={index} className={index >= pool.slots ? 'over' : index < pool.used ? 'used' : ''} />)
        : <b className={pool.used > pool.slots ? 'over' : ''} style={{ width: `${Math.min(100, (100 * pool.used) / pool.slots)}%` }} />}
    </span>
  );
}
