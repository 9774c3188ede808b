import { createPool } from '#shared/adapters/store/connect';
import { readHouseSettings } from '#shared/adapters/store/house-settings.query';
import { systemClock } from '#shared/adapters/system/clock';
import { watchHouse } from '#shared/adapters/system/house-settings';
import { obeyHouse } from '#shared/adapters/system/obey-house';
import { runProcess } from '#shared/adapters/system/process-life';
import { controlToken } from './control-token.ts';
import { startPaperExchange } from './paper-exchange.ts';

/** The paper exchange hears no bus, so it asks. */
const housePollMs = 5_000;

await runProcess('paper-exchange', async ({ config, log }) => {
  const pool = createPool(config.databaseUrl, { max: 8, name: 'tranche paper exchange', onError: (error) => log.warn('paper', 'an idle database connection broke', { error: error.message }) });
  const house = await watchHouse({ read: () => readHouseSettings(pool), bus: null, log, pollMs: housePollMs });
  const disobey = obeyHouse({ house, log, dataDir: config.dataDir, now: systemClock.now });
  const exchange = await startPaperExchange({ pool, port: config.paper.port, host: config.paper.host, log, enforceLimits: config.venueLimits, controlToken: controlToken(config.encryptionKey) });
  return {
    async close() {
      await exchange.close();
      await house.close();
      await disobey();
      await pool.end();
    },
  };
});
