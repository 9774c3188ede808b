import type pg from 'pg';
import type { MirroredSettings } from '#shared/adapters/system/settings-mirror';
import { readHouseSettings } from '#shared/adapters/store/house-settings.query';
import { completeSettings, readSettings } from './settings.query.ts';

/** What is mirrored of a user, and where: the folder is the house's, and the first administrator's file has the plain name. */
export async function mirroredSettings(pool: pg.Pool, userId: string): Promise<MirroredSettings> {
  const [{ draft, active }, house, first] = await Promise.all([
    readSettings(pool, userId),
    readHouseSettings(pool),
    pool.query<{ id: string }>(`select id from users where role = 'administrator' order by id limit 1`),
  ]);
  return { folder: completeSettings(house?.document ?? {}).app.data_dir, name: first.rows[0]?.id === userId ? 'config' : `config-${userId}`, draft, active };
}
