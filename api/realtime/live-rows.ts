import type { LiveEvent } from '#shared/contracts/socket';
import type { ApiDeps } from '../api-deps.ts';
import { positionById, positionView } from '../queries/positions.query.ts';
import { readSettings } from '../queries/settings.query.ts';
import { orderColumns, orderView, signalColumns, signalTables, signalView, type OrderRow, type SignalRow } from '../queries/views.ts';

/** A thing that changes often is read and sent at most this often. */
const gatherMs = 100;

type Send = (userId: string, event: LiveEvent, id: string, data: unknown) => void;

/**
 * Turns "this changed" into the row as REST shows it: publishers name the thing, and only when somebody listens it is read, once for
 * all changes within a tenth of a second.
 */
export function createLiveRows({ pool, log }: Pick<ApiDeps, 'pool' | 'log'>, send: Send): { take(userId: string, event: LiveEvent, id: string, data: unknown): void; stop(): void } {
  const waiting = new Map<string, { userId: string; event: LiveEvent; id: string; data: unknown }>();
  let timer: NodeJS.Timeout | null = null;

  const read = async (userId: string, event: LiveEvent, id: string): Promise<object | null> => {
    if (event === 'position') {
      const row = await positionById(pool, userId, id);
      return row === null ? null : positionView(row);
    }
    if (event === 'order') {
      const { rows } = await pool.query<OrderRow>(`select ${orderColumns} from orders o join position_groups g on g.id = o.group_id where o.client_order_id = $1 and g.user_id = $2`, [id, userId]);
      return rows[0] === undefined ? null : orderView(rows[0]);
    }
    if (event === 'signal') {
      const { rows } = await pool.query<SignalRow>(`select ${signalColumns} from ${signalTables} where s.id = $1 and s.user_id = $2`, [id, userId]);
      return rows[0] === undefined ? null : signalView(rows[0]);
    }
    if (event === 'config') {
      const { origin: _, ...settings } = await readSettings(pool, userId);
      return settings;
    }
    return null;
  };
  const flush = (): void => {
    timer = null;
    const batch = [...waiting.values()];
    waiting.clear();
    for (const { userId, event, id, data } of batch)
      read(userId, event, id).then(
        (row) => send(userId, event, id, row ?? data),
        (error: unknown) => log.debug('system', 'live row not read', { event, id, error: String(error) }),
      );
  };

  return {
    take(userId, event, id, data) {
      waiting.set(`${event} ${id}`, { userId, event, id, data });
      timer ??= setTimeout(flush, gatherMs);
    },
    stop() {
      if (timer !== null) clearTimeout(timer);
    },
  };
}
